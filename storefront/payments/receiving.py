"""Money has come for an attempt: note it whatever else is wrong, then fill the order or give it back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database, events
from storefront.cart import service as carts
from storefront.documents import service as documents
from storefront.errors import IllegalMove
from storefront.orders import history
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.states import OPEN_ATTEMPTS
from storefront.ownership import service as ownership
from storefront.payments import letters, refunds
from storefront.payments.gateway import PaymentFacts
from storefront.payments.models import Payment, PaymentAttempt
from storefront.payments.requests import goods_minor
from storefront.pricing import redemptions, told_tax
from storefront.settings import Settings
from storefront.stock import service as stock

USED_MEANWHILE = "its code or gift card was used by somebody else meanwhile"
GONE = "its goods are gone"


class CannotBeFilled(Exception):
    """Raised when a paid order cannot have what it was paid for; nothing has changed."""


def take_money(
    db: Session,
    attempt: PaymentAttempt,
    facts: PaymentFacts,
    settings: Settings,
    *,
    before: str,
) -> None:
    """Note the money of an attempt that was in the state `before`, and act on it.

    What fits the order exactly fills it. Late money for what is gone goes back by itself, and
    so does a second payment; what does not fit waits for a person.
    """
    order = attempt.order
    wrong = mismatch(order, attempt, facts, settings)
    is_second = any(not other.is_surplus for other in payments_for(db, order))
    payment = receive(
        db, attempt, facts.payment_reference, facts.amount_minor, facts.currency,
        is_surplus=is_second,
    )  # fmt: skip
    if before != "pending_async" and not is_second:  # a debit took it out when it began
        take_from_cart(db, order)
    if settings.tax_mode == "stripe":
        told_tax.note(order, order.lines, facts.tax_minor, order.address["country"])
    if is_second:  # whether it would fit or not: the order has what it is paid with
        let_go(db, attempt, settings)
        _give_surplus_back(db, order, payment, settings)
    elif wrong:
        let_go(db, attempt, settings)
        ask_for_help(db, order, wrong, settings)
        letters.payment_looked_at(db, order, attempt, settings)
    else:
        _fill_or_give_back(db, attempt, payment, settings, is_late=before not in OPEN_ATTEMPTS)


def mismatch(
    order: Order, attempt: PaymentAttempt, facts: PaymentFacts, settings: Settings
) -> str:
    """Say what does not fit between what was asked and what was paid, or nothing."""
    asked_and_got = {
        "the reference": (attempt.reference, facts.reference),
        "live or test mode": (settings.livemode, facts.livemode),
        "the currency": (order.currency, facts.currency),
        "the goods": (goods_minor(order), facts.subtotal_minor),
        "the total": (order.charge_minor, facts.amount_minor),
    }
    wrong = [
        f"{name} ({asked} asked, {got} paid)"
        for name, (asked, got) in asked_and_got.items()
        if asked != got
    ]
    return f"The payment does not fit: {', '.join(wrong)}." if wrong else ""


def payments_for(db: Session, order: Order) -> list[Payment]:
    """List what has come for an order so far."""
    return list(db.scalars(select(Payment).where(Payment.order_id == order.id)))


def receive(
    db: Session, attempt: PaymentAttempt, reference: str, minor: int, currency: str, *,
    is_surplus: bool = False,
) -> Payment:  # fmt: skip
    """Note a payment."""
    order = attempt.order
    payment = Payment(
        order_id=order.id, attempt_id=attempt.id, reference=reference, amount_minor=minor,
        currency=currency, received_at=clock.now(), is_surplus=is_surplus,
    )  # fmt: skip
    db.add(payment)
    if currency == order.currency:
        order.paid_minor += minor
    db.flush()
    return payment


def _fill_or_give_back(
    db: Session, attempt: PaymentAttempt, payment: Payment, settings: Settings, *, is_late: bool
) -> None:
    try:
        fill(db, attempt, settings)
    except CannotBeFilled as why:
        let_go(db, attempt, settings)
        if is_late:
            redemptions.release(db, attempt.order)
            give_late_money_back(db, attempt.order, payment, str(why), settings)
        else:
            text = f"It is paid, and {why}. Offer the buyer to wait, or refund."
            ask_for_help(db, attempt.order, text, settings)
            letters.goods_missing(db, attempt.order, settings)


def fill(db: Session, attempt: PaymentAttempt, settings: Settings) -> None:
    """Take the pieces off the shelf and let the order leave the house.

    Raises:
        CannotBeFilled: a piece, a code or a gift card is gone; nothing has changed.
    """
    order = attempt.order
    try:
        with db.begin_nested():
            _take_all(db, attempt, settings)
    except IllegalMove as error:  # the shelf does not cover what was promised
        raise CannotBeFilled(GONE) from error
    orders.mark_paid(db, order, clock.now())
    ownership.sync_order(db, order, settings, clock.now())
    order.attention = ""
    documents.issue_invoice(db, order, settings)
    history.note(db, order, "paid", "The payment has come.", is_public=True)
    letters.order_paid(db, order, attempt, settings)
    number = order.number
    database.after_commit(db, lambda: _tell(number))


def _take_all(db: Session, attempt: PaymentAttempt, settings: Settings) -> None:
    """Take the pieces; what another open page of the same order holds is this order's too."""
    few = settings.low_stock
    if not redemptions.confirm(db, attempt.order):
        raise CannotBeFilled(USED_MEANWHILE)
    sold = stock.sell(db, attempt.id, attempt.order_id, few=few)
    for other_id in _others(db, attempt):
        stock.release(db, other_id, few=few)
    if not sold and not stock.take_again(db, attempt.id, attempt.order_id, few=few):
        raise CannotBeFilled(GONE)


def _others(db: Session, attempt: PaymentAttempt) -> list[int]:
    mine = select(PaymentAttempt.id).where(
        PaymentAttempt.order_id == attempt.order_id, PaymentAttempt.id != attempt.id
    )
    return list(db.scalars(mine.order_by(PaymentAttempt.id)))


def _tell(order_number: str) -> None:
    events.order_paid.send(None, order_number=order_number)


def give_late_money_back(
    db: Session, order: Order, payment: Payment, why: str, settings: Settings
) -> None:
    """Refund an order that cannot be filled any more, and say so."""
    if order.state != "cancelled":
        orders.move(order, "cancelled")
    payment.is_surplus, order.attention = True, ""
    text = f"It was paid late, and {why}: the money goes back."
    history.note(db, order, "late_payment", text)
    if (
        refunds.ask_back(db, order, payment, settings, reason="late_payment", note=text)
        is not None
    ):
        letters.late_payment_refunded(db, order, settings)


def _give_surplus_back(db: Session, order: Order, payment: Payment, settings: Settings) -> None:
    text = "It was paid a second time: that money goes back."
    history.note(db, order, "paid_twice", text, payment=payment.reference)
    if refunds.ask_back(db, order, payment, settings, reason="other", note=text) is not None:
        letters.paid_twice(db, order, payment, settings)


def take_from_cart(db: Session, order: Order) -> None:
    """Take what was ordered out of the cart that it came from."""
    bought = {line.variant_id: line.quantity for line in order.lines if line.variant_id}
    carts.take_out(db, order.cart_id, bought)


def let_go(db: Session, attempt: PaymentAttempt, settings: Settings) -> None:
    """Give back the pieces that are held for an attempt, as far as the shelf has them."""
    try:
        with db.begin_nested():
            stock.release(db, attempt.id, few=settings.low_stock)
    except IllegalMove:  # the ledger check names the shelf that is wrong
        return


def ask_for_help(db: Session, order: Order, why: str, settings: Settings) -> None:
    """Let an order wait for a person, and tell the shopkeeper."""
    if order.state != "needs_attention":
        orders.move(order, "needs_attention")
    order.attention = why[:400]
    history.note(db, order, "needs_attention", why)
    letters.order_attention(db, order, settings)
