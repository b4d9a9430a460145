"""From a cart to the pay page: place, commit, ask Stripe, commit; pressing twice is harmless."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.checkout.service import StillOpen
from storefront.errors import Unavailable
from storefront.orders.states import OPEN_ATTEMPTS, SETTLED_ATTEMPTS
from storefront.payments import attempts
from storefront.payments.attempts import AttemptClosed
from storefront.payments.gateway import (
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    KeySpent,
)
from storefront.payments.models import PaymentAttempt
from storefront.settings import Settings

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
            raise Unavailable(SILENT) from error
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
            attempt = place(db)
            attempt_id, state, started = attempt.id, attempt.state, _started(attempt)
            is_new = attempt.created_at >= began
    except StillOpen as earlier:
        return _instead_of(earlier.attempt_id, gateway, settings)
    if state in SETTLED_ATTEMPTS or state == "pending_async":
        return started
    try:
        url = attempts.open_pay_page(attempt_id, gateway, settings, again=not is_new)
    except AttemptClosed:
        return None
    except (GatewayRefused, KeySpent) as error:  # another order may go through
        log.error("there is no page for attempt %s: %s", attempt_id, error)  # noqa: TRY400
        attempts.refuse(attempt_id, settings)
        if is_new:
            raise Unavailable(SILENT) from error
        return None
    return replace(started, url=url)


def _instead_of(attempt_id: int, gateway: Gateway, settings: Settings) -> Started | None:
    """Close an earlier order of the cart; give it when it turns out to be paid or under way."""
    try:
        state = attempts.supersede(attempt_id, gateway, settings)
    except GatewayRefused as error:
        raise GatewayUnavailable(str(error)) from error
    if state in SETTLED_ATTEMPTS or state in OPEN_ATTEMPTS:
        with database.transaction() as db:
            return _started(db.get_one(PaymentAttempt, attempt_id))
    return None


def _started(attempt: PaymentAttempt) -> Started:
    order = attempt.order
    return Started(
        order.number, order.key, order.total_minor, order.currency,
        str(attempt.request["success_url"]), attempt.expires_at,
    )  # fmt: skip
