"""Follow a programme: begin on a device or with an address, go through it, leave it.

Who asks with an address learns nothing about it: a new one, one that follows already and one that
must not be written to are answered alike, and nothing begins before the mailed link is confirmed.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from routines.library.documents import Programme
from routines.library.models import Entry
from routines.programmes import courses, editions, letters, unlock
from routines.programmes.letters import Office
from routines.programmes.models import Enrolment
from routines.programmes.unlock import Course
from routines.programmes.words import known_zone
from storefront.public import (
    Invalid,
    LinkExpired,
    canonical_email,
    insert_once,
    is_suppressed,
    mark_verified,
    tokens,
)

RESEND_AFTER = timedelta(seconds=60)
GONE = "This link is used up, or you have left the programme. You can begin again at any time."


@dataclass(frozen=True)
class Following:
    """A reader's programme: the pinned edition, and how far they are."""

    enrolment: Enrolment
    slug: str
    programme: Programme = field(repr=False)
    course: Course
    is_newest: bool  # no newer edition has been published since


def begin_on_device(db: Session, slug: str, zone: str, now: datetime) -> Enrolment:
    """Begin without an address.

    Raises:
        NotFound: there is no such programme.
        Invalid: nobody knows the time zone.
    """
    enrolment = _new(db, slug, zone, now)
    db.add(enrolment)
    _start(db, enrolment, now)
    return enrolment


def ask(
    db: Session, slug: str, email: str, zone: str, *, now: datetime, office: Office
) -> None:
    """Remember that an address wants to follow, and write the letter that asks to confirm it.

    Raises:
        NotFound: there is no such programme.
        Invalid: this cannot be a mail address, or nobody knows the time zone.
    """
    wish = _new(db, slug, zone, now)
    wish.email, wish.state, wish.letters = canonical_email(email), "asked", True
    if is_suppressed(db, wish.email, settings=office.settings):
        return
    insert_once(
        db, Enrolment, **{name: getattr(wish, name) for name in NEW}, asked_letters=0, round=1,
        pace="normal", shifts=[],
    )  # fmt: skip
    mine = (Enrolment.entry_id == wish.entry_id, Enrolment.email == wish.email)
    enrolment = db.scalars(select(Enrolment).where(*mine).with_for_update()).one()
    if enrolment.written_at is None or enrolment.written_at + RESEND_AFTER <= now:
        if enrolment.state == "asked":
            enrolment.zone, enrolment.changed_at = wish.zone, now
        enrolment.asked_letters, enrolment.written_at = enrolment.asked_letters + 1, now
        letters.write_confirmation(db, enrolment, slug, editions.programme(db, enrolment), office)  # fmt: skip


NEW = ("id", "entry_id", "revision", "routine_revisions", "email", "state", "letters", "zone", "started_at", "changed_at")  # fmt: skip


def confirm(
    db: Session, slug: str, enrolment_id: str | None, *, now: datetime, office: Office
) -> str:
    """Take an address as proven and begin; give the address, or nothing when that was done before.

    Raises:
        LinkExpired: it was left or forgotten, or its link is not ours.
    """
    enrolment = _mine(db, slug, enrolment_id)
    if enrolment.state != "asked":
        return ""
    enrolment.state = "active"
    _pin(db, enrolment, slug)
    mark_verified(db, enrolment.email, now)
    _start(db, enrolment, now)
    letters.write_start(db, enrolment, slug, editions.programme(db, enrolment), office)
    return enrolment.email


def find(db: Session, slug: str, enrolment_id: str | None) -> Following | None:
    """Find what a device or link follows, as it is stored; None when it is gone."""
    query = select(Enrolment, Entry.revision_number).join(Entry, Entry.id == Enrolment.entry_id)
    row = db.execute(query.where(Enrolment.id == enrolment_id, Entry.slug == slug)).first()
    if row is None:
        return None
    enrolment, newest = row
    programme = editions.programme(db, enrolment)
    return Following(
        enrolment, slug, programme, courses.course(enrolment, programme),
        is_newest=newest in (enrolment.revision, 0),  # 0: it is not published any more
    )  # fmt: skip


def change(
    db: Session, slug: str, enrolment_id: str | None, doing: str, *, phase: str = "",
    zone: str = "", now: datetime, office: Office,
) -> Enrolment:  # fmt: skip
    """Do what a button says; pressing it twice is as once.

    Args:
        db: the session of the running transaction.
        slug: the programme's address.
        enrolment_id: whose; from a signed cookie or link.
        doing: pause, go_on, own_pace, calendar, open, done, not_done, move, stop_letters, restart.
        phase: the key of the phase to open or to be done with.
        zone: the time zone to move to.
        now: the present moment.
        office: how letters are written.

    Raises:
        LinkExpired: it was left or forgotten, or its link is not ours.
        Invalid: the rules do not allow it, or nobody knows the time zone.
    """
    enrolment = _mine(db, slug, enrolment_id)
    if enrolment.state != "active":
        raise LinkExpired(GONE)
    enrolment.changed_at = now
    if doing == "restart":
        return _restart(db, enrolment, slug, now)
    if doing == "stop_letters":
        enrolment.letters = False
        letters.withdraw(db, enrolment)
        return enrolment
    way = courses.course(enrolment, editions.programme(db, enrolment))
    settle(db, enrolment, slug, _changed(way, doing, phase, zone, now), now=now, office=office)
    return enrolment


def settle(
    db: Session, enrolment: Enrolment, slug: str, way: Course, *, now: datetime, office: Office,
    is_reader_here: bool = True,
) -> int:  # fmt: skip
    """Store how far a reader is and write the letters that are due; tell how many.

    A reader who is here knows of what opens at this very moment: they have just opened it.
    """
    courses.store(enrolment, way)
    if way.paused_at:
        letters.withdraw(db, enrolment)
        return 0
    written = 0
    for row in courses.newly_open(enrolment):
        row.is_told = True
        if enrolment.letters and not (is_reader_here and row.opened_at == now):
            programme = editions.programme(db, enrolment)
            written += letters.write_phase(db, enrolment, slug, programme, row, office, now)
    return written


def stop(db: Session, slug: str, enrolment_id: str | None, now: datetime) -> bool:
    """Stop the letters by the link in one; tell whether there were any. Again changes nothing."""
    enrolment = _row(db, slug, enrolment_id)
    if enrolment is None or not enrolment.letters:
        return False
    if enrolment.state == "asked":
        db.delete(enrolment)
        return True
    enrolment.letters, enrolment.changed_at = False, now
    letters.withdraw(db, enrolment)
    return True


def leave(db: Session, slug: str, enrolment_id: str | None) -> None:
    """Forget an enrolment and its address; again changes nothing."""
    enrolment = _row(db, slug, enrolment_id)
    if enrolment is not None:
        letters.withdraw(db, enrolment)
        db.execute(delete(Enrolment).where(Enrolment.id == enrolment.id))


def _changed(way: Course, doing: str, phase: str, zone: str, now: datetime) -> Course:
    if doing == "move":
        return unlock.move(way, known_zone(zone), now)
    if doing in ("own_pace", "calendar"):
        return unlock.set_pace(way, now, is_self_paced=doing == "own_pace")
    plain = {"pause": unlock.pause, "go_on": unlock.go_on}
    if doing in plain:
        return plain[doing](way, now)
    about_phase = {"open": unlock.open_next, "done": unlock.done, "not_done": unlock.not_done}
    if doing not in about_phase:
        raise Invalid("Choose one of the buttons.")
    return about_phase[doing](way, phase, now)


def _new(db: Session, slug: str, zone: str, now: datetime) -> Enrolment:
    entry_id, revision, pinned = editions.newest(db, slug)
    return Enrolment(
        id=tokens.key(), entry_id=entry_id, revision=revision, routine_revisions=pinned, email="",
        state="active", letters=False, pace="normal", zone=known_zone(zone), round=1, shifts=[],
        asked_letters=0, started_at=now, changed_at=now,
    )  # fmt: skip


def _start(db: Session, enrolment: Enrolment, now: datetime) -> None:
    """Begin now; whoever presses the button knows what is open."""
    enrolment.started_at = enrolment.changed_at = now
    known = courses.rules(editions.programme(db, enrolment))
    is_self_paced = enrolment.pace == "self_paced"
    courses.store(enrolment, unlock.begin(known, enrolment.zone, now, is_self_paced=is_self_paced))  # fmt: skip
    for row in courses.newly_open(enrolment):
        row.is_told = True
    db.flush()


def _restart(db: Session, enrolment: Enrolment, slug: str, now: datetime) -> Enrolment:
    """Begin again, in the newest edition."""
    letters.withdraw(db, enrolment)
    enrolment.phases.clear()
    db.flush()
    enrolment.round += 1
    _pin(db, enrolment, slug)
    _start(db, enrolment, now)
    return enrolment


def _pin(db: Session, enrolment: Enrolment, slug: str) -> None:
    _entry, enrolment.revision, enrolment.routine_revisions = editions.newest(db, slug)
    db.flush()


def _mine(db: Session, slug: str, enrolment_id: str | None) -> Enrolment:
    found = _row(db, slug, enrolment_id)
    if found is None:
        raise LinkExpired(GONE)
    return found


def _row(db: Session, slug: str, enrolment_id: str | None) -> Enrolment | None:
    query = select(Enrolment).join(Entry, Entry.id == Enrolment.entry_id)
    mine = query.where(Enrolment.id == enrolment_id, Entry.slug == slug)
    return db.scalar(
        mine.with_for_update(of=Enrolment).execution_options(populate_existing=True)
    )
