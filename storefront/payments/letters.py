"""What this room writes: it is paid, it did not come, or somebody has to look at it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from storefront import mail
from storefront.cart.sums import sum_rows
from storefront.documents.service import invoice_url
from storefront.money import Money
from storefront.orders import wording
from storefront.orders.films import first_film
from storefront.orders.links import order_url
from storefront.orders.models import Order
from storefront.payments.disputes import OVER
from storefront.payments.models import Dispute, Payment, PaymentAttempt, Refund, StripeEvent
from storefront.pricing.totals import Explained
from storefront.settings import Settings
from storefront.state import shop


def order_paid(db: Session, order: Order, attempt: PaymentAttempt, settings: Settings) -> None:
    """Thank the buyer and say what was bought; written once for each order."""
    context = _facts(order, settings) | {
        "order_url": attempt.request["success_url"],
        "opens_films": bool(first_film(db, order, shop().hooks)),
        "invoice_url": invoice_url(order, settings),
        "packed": wording.packed(order),
        "return_days": settings.return_days,
        "destination": wording.destination(order),
    }
    mail.write(db, "order_paid", order.email, order.number, context, order_id=order.id)


def payment_failed(db: Session, order: Order, settings: Settings) -> None:
    """Tell the buyer that a bank debit did not come and nothing will be sent."""
    context = _linked(order, settings)
    mail.write(db, "payment_failed", order.email, order.number, context, order_id=order.id)


def order_attention(db: Session, order: Order, settings: Settings) -> None:
    """Tell the shopkeeper that an order cannot go on by itself."""
    context = _facts(order, settings) | {"attention": order.attention}
    key = f"{order.number}:{order.attention}"[:200]  # another reason is another letter
    mail.write(db, "order_attention", settings.support_email, key, context, order_id=order.id)


def payment_looked_at(
    db: Session, order: Order, attempt: PaymentAttempt, settings: Settings
) -> None:
    """Tell the buyer that the money is here and that somebody looks at what is wrong with it."""
    context = _facts(order, settings) | {"order_url": attempt.request["success_url"]}
    mail.write(db, "payment_looked_at", order.email, order.number, context, order_id=order.id)


def goods_missing(db: Session, order: Order, settings: Settings) -> None:
    """Tell the buyer that something they paid for is gone, and that they may choose."""
    context = _linked(order, settings)
    mail.write(db, "goods_missing", order.email, order.number, context, order_id=order.id)


def late_payment_refunded(db: Session, order: Order, settings: Settings) -> None:
    """Tell the buyer that their money came too late and goes back by itself."""
    context = _linked(order, settings)
    mail.write(
        db, "late_payment_refunded", order.email, order.number, context, order_id=order.id
    )


def paid_twice(db: Session, order: Order, payment: Payment, settings: Settings) -> None:
    """Tell the buyer that a second payment goes back by itself."""
    amount = Money(payment.amount_minor, payment.currency).text(settings.locale)
    context = _linked(order, settings) | {"amount": amount}
    mail.write(db, "paid_twice", order.email, payment.reference, context, order_id=order.id)


def refunded(db: Session, refund: Refund, settings: Settings) -> None:
    """Tell the buyer what went back, and whether that was all of it."""
    order = refund.order
    if refund.payment is not None and refund.payment.is_surplus:
        return  # they were told when it was decided
    back = order.refunded_minor + order.gift_back_minor
    is_whole = back >= order.paid_minor + order.gift_minor
    name = "order_refunded" if is_whole else "order_partly_refunded"
    context = _linked(order, settings) | _refund_facts(refund, settings)
    mail.write(db, name, order.email, refund.reference, context, order_id=order.id)


def refund_failed(db: Session, refund: Refund, settings: Settings) -> None:
    """Tell the shopkeeper that a refund did not arrive."""
    context = _facts(refund.order, settings) | _refund_facts(refund, settings)
    mail.write(db, "refund_failed", settings.support_email, refund.reference, context)


def webhooks_missing(db: Session, missed: int, now: datetime, settings: Settings) -> None:
    """Tell the shopkeeper, once a day, that Stripe's news do not arrive by themselves."""
    day = now.astimezone(ZoneInfo(settings.timezone)).date().isoformat()
    context = {
        "missed": missed,
        "endpoint": f"{settings.base_url}{settings.url_prefix}/payments/webhook",
    }
    mail.write(db, "webhooks_missing", settings.support_email, day, context)


def dispute_news(db: Session, order: Order, dispute: Dispute, settings: Settings) -> None:
    """Tell the shopkeeper that a dispute has begun, with the last day for an answer, or is over."""
    zone = ZoneInfo(settings.timezone)
    due = dispute.due_at.astimezone(zone).strftime("%d %B %Y, %H:%M") if dispute.due_at else ""
    context = _facts(order, settings) | {
        "amount": Money(dispute.amount_minor, dispute.currency).text(settings.locale),
        "status": dispute.status.replace("_", " "), "reason": dispute.reason, "due": due,
        "is_over": dispute.status in OVER, "dispute": dispute.stripe_id,
    }  # fmt: skip
    key = f"{dispute.stripe_id}:{dispute.status}"
    mail.write(db, "dispute_news", settings.support_email, key, context)


def fraud_warning(db: Session, order: Order, payment: Payment, settings: Settings) -> None:
    """Tell the shopkeeper that a card network takes a payment for fraud."""
    context = _facts(order, settings)
    mail.write(db, "fraud_warning", settings.support_email, payment.reference, context)


def _refund_facts(refund: Refund, settings: Settings) -> dict[str, Any]:
    def text(minor: int) -> str:
        return Money(minor, refund.currency).text(settings.locale) if minor else ""

    return {
        "amount": text(refund.total_minor), "card": text(refund.amount_minor),
        "gift": text(refund.gift_minor), "delivery": text(refund.shipping_minor),
        "failure": refund.failure, "note": refund.note, "by": refund.by,
        "pieces": [
            {"name": line.order_line.name, "quantity": line.quantity,
             "total": Money(line.amount_minor, refund.currency).text(settings.locale)}
            for line in refund.lines
        ],
    }  # fmt: skip


def event_given_up(db: Session, event: StripeEvent, settings: Settings) -> None:
    """Tell the shopkeeper of news from Stripe that we could do nothing with."""
    context = {
        "event": event.event_id, "type": event.type, "session": event.object_id,
        "reference": event.reference, "outcome": event.outcome, "error": event.error,
    }  # fmt: skip
    mail.write(db, "event_given_up", settings.support_email, event.event_id, context)


def _linked(order: Order, settings: Settings) -> dict[str, Any]:
    """Give a buyer's letter its facts and the way to the order."""
    return _facts(order, settings) | {"order_url": order_url(order, settings)}


def _facts(order: Order, settings: Settings) -> dict[str, Any]:
    def text(minor: int) -> str:
        return Money(minor, order.currency).text(settings.locale)

    lines = [
        {
            "name": wording.named(line, settings.locale),
            "quantity": line.quantity,
            "total": text(line.unit_price_minor * line.quantity),
        }
        for line in order.lines
    ]
    explained = [Explained(**row) for row in order.explained]
    rows = sum_rows(order, explained, [("VAT", order.tax_minor)], "Delivery", text)
    return {
        "number": order.number, "name": order.name, "lines": lines, "address": order.address,
        "shipping": text(order.shipping_minor), "total": text(order.total_minor),
        "tax": text(order.tax_minor) if order.tax_minor else "", "paid": text(order.paid_minor),
        "rows": [asdict(row) for row in rows],
    }  # fmt: skip
