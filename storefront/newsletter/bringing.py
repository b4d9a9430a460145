"""Bring readers in, a batch at a time: with the same few statements however many are in it.

A person's lists are locked before they are looked at, in one order, so that whoever leaves in the
same moment has left; lines of one file about the same person follow each other as they stand there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from storefront import clock
from storefront.newsletter import addresses, consent
from storefront.newsletter.consent import Evidence
from storefront.newsletter.models import Subscriber, Subscription, Suppression
from storefront.newsletter.moving import Row
from storefront.settings import Settings

READERS: Any = Subscriber.__table__
PLACES: Any = Subscription.__table__
MOST_LINES = 50  # numbers of lines that a report names


@dataclass
class Report:
    """What an import did, or would do."""

    joined: int = 0
    known: int = 0
    suppressed: int = 0
    lines: list[int] = field(default_factory=list)  # the first of those suppressed

    def add(self, other: "Report") -> None:
        """Count what another batch did."""
        self.joined += other.joined
        self.known += other.known
        self.suppressed += other.suppressed
        self.lines = [*self.lines, *other.lines][:MOST_LINES]


@dataclass
class _Place:
    """Where somebody stands on one list."""

    state: str
    at: datetime  # when they joined it; of one they left, when that was
    id: int | None = None
    is_changed: bool = False


@dataclass
class _Person:
    """Somebody as the database knows them, and what this batch makes of them."""

    id: int | None = None
    state: str = ""
    left_at: datetime | None = None  # when they left the last list they were on
    places: dict[str, _Place] = field(default_factory=dict)
    first_at: datetime | None = None  # of the consents that were new

    def join(self, row: Row) -> list[str]:
        """Take a line; give the lists that are new to this person, who may have left since."""
        new: list[str] = []
        if self.left_at is not None and self.left_at >= row.at:
            return new  # also of a list that they were never on
        for slug in dict.fromkeys(row.lists):
            place = self.places.get(slug)
            if place is not None and (place.state == "confirmed" or place.at >= row.at):
                continue
            known = place.id if place else None
            self.places[slug] = _Place("confirmed", row.at, known, is_changed=True)
            new.append(slug)
        if new:
            self.first_at = min(self.first_at or row.at, row.at)
        return new


def bring_in(db: Session, rows: Sequence[Row], *, settings: Settings, now: datetime) -> Report:
    """Put readers on their lists with their old consent; who is suppressed, or has left, stays away."""
    people, report = _people(db, {row.email for row in rows}), Report()
    stopped = _suppressed(db, people, settings)
    shown: list[Evidence] = []
    for row in rows:
        if row.email in stopped:
            report.add(Report(suppressed=1, lines=[row.line]))
        elif new := people[row.email].join(row):
            shown.append(_evidence(row, settings).about(new))
            report.joined += 1
        else:
            report.known += 1
    _write(db, people, settings)
    consent.record_many(db, "imported", shown, settings, now)
    return report


def _evidence(row: Row, settings: Settings) -> Evidence:
    words = f"{row.text} [given {clock.written(row.at)}, {row.source}]"
    return consent.by_us(row.email, words, f"import: {row.source}"[:60], settings)


def _people(db: Session, emails: Collection[str]) -> dict[str, _Person]:
    people = {email: _Person() for email in sorted(emails)}
    places = _places(db, people)
    known = select(Subscriber.id, Subscriber.email, Subscriber.state, Subscriber.left_at)
    for reader_id, email, state, left_at in db.execute(
        known.where(Subscriber.email.in_(people))
    ):
        mine = places.get(reader_id, {})
        people[email] = _Person(reader_id, state, left_at, mine)
    return people


def _places(db: Session, emails: Collection[str]) -> dict[int, dict[str, _Place]]:
    """Lock and give the lists of readers, by the number of each reader."""
    readers = select(Subscriber.id).where(Subscriber.email.in_(emails))
    mine = select(
        Subscription.list_slug, Subscription.subscriber_id, Subscription.state,
        Subscription.confirmed_at, Subscription.left_at, Subscription.id,
    ).where(Subscription.subscriber_id.in_(readers))  # fmt: skip
    found: dict[int, dict[str, _Place]] = {}
    for slug, person, state, since, left_at, row_id in db.execute(
        mine.order_by(Subscription.id).with_for_update()
    ):
        found.setdefault(person, {})[slug] = _Place(state, left_at or since, row_id)
    return found


def _suppressed(db: Session, people: dict[str, _Person], settings: Settings) -> set[str]:
    marks = {
        mark: email for email in people for mark in addresses.persons(email, settings)
    }  # fmt: skip
    held = select(Suppression.fingerprint).where(
        Suppression.fingerprint.in_(marks), Suppression.released_at.is_(None)
    )
    found = {marks[mark] for mark in db.scalars(held)}
    return found | {email for email, one in people.items() if one.state == "suppressed"}


def _write(db: Session, people: dict[str, _Person], settings: Settings) -> None:
    """Write who is new, who is back, and each place that changed."""
    changed = {email: one for email, one in people.items() if one.first_at is not None}
    new = [
        {"email": email, "locale": settings.locale, "state": "confirmed", "confirmed_at": one.first_at}
        for email, one in changed.items() if one.id is None
    ]  # fmt: skip
    back = [
        {"row": one.id, "at": one.first_at}
        for one in changed.values()
        if one.id is not None and one.state == "left"
    ]
    if new:
        made = insert(READERS).returning(Subscriber.id, Subscriber.email)
        for reader_id, email in db.execute(made, new):
            people[email].id = reader_id
    places = [
        (one.id, slug, place)
        for one in changed.values()
        for slug, place in one.places.items()
        if place.is_changed
    ]
    added = [
        {"subscriber_id": person, "list_slug": slug, "state": "confirmed", "confirmed_at": place.at}
        for person, slug, place in places if place.id is None
    ]  # fmt: skip
    again = [{"row": place.id, "at": place.at} for _, _, place in places if place.id]
    if added:
        db.execute(insert(PLACES), added)
    _confirm(db, PLACES, again, paused_until=None)
    _confirm(db, READERS, back)


def _confirm(db: Session, table: Any, rows: list[dict[str, Any]], **also: None) -> None:
    """Let rows that said "left" say "confirmed", each since its own moment."""
    if rows:
        mine = update(table).where(table.c.id == bindparam("row"))
        values = {"state": "confirmed", "left_at": None, **also}
        db.execute(mine.values(confirmed_at=bindparam("at"), **values), rows)
