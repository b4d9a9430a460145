"""The receipts of Stripe's events: written before anything is done, marked with the effect."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.inserts import insert_once
from storefront.payments import letters
from storefront.payments.gateway import Hint
from storefront.payments.models import Payment, PaymentAttempt, StripeEvent
from storefront.settings import Settings

ORPHAN = "orphan"
UNANSWERED = "unanswered"
BROKEN = "broken"  # no state of an attempt is called so
GIVEN_UP = "given_up"
AGAIN = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 60))  # the last one stays
GIVE_UP_AFTER = timedelta(days=3)
MOST = 200


def remember(db: Session, hint: Hint) -> StripeEvent:
    """Write the receipt of an event unless it is there; give it."""
    insert_once(
        db, StripeEvent, event_id=hint.event_id, type=hint.type[:80],
        object_id=hint.object_id[:120], reference=hint.reference[:200], livemode=hint.livemode,
        received_at=clock.now(), tries=0, outcome="", error="",
    )  # fmt: skip
    return db.get_one(StripeEvent, hint.event_id, populate_existing=True)


def read(db: Session, event_id: str) -> StripeEvent:
    """Read the receipt of an event."""
    return db.get_one(StripeEvent, event_id, populate_existing=True)


def finish(db: Session, event_id: str | None, outcome: str) -> None:
    """Mark an event as done, in the transaction that did it."""
    event = db.get(StripeEvent, event_id) if event_id else None
    if event is not None and event.done_at is None:
        event.done_at, event.outcome, event.error = clock.now(), outcome, ""


def put_off(
    db: Session, event_id: str, outcome: str, settings: Settings, error: str = ""
) -> str:
    """Note that an event could not be done yet; tell its outcome, in the end that it is given up.

    The shopkeeper is told of each that is given up.
    """
    event = db.get_one(StripeEvent, event_id, populate_existing=True, with_for_update=True)
    if event.done_at is not None:  # somebody else has done it
        return event.outcome
    event.tries += 1
    event.outcome, event.error = outcome, error[:2000]
    event.next_at = clock.now() + AGAIN[min(event.tries, len(AGAIN)) - 1]
    if clock.now() - event.received_at > GIVE_UP_AFTER:
        letters.event_given_up(db, event, settings)
        event.done_at, event.outcome = clock.now(), GIVEN_UP
    return event.outcome


def attempt_of(db: Session, reference: str, session_id: str) -> int | None:
    """Find the attempt that an event is about; its own reference first, then the session."""
    ours = or_(PaymentAttempt.reference == reference, PaymentAttempt.session_id == session_id)
    return db.scalar(select(PaymentAttempt.id).where(ours).order_by(PaymentAttempt.id).limit(1))


def payment_of(db: Session, reference: str) -> int | None:
    """Find the payment that an event is about."""
    return db.scalar(select(Payment.id).where(Payment.reference == reference))


def undone(db: Session, now: datetime, wait: timedelta) -> Sequence[StripeEvent]:
    """List events that are not done and whose time has come, the least tried first."""
    untried = StripeEvent.next_at.is_(None) & (StripeEvent.received_at <= now - wait)
    due = or_(untried, StripeEvent.next_at <= now)
    waiting = select(StripeEvent).where(StripeEvent.done_at.is_(None), due)
    in_turn = waiting.order_by(StripeEvent.tries, StripeEvent.received_at)
    return db.scalars(in_turn.limit(MOST)).all()


def latest(db: Session, *, most: int = 50) -> Sequence[StripeEvent]:
    """List events, newest first."""
    newest = select(StripeEvent).order_by(StripeEvent.received_at.desc())
    return db.scalars(newest.limit(most)).all()
