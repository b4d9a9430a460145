"""Stripe against our books: what no webhook told us, found by asking; again changes nothing."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront import database
from storefront.errors import IllegalMove
from storefront.orders.states import BOUGHT_ORDERS, OPEN_ATTEMPTS
from storefront.payments import (
    attempts,
    catch_up,
    health,
    money_back,
    receipts,
    refund_sync,
    refunds,
    settle,
    webhook,
)
from storefront.payments.gateway import (
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    NoSuchSession,
)
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
    failed: int = 0

    def add(self, before: str, look: Callable[[], str]) -> None:
        """Look at one thing and count it; whatever it meets, the next one is looked at."""
        try:
            after = look()
        except (GatewayUnavailable, GatewayRefused) as error:
            log.error("Stripe could not be asked: %s", error)  # noqa: TRY400
            after = receipts.UNANSWERED
        except Exception:  # one broken order must never stop the sweep
            log.exception("the sweep has met something that is broken")
            after = receipts.BROKEN
        self._count(before, after)

    def _count(self, before: str, after: str) -> None:
        if after == receipts.UNANSWERED:
            self.unanswered += 1
        elif after == receipts.BROKEN:
            self.failed += 1
        elif before == after:
            self.unchanged += 1
        else:
            self.changed += 1


def reconcile(
    gateway: Gateway, settings: Settings, now: datetime, *,
    wait: timedelta = WAIT, since: datetime | None = None,
) -> Report:  # fmt: skip
    """Look at what has happened at Stripe, and at everything of ours that is not final.

    `since` lists events from that moment on instead of from where the last run ended.
    """
    report = Report()
    _catch_up(report, gateway, settings, now, since)
    with database.transaction() as db:
        events = [(event.event_id, event.outcome) for event in receipts.undone(db, now, wait)]
        unfinished = _in_turn(db, now, now - wait)
    for event_id, outcome in events:
        report.add(outcome, partial(webhook.work, event_id, gateway, settings))
    for attempt_id, state in unfinished:
        report.add(state, partial(_look, attempt_id, gateway, settings, now))
    _money_back(report, gateway, settings, now, now - wait)
    health.note_clock(gateway)
    return report


def _catch_up(
    report: Report, gateway: Gateway, settings: Settings, now: datetime, since: datetime | None
) -> None:
    """Do what Stripe's own list of events has and no webhook brought; then remember how far."""
    try:
        found = catch_up.new_events(gateway, settings, now, since)
    except (GatewayUnavailable, GatewayRefused) as error:
        log.error("Stripe could not be asked for events: %s", error)  # noqa: TRY400
        report.unanswered += 1
        return
    for event_id in found:
        report.add("", partial(webhook.work, event_id, gateway, settings))
    catch_up.move_cursor(now)


def _money_back(
    report: Report, gateway: Gateway, settings: Settings, now: datetime, before: datetime
) -> None:
    """Look at refunds that wait or are on their way, and at open disputes."""
    with database.transaction() as db:
        waiting = money_back.waiting_refunds(db, before)
        payments = money_back.pending_payments(db, now)
        disputes = money_back.open_disputes(db, now)
    for refund_id, state in waiting:
        report.add(state, partial(refunds.send, refund_id, gateway, settings))
    for payment_id in payments:
        report.add("unchanged", partial(refund_sync.sync, payment_id, gateway, settings))
    for dispute_id in disputes:
        look = partial(money_back.look_at_dispute, dispute_id, gateway, settings)
        report.add("unchanged", look)


def _in_turn(db: Session, now: datetime, before: datetime) -> list[tuple[int, str]]:
    """Choose the attempts that were not looked at for the longest time, and note the look.

    So those that can never be done take their turn, and keep nobody else waiting.
    """
    unfinished = select(PaymentAttempt.id, PaymentAttempt.state).where(
        PaymentAttempt.state.in_(OPEN_ATTEMPTS), PaymentAttempt.created_at <= before
    )
    longest_ago = (PaymentAttempt.looked_at.asc().nulls_first(), PaymentAttempt.id)
    chosen = [
        (row.id, row.state) for row in db.execute(unfinished.order_by(*longest_ago).limit(MOST))
    ]
    ids = [attempt_id for attempt_id, _state in chosen]
    db.execute(update(PaymentAttempt).where(PaymentAttempt.id.in_(ids)).values(looked_at=now))
    return chosen


def _look(attempt_id: int, gateway: Gateway, settings: Settings, now: datetime) -> str:
    """Ask about one attempt; when its page is not needed any more it is closed, and the answer counts."""
    with database.transaction() as db:
        attempt = db.get_one(PaymentAttempt, attempt_id, populate_existing=True)
        is_bought = attempt.order.state in BOUGHT_ORDERS  # by another payment
        state, is_over = attempt.state, attempt.expires_at <= now or is_bought
    session_id = attempts.session_of(attempt_id, gateway)
    if session_id is None:  # never opened; once its time is over it never can be
        if not is_over:
            return state
        return settle.close_unopened(attempt_id, "expired", settings)
    try:
        after = settle.settle(attempt_id, gateway, settings, session_id=session_id)
        if is_over and after == "created":
            return settle.record(attempt_id, gateway.expire_session(session_id), settings)
    except NoSuchSession:
        if not is_over:
            raise
        return settle.close_lost(attempt_id, "expired", settings)
    return after


def look_again(order_id: int, gateway: Gateway, settings: Settings) -> bool:
    """Ask once how an order's open payment stands; tell whether it is certain now."""
    with database.transaction() as db:
        opened = select(PaymentAttempt.id).where(
            PaymentAttempt.order_id == order_id,
            PaymentAttempt.state.in_(OPEN_ATTEMPTS),
            PaymentAttempt.session_id.is_not(None),
        )
        attempt_id = db.scalar(opened)
    if attempt_id is None:
        return False
    try:
        settle.settle(attempt_id, gateway, settings)
    except (GatewayUnavailable, GatewayRefused, IllegalMove, IntegrityError) as error:
        log.warning("order %s could not be checked: %s", order_id, error)
        return False
    return True
