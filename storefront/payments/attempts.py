"""Payment attempts: prepare one, open its pay page, close it when another takes its place."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database, tokens
from storefront.orders.models import Order
from storefront.orders.states import (
    ATTEMPT_MOVES,
    OPEN_ATTEMPTS,
    PAYABLE_ATTEMPTS,
    SETTLED_ATTEMPTS,
    moved,
)
from storefront.payments import settle
from storefront.payments.gateway import (
    Gateway,
    GatewayUnavailable,
    KeySpent,
    NoSuchSession,
    PaymentFacts,
    PayPage,
)
from storefront.payments.models import PaymentAttempt
from storefront.payments.requests import checkout_request
from storefront.settings import Settings
from storefront.stock.models import StockHold

CLOCKS_DIFFER = timedelta(minutes=10)


class AttemptClosed(Exception):
    """Raised when an attempt is closed and its pay page is not to be opened any more."""


@dataclass(frozen=True)
class Ways:
    """Where the pay page leads: to the order when paid, back to the form when not."""

    success_url: str
    cancel_url: str


def prepare(
    db: Session, order: Order, ways: Ways, *, delivery: str, settings: Settings, now: datetime
) -> PaymentAttempt:
    """Write down all that will be asked of Stripe; the key is random, never made of ids."""
    reference = tokens.key()
    expires_at = now + timedelta(minutes=settings.session_minutes)
    attempt = PaymentAttempt(
        order_id=order.id, reference=reference, idempotency_key=tokens.key(), state="prepared",
        created_at=now, expires_at=expires_at,
        request=checkout_request(
            order, reference, expires_at=expires_at, success_url=ways.success_url,
            cancel_url=ways.cancel_url, delivery=delivery,
            automatic_tax=str(settings.tax_mode) == "stripe",
        ),
    )  # fmt: skip
    db.add(attempt)
    db.flush()
    return attempt


def say(attempt: PaymentAttempt, text: str) -> None:
    """Say something beside the button of an attempt's pay page, before it is asked for."""
    if text:
        attempt.request = attempt.request | {"custom_text": {"submit": {"message": text}}}


def open_of_cart(db: Session, cart_ids: Collection[str]) -> PaymentAttempt | None:
    """Find the attempt that can still be paid for any order of a cart, by all its names."""
    of_cart = (
        select(PaymentAttempt)
        .join(PaymentAttempt.order)
        .where(Order.cart_id.in_(cart_ids), PaymentAttempt.state.in_(PAYABLE_ATTEMPTS))
        .order_by(PaymentAttempt.id)
    )
    return db.scalars(of_cart.execution_options(populate_existing=True)).first()


def open_pay_page(
    attempt_id: int, gateway: Gateway, settings: Settings, *, again: bool = False
) -> str:
    """Open the pay page of an attempt, or find it open already; pressing twice makes one.

    `again` says that it was asked for before: what an answer that was lost has made is
    looked for before anything is asked once more.

    Raises:
        GatewayUnavailable: no answer; the attempt stays prepared, to be tried again.
        KeySpent: Stripe has no page for it and will never make one with this key.
        GatewayRefused: this request will never be taken.
        AttemptClosed: it was paid or closed meanwhile.
    """
    with database.transaction() as db:
        attempt = db.get_one(PaymentAttempt, attempt_id, populate_existing=True)
        if attempt.state not in PAYABLE_ATTEMPTS:
            raise AttemptClosed
        if attempt.pay_url:
            return attempt.pay_url
        request, key = attempt.request, attempt.idempotency_key
    found = _lost_page(attempt_id, gateway, settings) if again else None
    return found or _ask_for_page(attempt_id, request, key, gateway, settings)


def _ask_for_page(
    attempt_id: int, request: dict[str, Any], key: str, gateway: Gateway, settings: Settings
) -> str:
    try:
        page = gateway.start_checkout(request, key)
    except KeySpent:
        found = _lost_page(attempt_id, gateway, settings)
        if found is None:
            raise
        return found
    except GatewayUnavailable:
        with database.transaction() as db:
            attempt = db.get_one(PaymentAttempt, attempt_id, populate_existing=True)
            if attempt.pay_url:  # the other press got the answer
                return attempt.pay_url
        raise
    if not _keep(attempt_id, page):
        gateway.expire_session(page.session_id)
        raise AttemptClosed
    return page.url


def _lost_page(attempt_id: int, gateway: Gateway, settings: Settings) -> str | None:
    """Look for the page of an attempt whose answer was lost, and write down how it stands."""
    facts = _find(attempt_id, gateway)
    if facts is None:
        return None
    if settle.record(attempt_id, facts, settings) not in PAYABLE_ATTEMPTS:
        raise AttemptClosed
    return facts.url


def _keep(attempt_id: int, page: PayPage) -> bool:
    """Store the answer; tell whether the attempt still wants it."""
    with database.transaction() as db:
        attempt = settle.lock(db, attempt_id)
        if attempt.state == "prepared":
            attempt.state = moved(ATTEMPT_MOVES, attempt.state, "created")
        attempt.session_id, attempt.pay_url = page.session_id, page.url
        return attempt.state in OPEN_ATTEMPTS


def end_page(attempt_id: int, gateway: Gateway) -> PaymentFacts | None:
    """Close the pay page of an attempt at Stripe; tell how it stands there, None without a page.

    Raises:
        GatewayUnavailable: no answer; nothing has changed.
        NoSuchSession: Stripe knows no such session.
    """
    session_id = session_of(attempt_id, gateway)
    return gateway.expire_session(session_id) if session_id else None


def supersede(attempt_id: int, gateway: Gateway, settings: Settings) -> str:
    """Close an attempt because the buyer wants something else; tell the state it got.

    Its pay page is closed first, and Stripe's answer counts: what was paid is paid.

    Raises:
        GatewayUnavailable: no answer; nothing has changed.
    """
    try:
        facts = end_page(attempt_id, gateway)
    except NoSuchSession:
        return settle.close_lost(attempt_id, "superseded", settings)
    with database.transaction() as db:
        return supersede_in(db, attempt_id, facts, settings)


def supersede_in(
    db: Session,
    attempt_id: int,
    facts: PaymentFacts | None,
    settings: Settings,
    *,
    closing: str = "superseded",
    keeps: bool = False,
) -> str:
    """Close an attempt by what Stripe said of its page; with `keeps` its pieces stay taken.

    They are for the order that takes its place in the same transaction. With `closing` "expired"
    its own order can be paid once more.
    """
    if facts is None:
        return settle.close_in(db, attempt_id, closing, settings, {"prepared"}, keeps=keeps)
    return settle.record_in(db, attempt_id, facts, settings, closing=closing, keeps=keeps)


def kept_for(db: Session, cart_ids: Collection[str]) -> list[int]:
    """Find the closed attempts of a cart, by all its names, whose pieces wait for the order that replaces them."""
    keeps = (
        select(PaymentAttempt.id)
        .join(PaymentAttempt.order)
        .join(StockHold, StockHold.attempt_id == PaymentAttempt.id)
        .where(
            Order.cart_id.in_(cart_ids), StockHold.state == "held",
            PaymentAttempt.state.not_in(OPEN_ATTEMPTS),
        )
        .distinct()
    )  # fmt: skip
    return list(db.scalars(keeps))


def session_of(attempt_id: int, gateway: Gateway) -> str | None:
    """Tell an attempt's session, looking for one whose answer was lost.

    Raises:
        GatewayUnavailable: no answer.
    """
    with database.transaction() as db:
        known = db.get_one(PaymentAttempt, attempt_id, populate_existing=True).session_id
    if known:
        return known
    found = _find(attempt_id, gateway)
    return found.session_id if found else None


def _find(attempt_id: int, gateway: Gateway) -> PaymentFacts | None:
    """Look for the session of an attempt; it can only have been made while its page could live."""
    with database.transaction() as db:
        attempt = db.get_one(PaymentAttempt, attempt_id, populate_existing=True)
        reference, since, until = attempt.reference, attempt.created_at, attempt.expires_at
    return gateway.find_session(reference, since - CLOCKS_DIFFER, until + CLOCKS_DIFFER)


def refuse(attempt_id: int, settings: Settings) -> None:
    """Close an attempt that Stripe will never open a page for."""
    settle.close_unopened(attempt_id, "failed", settings)


def is_fresh(attempt: PaymentAttempt) -> bool:
    """Tell whether the pay page still lives long enough to send somebody there."""
    return attempt.expires_at - clock.now() > timedelta(minutes=1)


def is_lapsed(attempt: PaymentAttempt) -> bool:
    """Tell whether an attempt was closed unpaid, or can no longer be paid in time."""
    if attempt.state in PAYABLE_ATTEMPTS:
        return not is_fresh(attempt)
    return attempt.state not in OPEN_ATTEMPTS | SETTLED_ATTEMPTS
