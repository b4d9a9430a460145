"""Payment attempts, payments received, and the events that Stripe sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.database import Base
from storefront.orders.models import Order
from storefront.orders.states import OPEN_ATTEMPTS

ATTEMPT_STATES = (
    "prepared", "created", "paid", "no_payment_required", "pending_async", "failed", "expired", "superseded"
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
    tries: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(String(40), default="")
    error: Mapped[str] = mapped_column(Text, default="")
