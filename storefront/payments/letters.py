"""What this room writes: it is paid, it did not come, or somebody has to look at it."""

from typing import Any

from sqlalchemy.orm import Session

from storefront import mail
from storefront.money import Money
from storefront.orders.models import Order
from storefront.payments.models import PaymentAttempt, StripeEvent
from storefront.settings import Settings


def order_paid(db: Session, order: Order, attempt: PaymentAttempt, settings: Settings) -> None:
    """Thank the buyer and say what was bought; written once for each order."""
    context = _facts(order, settings) | {"order_url": attempt.request["success_url"]}
    mail.write(db, "order_paid", order.email, order.number, context)


def payment_failed(db: Session, order: Order, settings: Settings) -> None:
    """Tell the buyer that a bank debit did not come and nothing will be sent."""
    mail.write(db, "payment_failed", order.email, order.number, _facts(order, settings))


def order_attention(db: Session, order: Order, settings: Settings) -> None:
    """Tell the shopkeeper that an order cannot go on by itself."""
    context = _facts(order, settings) | {"attention": order.attention}
    key = f"{order.number}:{order.attention}"[:200]  # another reason is another letter
    mail.write(db, "order_attention", settings.support_email, key, context)


def payment_looked_at(
    db: Session, order: Order, attempt: PaymentAttempt, settings: Settings
) -> None:
    """Tell the buyer that the money is here and that somebody looks at what is wrong with it."""
    context = _facts(order, settings) | {"order_url": attempt.request["success_url"]}
    mail.write(db, "payment_looked_at", order.email, order.number, context)


def event_given_up(db: Session, event: StripeEvent, settings: Settings) -> None:
    """Tell the shopkeeper of news from Stripe that we could do nothing with."""
    context = {
        "event": event.event_id, "type": event.type, "session": event.object_id,
        "reference": event.reference, "outcome": event.outcome, "error": event.error,
    }  # fmt: skip
    mail.write(db, "event_given_up", settings.support_email, event.event_id, context)


def _facts(order: Order, settings: Settings) -> dict[str, Any]:
    def text(minor: int) -> str:
        return Money(minor, order.currency).text(settings.locale)

    lines = [
        {"name": line.name, "quantity": line.quantity, "total": text(line.total_minor)}
        for line in order.lines
    ]
    return {
        "number": order.number, "name": order.name, "lines": lines, "address": order.address,
        "shipping": text(order.shipping_minor), "total": text(order.total_minor),
        "tax": text(order.tax_minor) if order.tax_minor else "", "paid": text(order.paid_minor),
    }  # fmt: skip
