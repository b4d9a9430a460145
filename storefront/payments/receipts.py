"""The receipts of Stripe's events: written before anything is done, marked with the effect."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storefront import clock
from storefront.payments.gateway import Hint
from storefront.payments.models import PaymentAttempt, StripeEvent

ORPHAN = "orphan"
GIVEN_UP = "given_up"
GIVE_UP_AFTER = timedelta(days=3)


def remember(db: Session, hint: Hint) -> StripeEvent:
    """Write the receipt of an event unless it is there; give it."""
    on_sqlite = db.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(StripeEvent) if on_sqlite else postgresql.insert(StripeEvent)
    row = insert.values(
        event_id=hint.event_id, type=hint.type[:80], object_id=hint.object_id[:120],
        livemode=hint.livemode, received_at=clock.now(), tries=0, outcome="", error="",
    )  # fmt: skip
    db.execute(row.on_conflict_do_nothing())
    return db.get_one(StripeEvent, hint.event_id, populate_existing=True)


def finish(db: Session, event_id: str | None, outcome: str) -> None:
    """Mark an event as done, in the transaction that did it."""
    event = db.get(StripeEvent, event_id) if event_id else None
    if event is not None and event.done_at is None:
        event.done_at, event.outcome, event.error = clock.now(), outcome, ""


def put_off(db: Session, event_id: str, outcome: str, error: str = "") -> None:
    """Note that an event could not be done yet; one that nobody ever claims is given up."""
    event = db.get_one(StripeEvent, event_id, populate_existing=True)
    event.tries += 1
    event.outcome, event.error = outcome, error[:2000]
    if outcome == ORPHAN and clock.now() - event.received_at > GIVE_UP_AFTER:
        finish(db, event_id, GIVEN_UP)


def attempt_of(db: Session, reference: str, session_id: str) -> int | None:
    """Find the attempt that an event is about; its own reference first, then the session."""
    ours = or_(PaymentAttempt.reference == reference, PaymentAttempt.session_id == session_id)
    return db.scalar(select(PaymentAttempt.id).where(ours).order_by(PaymentAttempt.id).limit(1))


def undone(db: Session, before: datetime) -> Sequence[StripeEvent]:
    """List events that were received some time ago and are not done."""
    waiting = select(StripeEvent).where(
        StripeEvent.done_at.is_(None), StripeEvent.received_at <= before
    )
    return db.scalars(waiting.order_by(StripeEvent.received_at).limit(200)).all()


def latest(db: Session, *, most: int = 50) -> Sequence[StripeEvent]:
    """List events, newest first."""
    newest = select(StripeEvent).order_by(StripeEvent.received_at.desc())
    return db.scalars(newest.limit(most)).all()
