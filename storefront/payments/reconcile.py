"""Stripe against our books: what no webhook told us, found by asking; again changes nothing."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from storefront import database
from storefront.errors import IllegalMove
from storefront.orders.states import OPEN_ATTEMPTS
from storefront.payments import attempts, receipts, settle, webhook
from storefront.payments.gateway import Gateway, GatewayRefused, GatewayUnavailable
from storefront.payments.models import PaymentAttempt
from storefront.settings import Settings

log = logging.getLogger(__name__)

WAIT = timedelta(minutes=2)  # a webhook is usually quicker
MOST = 200


@dataclass
class Report:
    """What a sweep did."""

    changed: int = 0
    unchanged: int = 0
    unanswered: int = 0

    def count(self, before: str, after: str) -> None:
        """Count one thing that was looked at."""
        if before == after:
            self.unchanged += 1
        else:
            self.changed += 1


def reconcile(
    gateway: Gateway, settings: Settings, now: datetime, *, wait: timedelta = WAIT
) -> Report:
    """Look at every event that is not done and every attempt that is not final."""
    report = Report()
    with database.transaction() as db:
        waiting = [
            (event.event_id, event.object_id, event.outcome)
            for event in receipts.undone(db, now - wait)
        ]
        unfinished = select(PaymentAttempt.id, PaymentAttempt.state).where(
            PaymentAttempt.state.in_(OPEN_ATTEMPTS), PaymentAttempt.created_at <= now - wait
        )
        looked_at = db.execute(unfinished.order_by(PaymentAttempt.id).limit(MOST)).all()
    for event_id, session_id, before in waiting:
        report.count(before, webhook.work(event_id, "", session_id, gateway, settings))
    for attempt_id, state in looked_at:
        try:
            report.count(state, _look(attempt_id, gateway, settings, now))
        except (GatewayUnavailable, GatewayRefused, IllegalMove) as error:
            log.error("attempt %s could not be checked: %s", attempt_id, error)  # noqa: TRY400
            report.unanswered += 1
    return report


def _look(attempt_id: int, gateway: Gateway, settings: Settings, now: datetime) -> str:
    """Ask about one attempt; past its time its page is closed first, and the answer counts."""
    with database.transaction() as db:
        attempt = db.get_one(PaymentAttempt, attempt_id, populate_existing=True)
        state, is_over = attempt.state, attempt.expires_at <= now
    session_id = attempts.session_of(attempt_id, gateway)
    if session_id is None:  # never opened; once its time is over it never can be
        if not is_over:
            return state
        return settle.close_unopened(attempt_id, "expired", settings)
    after = settle.settle(attempt_id, gateway, settings, session_id=session_id)
    if is_over and after == "created":
        return settle.record(attempt_id, gateway.expire_session(session_id), settings)
    return after


def look_again(order_id: int, gateway: Gateway, settings: Settings) -> None:
    """Ask once how an order's open payment stands; without an answer nothing has changed."""
    with database.transaction() as db:
        opened = select(PaymentAttempt.id).where(
            PaymentAttempt.order_id == order_id,
            PaymentAttempt.state.in_(OPEN_ATTEMPTS),
            PaymentAttempt.session_id.is_not(None),
        )
        attempt_id = db.scalar(opened)
    if attempt_id is None:
        return
    try:
        settle.settle(attempt_id, gateway, settings)
    except (GatewayUnavailable, GatewayRefused) as error:
        log.warning("order %s could not be checked: %s", order_id, error)
