"""From a cart to the pay page: place, commit, ask Stripe, commit; pressing twice is harmless."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.checkout.service import StillOpen
from storefront.errors import ShopError, Unavailable
from storefront.orders.states import OPEN_ATTEMPTS, SETTLED_ATTEMPTS
from storefront.payments import attempts, settle
from storefront.payments.attempts import AttemptClosed
from storefront.payments.gateway import (
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    KeySpent,
    NoSuchSession,
)
from storefront.payments.models import PaymentAttempt
from storefront.settings import Settings
from storefront.stock import service as stock

log = logging.getLogger(__name__)

MOST_TRIES = 3
SILENT = "The pay page did not answer. Nothing was charged. Please press the button again."


@dataclass(frozen=True)
class Started:
    """An order and where to go on: its pay page, or its own page when it is paid already."""

    number: str
    key: str
    total_minor: int
    currency: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class Placed:
    """An order with its attempt: new, or one that was there before."""

    attempt_id: int
    state: str
    started: Started
    is_new: bool
    is_other: bool = False  # an earlier order stays instead, paid or under way


def start(
    place: Callable[[Session], PaymentAttempt], gateway: Gateway, settings: Settings
) -> Started:
    """Place an order and open its pay page; `place` is run inside a transaction.

    Raises:
        Unavailable: Stripe did not answer; pressing again asks the very same.
        ShopError: what `place` raises.
    """
    for _try in range(MOST_TRIES):
        try:
            started = _once(place, gateway, settings)
        except GatewayUnavailable as error:
            log.warning("the pay page did not answer: %s", error)
            raise Unavailable(f"{SILENT} {error.hint}".strip()) from error
        if started is not None:
            return started
    raise Unavailable(SILENT)


def _once(
    place: Callable[[Session], PaymentAttempt], gateway: Gateway, settings: Settings
) -> Started | None:
    """Try once; None when something else happened in between and it is worth another try."""
    began = clock.now()
    try:
        with database.transaction() as db:
            placed = _placed(place(db), began)
    except StillOpen as earlier:
        instead = _instead_of(earlier, place, gateway, settings)
        if instead is None or instead.is_other:
            return instead.started if instead else None
        placed = instead
    if placed.state in SETTLED_ATTEMPTS or placed.state == "pending_async":
        return placed.started
    try:
        url = attempts.open_pay_page(
            placed.attempt_id, gateway, settings, again=not placed.is_new
        )
    except AttemptClosed:
        return None
    except (GatewayRefused, KeySpent) as error:  # another order may go through
        log.error("there is no page for attempt %s: %s", placed.attempt_id, error)  # noqa: TRY400
        attempts.refuse(placed.attempt_id, settings)
        if placed.is_new:
            raise Unavailable(f"{SILENT} {error.hint}".strip()) from error
        return None
    return replace(placed.started, url=url)


def _instead_of(
    earlier: StillOpen,
    place: Callable[[Session], PaymentAttempt],
    gateway: Gateway,
    settings: Settings,
) -> Placed | None:
    """Close an earlier order of the cart and place the new one on its pieces, in one transaction.

    Nobody can take the pieces in between. The earlier order stays when it turns out to be paid or
    under way; when the new one cannot be placed, its pieces go back to the shelf.
    """
    began, attempt_id, closing = clock.now(), earlier.attempt_id, earlier.closing
    try:
        facts = attempts.end_page(attempt_id, gateway)
    except NoSuchSession:
        settle.close_lost(attempt_id, closing, settings)
        return None
    except GatewayRefused as error:
        raise GatewayUnavailable(str(error)) from error
    try:
        with database.transaction() as db:
            state = attempts.supersede_in(
                db, attempt_id, facts, settings, closing=closing, keeps=True
            )
            if state in SETTLED_ATTEMPTS or state in OPEN_ATTEMPTS:
                other = db.get_one(PaymentAttempt, attempt_id)
                return replace(_placed(other, began), is_other=True)
            placed = _placed(place(db), began)
            stock.release(db, attempt_id, few=settings.low_stock)  # what the new one left over
            return placed
    except (ShopError, StillOpen) as problem:
        with database.transaction() as db:
            attempts.supersede_in(db, attempt_id, facts, settings, closing=closing)
        if isinstance(problem, StillOpen):
            return None
        raise


def _placed(attempt: PaymentAttempt, began: datetime) -> Placed:
    is_new = attempt.created_at >= began
    return Placed(attempt.id, attempt.state, _started(attempt), is_new)


def _started(attempt: PaymentAttempt) -> Started:
    order = attempt.order
    return Started(
        order.number, order.key, order.total_minor, order.currency,
        str(attempt.request["success_url"]), attempt.expires_at,
    )  # fmt: skip
