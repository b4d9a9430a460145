"""The ledger, the level and the holds; the database itself refuses to go below zero."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base


class StockLevel(Base):
    """What lies on the shelf of one variant and how much of it is promised; never for kits.

    Pieces that may be sold before they arrive are an allowance: until the preorder ends the shelf
    may go below zero by as much, and never by more.
    """

    __tablename__ = "storefront_stock_level"
    __table_args__ = (
        CheckConstraint("on_hand + allowance >= 0", name="on_hand"),
        CheckConstraint("held >= 0 AND held <= on_hand + allowance", name="held"),
        CheckConstraint("allowance >= 0", name="allowance"),
    )

    variant_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_variant.id", ondelete="CASCADE"), primary_key=True
    )
    on_hand: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    allowance: Mapped[int] = mapped_column(default=0)  # pieces sold before they arrive, at most
    preorder_until: Mapped[datetime | None]  # from then on the allowance sells nothing more
    ships_from: Mapped[date | None]  # the day that preorder buyers are told
    is_low_told: Mapped[bool] = mapped_column(default=True)  # the shopkeeper knows, or need not


class StockMove(Base):
    """One change of what lies on the shelf; appended, never changed."""

    __tablename__ = "storefront_stock_move"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint(
            "reason IN ('received', 'counted', 'sold', 'damaged', 'returned', 'cancelled',"
            " 'exchanged', 'lost', 'recalled')",
            name="reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("storefront_variant.id"), index=True)
    quantity: Mapped[int]  # signed: what came is positive
    reason: Mapped[str] = mapped_column(String(12))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("storefront_order.id"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    moved_at: Mapped[datetime]


class StockHold(Base):
    """Pieces promised to one payment attempt until Stripe says how it ended."""

    __tablename__ = "storefront_stock_hold"
    __table_args__ = (
        UniqueConstraint("attempt_id", "variant_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("state IN ('held', 'sold', 'released')", name="state"),
        Index("ix_storefront_stock_hold_state_expires_at", "state", "expires_at"),
        Index("ix_storefront_stock_hold_holder_variant_id", "holder", "variant_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("storefront_payment_attempt.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("storefront_variant.id"), index=True)
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="held")
    expires_at: Mapped[datetime]
    holder: Mapped[str] = mapped_column(String(64), default="")  # a cart, or a hashed address
    client: Mapped[str] = mapped_column(String(64), default="")  # forgotten when the hold ends
    email: Mapped[str] = mapped_column(String(254), default="")  # forgotten when the hold ends
    first_held_at: Mapped[datetime | None]  # when the same holder began to hold it
    ended_at: Mapped[datetime | None]


class StockNotice(Base):
    """Somebody wants one letter when a variant is back; an address that is not yet confirmed gets none."""

    __tablename__ = "storefront_stock_notice"
    __table_args__ = (
        UniqueConstraint("variant_id", "email"),
        CheckConstraint("state IN ('asked', 'confirmed', 'sent')", name="state"),
        Index("ix_storefront_stock_notice_state_variant_id", "state", "variant_id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # signed in the links
    variant_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_variant.id", ondelete="CASCADE")
    )
    email: Mapped[str] = mapped_column(String(254), index=True)
    state: Mapped[str] = mapped_column(String(10), default="asked")
    letters: Mapped[int] = mapped_column(default=0)  # that asked to confirm
    written_at: Mapped[datetime]  # the newest of them
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
