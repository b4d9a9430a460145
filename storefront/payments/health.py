"""How well we hear Stripe: facts for the counter and the operator, and what is wrong in sentences."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.inserts import insert_once
from storefront.payments.gateway import Gateway
from storefront.payments.models import Cursor, Payment, Refund, StripeEvent

BAD_SIGNATURES, CLOCK = "bad_signatures", "clock_offset"
WRITE_EVERY_SECONDS = 10  # a flood of forgeries must not become a flood of writes
MOST_OFFSET_SECONDS = 60
OLD = timedelta(minutes=30)


@dataclass(frozen=True)
class Health:
    """What is known of the line to Stripe."""

    last_event_at: datetime | None  # the last webhook or listed event that was taken in
    undone: int
    oldest_undone_at: datetime | None
    other_mode: int  # events of test mode in a live shop, or the other way round
    bad_signatures: int
    last_bad_signature_at: datetime | None
    clock_offset_seconds: int | None  # how far Stripe's clock is ahead of ours
    clock_checked_at: datetime | None
    caught_up_at: datetime | None  # when the list of events was last read to its end
    refunds_waiting: int
    oldest_refund_at: datetime | None
    last_payment_at: datetime | None

    def problems(self, now: datetime) -> list[str]:
        """Say what needs somebody."""
        offset = self.clock_offset_seconds or 0
        unheard = self.last_bad_signature_at is not None and (
            self.last_event_at is None or self.last_event_at < self.last_bad_signature_at
        )
        found = {
            f"Our clock is {abs(offset)} seconds {'behind' if offset > 0 else 'ahead of'} Stripe's:"
            " from five minutes on, every event is refused.": abs(offset) > MOST_OFFSET_SECONDS,
            "The last event was refused for its signature: is STRIPE_WEBHOOK_SECRETS right?": unheard,
            f"{self.undone} events of Stripe wait to be done.": _is_old(
                self.oldest_undone_at, now
            ),
            f"{self.refunds_waiting} refunds wait to be sent.": _is_old(
                self.oldest_refund_at, now
            ),
        }
        return [sentence for sentence, is_wrong in found.items() if is_wrong]


def _is_old(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment < now - OLD


def read(db: Session) -> Health:
    """Tell how well we hear Stripe."""
    undone = select(func.count(), func.min(StripeEvent.received_at))
    count, oldest = db.execute(undone.where(StripeEvent.done_at.is_(None))).one()
    prepared = select(func.count(), func.min(Refund.created_at))
    waiting, oldest_refund = db.execute(prepared.where(Refund.state == "prepared")).one()
    kept = {cursor.name: cursor for cursor in db.scalars(select(Cursor))}
    bad, offset, events = kept.get(BAD_SIGNATURES), kept.get(CLOCK), kept.get("events")
    other = select(func.count()).where(StripeEvent.outcome == "other_mode")
    return Health(
        last_event_at=db.scalar(select(func.max(StripeEvent.received_at))),
        undone=count, oldest_undone_at=oldest,
        other_mode=db.scalar(other) or 0,
        bad_signatures=bad.number if bad else 0,
        last_bad_signature_at=bad.moment if bad else None,
        clock_offset_seconds=offset.number if offset else None,
        clock_checked_at=offset.moment if offset else None,
        caught_up_at=events.moment if events else None,
        refunds_waiting=waiting, oldest_refund_at=oldest_refund,
        last_payment_at=db.scalar(select(func.max(Payment.received_at))),
    )  # fmt: skip


class _Refusals:
    """Refused signatures of this process that are not written down yet."""

    def __init__(self) -> None:
        self._lock, self._count, self._written_at = threading.Lock(), 0, float("-inf")

    def add(self) -> int:
        """Count one; give what is to be written now, or nothing."""
        with self._lock:
            self._count += 1
            if time.monotonic() - self._written_at < WRITE_EVERY_SECONDS:
                return 0
            self._written_at, due, self._count = time.monotonic(), self._count, 0
            return due


_refusals = _Refusals()


def note_bad_signature() -> None:
    """Count an event whose signature did not fit."""
    due = _refusals.add()
    if due:
        with database.transaction() as db:
            _note(db, BAD_SIGNATURES, add=due)


def note_clock(gateway: Gateway) -> None:
    """Write down how far Stripe's clock was ahead of ours at the last answer."""
    if gateway.clock_offset_seconds is not None:
        with database.transaction() as db:
            _note(db, CLOCK, number=round(gateway.clock_offset_seconds))


def _note(db: Session, name: str, *, add: int = 0, number: int | None = None) -> None:
    insert_once(db, Cursor, name=name, number=0)
    kept = db.get_one(Cursor, name, populate_existing=True, with_for_update=True)
    kept.number = kept.number + add if number is None else number
    kept.moment = clock.now()
