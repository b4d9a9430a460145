"""Refunds: asked for in a transaction, sent outside any, followed until the bank is sure.

The row has its key before Stripe is asked, so that a crash, a lost answer or two presses
make one refund.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database, outbox, tokens
from storefront.errors import Invalid
from storefront.money import Money
from storefront.orders import history
from storefront.orders.models import Order
from storefront.payments import books, refund_news
from storefront.payments.gateway import (
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    KeySpent,
    RefundFacts,
)
from storefront.payments.models import Payment, Refund, RefundLine
from storefront.payments.refundable import (
    Preview,
    Refundable,
    Wanted,
    left,
    payment_left,
    payments_of,
    preview,
)
from storefront.settings import Settings

__all__ = [
    "KIND", "Preview", "Refundable", "Wanted", "ask", "ask_back", "find", "left", "preview", "send"
]  # fmt: skip

KIND = "refund"
KEY_LIVES = timedelta(hours=23)  # Stripe forgets a key after 24 hours
MEANWHILE = "Somebody has refunded something of this order meanwhile. Please look again."


def ask(db: Session, order: Order, wanted: Wanted, *, by: str, settings: Settings) -> Refund:
    """Write a refund down, to be sent after the commit; the same turn twice is one refund.

    Raises:
        Invalid: a dispute is open, or more is wanted than is left.
    """
    order = books.lock(db, order.id)
    earlier = _of_turn(db, order, wanted.turn)
    if earlier is not None:
        if _is_same(earlier, wanted):
            return earlier
        raise Invalid(MEANWHILE)
    rest, seen = left(db, order), preview(db, order, wanted)
    payment = _payment_for(db, order, seen.card_minor) if seen.card_minor else None
    refund = Refund(
        payment=payment, turn=rest.turn, amount_minor=seen.card_minor,
        gift_minor=seen.gift_minor, shipping_minor=seen.shipping_minor, reason=wanted.reason,
        note=wanted.note, by=by,
    )  # fmt: skip
    refund.lines = [
        RefundLine(
            order_line_id=line.line_id, quantity=line.quantity, amount_minor=line.amount_minor
        )
        for line in seen.lines
    ]
    return _written(db, order, refund, settings)


def ask_back(
    db: Session, order: Order, payment: Payment, settings: Settings, *, reason: str, note: str,
    by: str = "shop",
) -> Refund | None:  # fmt: skip
    """Give all that is left of one payment back, by itself; None when nothing is left of it."""
    amount = payment_left(db, payment)
    if amount < 1:
        return None
    refund = Refund(
        payment=payment, turn=left(db, order).turn, amount_minor=amount, gift_minor=0,
        shipping_minor=0, reason=reason, note=note, by=by,
    )  # fmt: skip
    return _written(db, order, refund, settings, currency=payment.currency)


def _written(
    db: Session, order: Order, refund: Refund, settings: Settings, *, currency: str = ""
) -> Refund:
    refund.reference, refund.idempotency_key = tokens.key(), tokens.key()
    refund.order_id, refund.currency = order.id, currency or order.currency
    refund.state, refund.created_at = "prepared", clock.now()
    if refund.payment is not None:
        refund.request = {
            "payment_intent": refund.payment.reference, "amount": refund.amount_minor,
            "metadata": {"refund": refund.reference, "order": order.number},
        }  # fmt: skip
    db.add(refund)
    books.count(db, order, settings)
    sum_text = Money(refund.total_minor, refund.currency).text()
    history.note(
        db, order, "refund_asked", f"A refund of {sum_text} was asked for.", by=refund.by,
        refund=refund.reference, amount_minor=refund.amount_minor,
        gift_minor=refund.gift_minor, reason=refund.reason,
    )  # fmt: skip
    outbox.put(db, KIND, refund.reference, {"refund": refund.id})
    return refund


def _of_turn(db: Session, order: Order, turn: int | None) -> Refund | None:
    if turn is None:
        return None
    return db.scalar(select(Refund).where(Refund.order_id == order.id, Refund.turn == turn))


def _is_same(refund: Refund, wanted: Wanted) -> bool:
    """Tell whether a refund is the very one that is wanted again."""
    lines = {line.order_line_id: line.quantity for line in refund.lines}
    asked = {line_id: pieces for line_id, pieces in wanted.lines.items() if pieces}
    same_sum = wanted.amount_minor in (None, refund.total_minor)
    return lines == asked and same_sum and refund.reason == wanted.reason


def _payment_for(db: Session, order: Order, minor: int) -> Payment:
    """Choose the payment that a refund goes back to.

    Raises:
        Invalid: no single payment has so much left.
    """
    found = [(payment_left(db, payment), payment) for payment in payments_of(db, order)]
    for most, payment in found:
        if most >= minor:
            return payment
    most_text = Money(max((most for most, _ in found), default=0), order.currency).text()
    message = f"It was paid in parts: at most {most_text} goes back at once."
    raise Invalid(message, fields={"amount_minor": message})


def find(db: Session, refund_id: int) -> Refund:
    """Give a refund by its id."""
    return db.get_one(Refund, refund_id)


def send(refund_id: int, gateway: Gateway, settings: Settings) -> str:
    """Ask Stripe for a refund and write its answer down; again changes nothing. Tell its state.

    Raises:
        GatewayUnavailable: no answer; it is to be tried again.
    """
    with database.transaction() as db:
        refund = _lock(db, refund_id)
        if refund.state != "prepared":
            return refund.state
        if refund.amount_minor == 0:  # all of it is for gift cards
            refund_news.move(db, refund, "succeeded", settings)
            return refund.state
        request, key = dict(refund.request), refund.idempotency_key
        is_old = refund.sent_at is not None and clock.now() - refund.sent_at > KEY_LIVES
        refund.sent_at = refund.sent_at or clock.now()
    if is_old:
        return _look_for(refund_id, request, gateway, settings)
    try:
        facts = gateway.refund(request, key)
    except KeySpent:
        return _look_for(refund_id, request, gateway, settings)
    except GatewayRefused as error:
        return _refused(refund_id, request, str(error), gateway, settings)
    return record(refund_id, facts, settings)


def _find(request: dict[str, Any], gateway: Gateway) -> RefundFacts | None:
    ours = request["metadata"]["refund"]
    listed = gateway.list_refunds(request["payment_intent"])
    return next((facts for facts in listed if facts.reference == ours), None)


def _look_for(
    refund_id: int, request: dict[str, Any], gateway: Gateway, settings: Settings
) -> str:
    """Look for a refund whose key says nothing any more; if there is none, take another key."""
    found = _find(request, gateway)
    if found is not None:
        return record(refund_id, found, settings)
    with database.transaction() as db:
        refund = _lock(db, refund_id)
        refund.idempotency_key, refund.sent_at = tokens.key(), None
    message = f"refund {refund_id} is not there; it is asked for again with another key"
    raise GatewayUnavailable(message)


def _refused(
    refund_id: int, request: dict[str, Any], why: str, gateway: Gateway, settings: Settings
) -> str:
    """Take a refusal as the end, unless Stripe has made the refund all the same."""
    try:
        found = _find(request, gateway)
    except GatewayRefused:  # it does not even know the payment
        found = None
    if found is not None:
        return record(refund_id, found, settings)
    with database.transaction() as db:
        refund = _lock(db, refund_id)
        if refund.state == "prepared":
            refund.failure = why[:400]
            refund_news.move(db, refund, "failed", settings)
        return refund.state


def record(refund_id: int, facts: RefundFacts, settings: Settings) -> str:
    """Write down what Stripe says of a refund; tell its state. Again changes nothing."""
    with database.transaction() as db:
        refund = _lock(db, refund_id)
        refund_news.follow(db, refund, facts, settings)
        return refund.state


def _lock(db: Session, refund_id: int) -> Refund:
    """Take the order of a refund, then the refund itself."""
    books.lock(db, db.get_one(Refund, refund_id).order_id)
    return db.get_one(Refund, refund_id, populate_existing=True, with_for_update=True)
