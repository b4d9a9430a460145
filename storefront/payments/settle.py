"""The one way an order becomes paid: webhook, return page and sweep all come through here.

Stripe is asked what is true outside any transaction; one transaction then writes it down.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database, events
from storefront.cart import service as carts
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.states import (
    ATTEMPT_MOVES,
    OPEN_ATTEMPTS,
    PAYABLE_ATTEMPTS,
    SETTLED_ATTEMPTS,
    moved,
)
from storefront.payments import letters, receipts
from storefront.payments.gateway import Gateway, PaymentFacts
from storefront.payments.models import Payment, PaymentAttempt
from storefront.settings import Settings
from storefront.stock import service as stock

LOST_DEBIT = "A bank debit was under way, and Stripe no longer knows its session."


def settle(
    attempt_id: int, gateway: Gateway, settings: Settings, *,
    session_id: str = "", event_id: str | None = None,
) -> str:  # fmt: skip
    """Bring an attempt to where Stripe says it is; tell its state. Again changes nothing.

    `session_id` helps when our own note of it was lost; `event_id` is marked done with the effect.

    Raises:
        GatewayUnavailable: no answer; nothing has changed.
        NoSuchSession: Stripe knows no such session.
    """
    with database.transaction() as db:
        attempt = db.get_one(PaymentAttempt, attempt_id, populate_existing=True)
        known, state = attempt.session_id or session_id, attempt.state
        if state in SETTLED_ATTEMPTS or not known:
            receipts.finish(db, event_id, state)
            return state
    facts = gateway.read_session(known)
    return record(attempt_id, facts, settings, event_id=event_id)


def record(
    attempt_id: int, facts: PaymentFacts, settings: Settings, *,
    event_id: str | None = None, closing: str = "expired",
) -> str:  # fmt: skip
    """Write down what Stripe says; a session that it closed moves the attempt to `closing`."""
    with database.transaction() as db:
        attempt = lock(db, attempt_id)
        if attempt.state not in SETTLED_ATTEMPTS:
            _follow(db, attempt, facts, settings, closing)
        receipts.finish(db, event_id, attempt.state)
        return attempt.state


def settle_free(db: Session, attempt: PaymentAttempt, settings: Settings) -> None:
    """Settle an order with nothing to pay, without asking anybody."""
    order = attempt.order
    _take_from_cart(db, order)
    _move(attempt, "no_payment_required")
    _receive(db, attempt, order, attempt.reference, 0, order.currency)
    _hand_over(db, attempt, order, settings)


def close_unopened(attempt_id: int, state: str, settings: Settings) -> str:
    """Close an attempt that never got a pay page; tell the state it has."""
    with database.transaction() as db:
        attempt = lock(db, attempt_id)
        if attempt.state == "prepared":
            _close(db, attempt, state, settings)
        return attempt.state


def close_lost(attempt_id: int, state: str, settings: Settings) -> str:
    """Close an attempt whose session Stripe does not know; tell the state it has.

    A page that was never paid is nothing lost; money on its way is something to look at.
    """
    with database.transaction() as db:
        attempt = lock(db, attempt_id)
        if attempt.state in PAYABLE_ATTEMPTS:
            _close(db, attempt, state, settings)
        elif attempt.state == "pending_async":
            _move(attempt, "failed")
            stock.release(db, attempt.id, few=settings.low_stock)
            _ask_for_help(db, attempt.order, LOST_DEBIT, settings)
        return attempt.state


def lock(db: Session, attempt_id: int) -> PaymentAttempt:
    """Take an attempt for this transaction; others wait."""
    wanted = select(PaymentAttempt).where(PaymentAttempt.id == attempt_id).with_for_update()
    return db.scalars(wanted.execution_options(populate_existing=True)).one()


def _follow(
    db: Session, attempt: PaymentAttempt, facts: PaymentFacts, settings: Settings, closing: str
) -> None:
    attempt.session_id = attempt.session_id or facts.session_id
    is_open = attempt.state in OPEN_ATTEMPTS
    if facts.status == "complete" and facts.payment_status != "unpaid":
        _take_money(db, attempt, facts, settings)
    elif facts.is_processing and "pending_async" in ATTEMPT_MOVES[attempt.state]:
        _move(attempt, "pending_async")
        orders.move(attempt.order, "processing")
        _take_from_cart(db, attempt.order)
    elif facts.has_failed and is_open:
        _close(db, attempt, "failed", settings)
        letters.payment_failed(db, attempt.order, settings)
    elif facts.status == "expired" and is_open:
        _close(db, attempt, closing, settings)
    elif facts.status == "open" and attempt.state == "prepared":
        _move(attempt, "created")
        attempt.pay_url = facts.url


def _take_from_cart(db: Session, order: Order) -> None:
    bought = {line.variant_id: line.quantity for line in order.lines if line.variant_id}
    carts.take_out(db, order.cart_id, bought)


def _take_money(
    db: Session, attempt: PaymentAttempt, facts: PaymentFacts, settings: Settings
) -> None:
    """Record the money whatever else is wrong; sell only what fits the order exactly."""
    order = attempt.order
    wrong = mismatch(order, attempt, facts, settings)
    if attempt.state != "pending_async":  # else it was taken out when the debit began
        _take_from_cart(db, order)
    free = facts.payment_status == "no_payment_required" and attempt.state in OPEN_ATTEMPTS
    _move(attempt, "no_payment_required" if free else "paid")
    _receive(db, attempt, order, facts.payment_reference, facts.amount_minor, facts.currency)
    if wrong:
        stock.release(db, attempt.id, few=settings.low_stock)
        _ask_for_help(db, order, wrong, settings)
        letters.payment_looked_at(db, order, attempt, settings)
    else:
        _hand_over(db, attempt, order, settings)


def mismatch(
    order: Order, attempt: PaymentAttempt, facts: PaymentFacts, settings: Settings
) -> str:
    """Say what does not fit between what was asked and what was paid, or nothing."""
    asked_and_got = {
        "the reference": (attempt.reference, facts.reference),
        "live or test mode": (settings.livemode, facts.livemode),
        "the currency": (order.currency, facts.currency),
        "the goods": (order.subtotal_minor - order.discount_minor, facts.subtotal_minor),
        "the total": (order.total_minor, facts.amount_minor),
    }
    wrong = [
        f"{name} ({asked} asked, {got} paid)"
        for name, (asked, got) in asked_and_got.items()
        if asked != got
    ]
    return f"The payment does not fit: {', '.join(wrong)}." if wrong else ""


def _receive(
    db: Session,
    attempt: PaymentAttempt,
    order: Order,
    reference: str,
    minor: int,
    currency: str,
) -> None:
    payment = Payment(
        order_id=order.id, attempt_id=attempt.id, reference=reference, amount_minor=minor,
        currency=currency, received_at=clock.now(),
    )  # fmt: skip
    db.add(payment)
    if currency == order.currency:
        order.paid_minor += minor
    db.flush()


def _hand_over(db: Session, attempt: PaymentAttempt, order: Order, settings: Settings) -> None:
    """Take the pieces off the shelf and ship them; late money must find them again."""
    few = settings.low_stock
    sold = stock.sell(db, attempt.id, order.id, few=few)
    if not sold and not stock.take_again(db, attempt.id, order.id, few=few):
        _ask_for_help(db, order, "It was paid late, and the goods are sold out.", settings)
        letters.payment_looked_at(db, order, attempt, settings)
        return
    orders.mark_paid(db, order, clock.now())
    letters.order_paid(db, order, attempt, settings)
    number = order.number
    database.after_commit(db, lambda: _tell(number))


def _tell(order_number: str) -> None:
    events.order_paid.send(None, order_number=order_number)


def _ask_for_help(db: Session, order: Order, why: str, settings: Settings) -> None:
    if order.state != "needs_attention":
        orders.move(order, "needs_attention")
    order.attention = why[:400]
    letters.order_attention(db, order, settings)


def _close(db: Session, attempt: PaymentAttempt, state: str, settings: Settings) -> None:
    """Close an attempt without money: its pieces are free again."""
    _move(attempt, state)
    orders.move(attempt.order, "cancelled" if state == "superseded" else "expired")
    stock.release(db, attempt.id, few=settings.low_stock)


def _move(attempt: PaymentAttempt, state: str) -> None:
    attempt.state = moved(ATTEMPT_MOVES, attempt.state, state)
    if state not in OPEN_ATTEMPTS:
        attempt.closed_at = clock.now()
