"""Payment attempts, money that came and went back, and the events that Stripe sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.database import Base
from storefront.orders.models import Order, OrderLine
from storefront.orders.states import OPEN_ATTEMPTS

ATTEMPT_STATES = (
    "prepared", "created", "paid", "no_payment_required", "pending_async", "failed", "expired", "superseded"
)  # fmt: skip
REFUND_STATES = ("prepared", "pending", "succeeded", "failed", "cancelled")
REASONS = (
    "withdrawal", "damaged", "wrong_item", "not_delivered", "cancelled", "goodwill", "late_payment", "recall", "other"
)  # fmt: skip
OPEN = text(f"state IN {tuple(sorted(OPEN_ATTEMPTS))}")


class PaymentAttempt(Base):
    """One try to be paid for an order; the whole request is kept, to be repeated byte for byte."""

    __tablename__ = "storefront_payment_attempt"
    __table_args__ = (
        CheckConstraint("state IN " + str(ATTEMPT_STATES), name="state"),
        Index(
            "uq_storefront_payment_attempt_open",
            "order_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("storefront_order.id"), index=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)  # client_reference_id
    idempotency_key: Mapped[str] = mapped_column(String(60), unique=True)
    request: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20), default="prepared")
    session_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    pay_url: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # of the pay page
    closed_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]  # by the sweep

    order: Mapped[Order] = relationship()


class Payment(Base):
    """Money that Stripe says it has; `reference` is the payment intent, or the session of a free order."""

    __tablename__ = "storefront_payment"
    __table_args__ = (CheckConstraint("amount_minor >= 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("storefront_order.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_payment_attempt.id"), unique=True
    )
    reference: Mapped[str] = mapped_column(String(120), unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    received_at: Mapped[datetime]
    is_surplus: Mapped[bool] = mapped_column(
        default=False
    )  # it bought nothing: it came too late, or second
    looked_at: Mapped[datetime | None]  # by the sweep of refunds and disputes


class Refund(Base):
    """Money to give back: written with its key before anybody is asked to."""

    __tablename__ = "storefront_refund"
    __table_args__ = (
        CheckConstraint("state IN " + str(REFUND_STATES), name="state"),
        CheckConstraint("reason IN " + str(REASONS), name="reason"),
        CheckConstraint(
            "amount_minor >= 0 AND gift_minor >= 0 AND amount_minor + gift_minor > 0",
            name="amount",
        ),
        CheckConstraint(
            "shipping_minor >= 0 AND shipping_minor <= amount_minor + gift_minor",
            name="shipping",
        ),
        CheckConstraint("amount_minor = 0 OR payment_id IS NOT NULL", name="payment"),
        UniqueConstraint("order_id", "turn"),  # pressed twice is one refund
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)  # metadata.refund at Stripe
    idempotency_key: Mapped[str] = mapped_column(String(60), unique=True)
    stripe_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("storefront_order.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(
        ForeignKey("storefront_payment.id"), index=True
    )
    turn: Mapped[int]  # the how manyth refund of its order
    amount_minor: Mapped[int]  # back to the card or the bank
    gift_minor: Mapped[int] = mapped_column(default=0)  # back to gift cards
    shipping_minor: Mapped[int] = mapped_column(default=0)  # the part that is for delivery
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(400), default="")
    request: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # repeated as it is
    state: Mapped[str] = mapped_column(String(12), default="prepared")
    failure: Mapped[str] = mapped_column(String(400), default="")
    by: Mapped[str] = mapped_column(String(254), default="shop")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]  # first asked for with this key
    done_at: Mapped[datetime | None]
    gift_at: Mapped[datetime | None]  # when the gift cards had their part

    order: Mapped[Order] = relationship()
    payment: Mapped[Payment | None] = relationship()
    lines: Mapped[list["RefundLine"]] = relationship(
        order_by="RefundLine.id", cascade="all, delete-orphan"
    )

    @property
    def total_minor(self) -> int:
        """Give all that goes back, to the card and to gift cards."""
        return self.amount_minor + self.gift_minor


class RefundLine(Base):
    """Pieces of one order line that a refund is for."""

    __tablename__ = "storefront_refund_line"
    __table_args__ = (
        UniqueConstraint("refund_id", "order_line_id"),
        CheckConstraint("quantity > 0 AND amount_minor >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_refund.id", ondelete="CASCADE")
    )
    order_line_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_order_line.id"), index=True
    )
    quantity: Mapped[int]
    amount_minor: Mapped[int]

    order_line: Mapped[OrderLine] = relationship()


class Dispute(Base):
    """A payment that the buyer's bank wants back."""

    __tablename__ = "storefront_dispute"
    __table_args__ = (CheckConstraint("amount_minor >= 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stripe_id: Mapped[str] = mapped_column(String(120), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("storefront_order.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("storefront_payment.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(40))  # Stripe's own words, and it adds some
    reason: Mapped[str] = mapped_column(String(80), default="")
    due_at: Mapped[datetime | None]  # until when evidence is taken
    created_at: Mapped[datetime]
    looked_at: Mapped[datetime | None]  # by the sweep

    order: Mapped[Order] = relationship()


class Cursor(Base):
    """How far a long look at Stripe has come, and counts that health shows."""

    __tablename__ = "storefront_payment_cursor"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    moment: Mapped[datetime | None]
    number: Mapped[int] = mapped_column(default=0)


class StripeEvent(Base):
    """The receipt of one webhook event; a hint to read the object, never the truth itself."""

    __tablename__ = "storefront_stripe_event"
    __table_args__ = (Index("ix_storefront_stripe_event_done_at", "done_at"),)

    event_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    type: Mapped[str] = mapped_column(String(80))
    object_id: Mapped[str] = mapped_column(String(120), default="")
    reference: Mapped[str] = mapped_column(String(200), default="")  # client_reference_id
    livemode: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]  # when it is tried again
    tries: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(String(40), default="")
    error: Mapped[str] = mapped_column(Text, default="")
