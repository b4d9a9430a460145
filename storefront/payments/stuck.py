"""Paid orders that wait for a person: fill them after all, or give everything back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.errors import Invalid
from storefront.orders import history
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.payments import books, disputes, receiving, refunds
from storefront.payments.models import PaymentAttempt, Refund
from storefront.pricing import redemptions
from storefront.settings import Settings


def fill(db: Session, order: Order, settings: Settings) -> None:
    """Try once more to give a paid order what it was paid for.

    Raises:
        Invalid: it does not wait for that, or its goods are still not there.
    """
    order = books.lock(db, order.id)
    attempt = _paid_attempt(db, order)
    if order.paid_minor - order.refunded_minor != order.charge_minor:
        raise Invalid("What was paid is not what was asked: refund it, or ask for the rest.")
    try:
        receiving.fill(db, attempt, settings)
    except receiving.CannotBeFilled as why:
        message = f"Not yet: {why}."
        raise Invalid(message) from why


def give_up(
    db: Session, order: Order, settings: Settings, *, by: str, reason: str = "other"
) -> list[Refund]:
    """Cancel an order that waits and give back all that was paid for it.

    Raises:
        Invalid: it does not wait for a person, or a dispute is open.
    """
    order = books.lock(db, order.id)
    if order.state != "needs_attention":
        raise Invalid("This order does not wait for a decision.")
    if order.paid_at is not None:  # goods and gift cards have to come back too
        raise Invalid("This order was filled: cancel it instead.")
    if disputes.is_frozen(order):
        raise Invalid(disputes.FROZEN)
    orders.move(order, "cancelled")
    redemptions.release(db, order)
    order.attention = ""
    back = [
        refunds.ask_back(db, order, payment, settings, reason=reason, note="", by=by)
        for payment in receiving.payments_for(db, order)
    ]
    return [refund for refund in back if refund is not None]


def seen(db: Session, order: Order, *, by: str) -> None:
    """Note that somebody has dealt with what an order's note says; again changes nothing.

    Raises:
        Invalid: the order waits for a decision, which looking at it is not.
    """
    order = books.lock(db, order.id)
    if order.state == "needs_attention":
        raise Invalid("This order waits for a decision.")
    if order.attention:
        text = f"Dealt with: {order.attention}"
        history.note(db, order, "seen", text[:400], by=by)
        order.attention = ""


def _paid_attempt(db: Session, order: Order) -> PaymentAttempt:
    paid = select(PaymentAttempt).where(
        PaymentAttempt.order_id == order.id, PaymentAttempt.state == "paid"
    )
    attempt = db.scalars(paid.order_by(PaymentAttempt.id)).first()
    if order.state != "needs_attention" or order.paid_at is not None or attempt is None:
        raise Invalid("This order does not wait for its goods.")
    return attempt
