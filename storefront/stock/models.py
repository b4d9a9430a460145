"""The ledger, the level and the holds; the database itself refuses to go below zero."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base


class StockLevel(Base):
    """What lies on the shelf of one variant and how much of it is promised; never for kits."""

    __tablename__ = "storefront_stock_level"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("held >= 0 AND held <= on_hand", name="held"),
    )

    variant_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_variant.id", ondelete="CASCADE"), primary_key=True
    )
    on_hand: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)

    @property
    def free(self) -> int:
        """Tell how many pieces can be sold."""
        return self.on_hand - self.held


class StockMove(Base):
    """One change of what lies on the shelf; appended, never changed."""

    __tablename__ = "storefront_stock_move"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint(
            "reason IN ('received', 'counted', 'sold', 'damaged', 'returned')", name="reason"
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
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("storefront_payment_attempt.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("storefront_variant.id"), index=True)
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="held")
    expires_at: Mapped[datetime]
