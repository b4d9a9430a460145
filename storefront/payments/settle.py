"""The one way an order becomes paid: webhook, return page and sweep all come through here.

Stripe is asked what is true outside any transaction; one transaction then writes it down.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.cart import service as carts
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.states import (
    ATTEMPT_MOVES,
    OPEN_ATTEMPTS,
    ORDER_MOVES,
    PAYABLE_ATTEMPTS,
    SETTLED_ATTEMPTS,
    UNPAID_ORDERS,
    moved,
)
from storefront.payments import books, letters, receipts, receiving
from storefront.payments.gateway import Gateway, PaymentFacts
from storefront.payments.models import PaymentAttempt
from storefront.pricing import redemptions
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
        state = record_in(db, attempt_id, facts, settings, closing=closing)
        receipts.finish(db, event_id, state)
        return state


def record_in(
    db: Session, attempt_id: int, facts: PaymentFacts, settings: Settings, *,
    closing: str = "expired", keeps: bool = False,
) -> str:  # fmt: skip
    """Write it down in a transaction that goes on; `keeps` leaves the pieces to whoever follows."""
    attempt = lock(db, attempt_id)
    if attempt.state not in SETTLED_ATTEMPTS:
        _follow(db, attempt, facts, settings, closing, keeps)
    return attempt.state


def settle_free(db: Session, attempt: PaymentAttempt, settings: Settings) -> None:
    """Settle an order with nothing to pay, without asking anybody."""
    receiving.take_from_cart(db, attempt.order)
    _move(attempt, "no_payment_required")
    receiving.receive(db, attempt, attempt.reference, 0, attempt.order.currency)
    receiving.fill(db, attempt, settings)


def close_unopened(attempt_id: int, state: str, settings: Settings) -> str:
    """Close an attempt that never got a pay page; tell the state it has."""
    with database.transaction() as db:
        return close_in(db, attempt_id, state, settings, {"prepared"})


def close_in(
    db: Session, attempt_id: int, state: str, settings: Settings, before: Collection[str], *,
    keeps: bool = False,
) -> str:  # fmt: skip
    """Close an attempt that is in one of these states, in a transaction that goes on."""
    attempt = lock(db, attempt_id)
    if attempt.state in before:
        _close(db, attempt, state, settings, keeps=keeps)
    return attempt.state


def close_lost(attempt_id: int, state: str, settings: Settings) -> str:
    """Close an attempt whose session Stripe does not know; tell the state it has.

    A page that was never paid is nothing lost; money on its way is something to look at.
    """
    with database.transaction() as db:
        attempt = lock(db, attempt_id)
        if attempt.state == "pending_async":
            _move(attempt, "failed")
            if attempt.order.paid_at is None:
                redemptions.release(db, attempt.order)
                receiving.ask_for_help(db, attempt.order, LOST_DEBIT, settings)
            stock.release(db, attempt.id, few=settings.low_stock)
        return close_in(db, attempt_id, state, settings, PAYABLE_ATTEMPTS)


def lock(db: Session, attempt_id: int) -> PaymentAttempt:
    """Take an attempt for this transaction, its cart and order before it; others wait."""
    order_id, cart_id = db.execute(
        select(Order.id, Order.cart_id)
        .join(PaymentAttempt, PaymentAttempt.order_id == Order.id)
        .where(PaymentAttempt.id == attempt_id)
    ).one()
    carts.find(db, cart_id, lock=True)
    books.lock(db, order_id)
    wanted = select(PaymentAttempt).where(PaymentAttempt.id == attempt_id).with_for_update()
    return db.scalars(wanted.execution_options(populate_existing=True)).one()


def _follow(
    db: Session, attempt: PaymentAttempt, facts: PaymentFacts, settings: Settings, closing: str,
    keeps: bool,
) -> None:  # fmt: skip
    attempt.session_id = attempt.session_id or facts.session_id
    before, is_open = attempt.state, attempt.state in OPEN_ATTEMPTS
    if facts.status == "complete" and facts.payment_status != "unpaid":
        free = facts.payment_status == "no_payment_required" and is_open
        _move(attempt, "no_payment_required" if free else "paid")
        receiving.take_money(db, attempt, facts, settings, before=before)
    elif facts.is_processing and "pending_async" in ATTEMPT_MOVES[before]:
        _begin_debit(db, attempt)
    elif facts.has_failed and is_open:
        _close(db, attempt, "failed", settings)
        if attempt.order.paid_at is None:  # else another payment has filled it
            letters.payment_failed(db, attempt.order, settings)
    elif facts.status == "expired" and is_open:
        _close(db, attempt, closing, settings, keeps=keeps)
    elif facts.status == "open" and before == "prepared":
        _move(attempt, "created")
        attempt.pay_url = facts.url


def _begin_debit(db: Session, attempt: PaymentAttempt) -> None:
    """Wait for a bank; nobody is to order the same again meanwhile."""
    _move(attempt, "pending_async")
    if "processing" in ORDER_MOVES[attempt.order.state]:
        orders.move(attempt.order, "processing")
        receiving.take_from_cart(db, attempt.order)


def _close(
    db: Session, attempt: PaymentAttempt, state: str, settings: Settings, *, keeps: bool = False
) -> None:
    """Close an attempt without money: its pieces are free again, or the next order's of the cart."""
    _move(attempt, state)
    order = attempt.order
    if order.state in UNPAID_ORDERS:
        orders.move(order, "cancelled" if state == "superseded" else "expired")
        redemptions.release(db, order)
    if not keeps:
        stock.release(db, attempt.id, few=settings.low_stock)


def _move(attempt: PaymentAttempt, state: str) -> None:
    attempt.state = moved(ATTEMPT_MOVES, attempt.state, state)
    if state not in OPEN_ATTEMPTS:
        attempt.closed_at = clock.now()
