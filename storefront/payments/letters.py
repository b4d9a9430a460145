"""What this room writes: the order is paid, the payment did not come, an order needs somebody."""

from typing import Any

from sqlalchemy.orm import Session

from storefront import mail
from storefront.money import Money
from storefront.orders.models import Order
from storefront.payments.models import PaymentAttempt
from storefront.settings import Settings


def order_paid(db: Session, order: Order, attempt: PaymentAttempt, settings: Settings) -> None:
    """Thank the buyer and say what was bought; written once for each order."""
    context = _facts(order, settings) | {"order_url": attempt.request["success_url"]}
    mail.write(db, "order_paid", order.email, order.number, context)


def payment_failed(db: Session, order: Order, settings: Settings) -> None:
    """Tell the buyer that a bank debit did not come and nothing will be sent."""
    mail.write(db, "payment_failed", order.email, order.number, _facts(order, settings))


def order_attention(db: Session, order: Order, settings: Settings) -> None:
    """Tell the shopkeeper that an order was paid and yet cannot be sent."""
    context = _facts(order, settings) | {"attention": order.attention}
    mail.write(db, "order_attention", settings.support_email, order.number, context)


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
