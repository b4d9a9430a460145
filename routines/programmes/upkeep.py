"""What the worker does for programmes each minute: open what is due, and forget who is long gone."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from routines.library.models import Entry
from routines.programmes import courses, editions, service, unlock
from routines.programmes.letters import FORGET_ASKED_DAYS, Office
from routines.programmes.models import Enrolment, PhaseState
from storefront.public import session, transaction

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
FORGET_ASKED = timedelta(days=FORGET_ASKED_DAYS)
FORGET_IDLE = timedelta(days=400)  # after the last change: longer than a cookie lives


def run(now: datetime, office: Office) -> dict[str, int]:
    """Open the phases that are due and write their letters, each reader in a transaction of its own.

    A reader whose rows are broken is logged and keeps nobody else waiting.
    """
    opened = letters = failed = 0
    for enrolment_id in due(session(), now):
        try:
            with transaction() as db:
                written = open_due(db, enrolment_id, now, office)
            opened += 1
            letters += written
        except Exception:  # whatever one reader's rows do, the others are told
            log.exception("a programme could not be opened")
            failed += 1
    with transaction() as db:
        forgotten = forget(db, now)
    return {"readers": opened, "letters": letters, "failed": failed, "forgotten": forgotten}


def due(db: Session, now: datetime) -> Sequence[str]:
    """List the enrolments in which a phase opens, or has opened and is not told."""
    to_open = PhaseState.opened_at.is_(None) & (PhaseState.unlocks_at <= now) & ~PhaseState.is_waiting  # fmt: skip
    to_tell = PhaseState.opened_at.is_not(None) & ~PhaseState.is_told
    query = (
        select(Enrolment.id).join(PhaseState)
        .where(Enrolment.state == "active", Enrolment.paused_at.is_(None), or_(to_open, to_tell))
        .distinct().limit(MOST_AT_ONCE)
    )  # fmt: skip
    return db.scalars(query).all()


def open_due(db: Session, enrolment_id: str, now: datetime, office: Office) -> int:
    """Open what is due for one reader and tell how many letters that makes; nothing when another worker is at it."""
    query = select(Enrolment, Entry.slug).join(Entry, Entry.id == Enrolment.entry_id)
    mine = query.where(Enrolment.id == enrolment_id, Enrolment.state == "active")
    row = db.execute(mine.with_for_update(of=Enrolment, skip_locked=True)).first()
    if row is None:
        return 0
    enrolment, slug = row
    way = unlock.settle(courses.course(enrolment, editions.programme(db, enrolment)), now)
    return service.settle(db, enrolment, slug, way, now=now, office=office, is_reader_here=False)  # fmt: skip


def forget(db: Session, now: datetime) -> int:
    """Drop what nobody confirmed, and enrolments in which nothing was done or is to come; tell how many."""
    to_come = select(PhaseState.enrolment_id).where(
        PhaseState.unlocks_at > now - FORGET_IDLE, PhaseState.enrolment_id == Enrolment.id
    )
    old = (
        delete(Enrolment).where(Enrolment.state == "asked", Enrolment.changed_at < now - FORGET_ASKED),
        delete(Enrolment).where(Enrolment.changed_at < now - FORGET_IDLE, ~to_come.exists()),
    )  # fmt: skip
    return sum(int(getattr(db.execute(each), "rowcount", 0)) for each in old)
