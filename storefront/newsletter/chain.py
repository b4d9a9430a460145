"""The chain of the consent ledger: each line carries a hash of itself and of the line before.

There is one chain for everybody, so that a line that was taken out, changed or put in between shows
up. Lines are sealed when their transaction commits: the one row of the head is locked last and for
a moment, on PostgreSQL by its row lock and on SQLite because there is one writer; two transactions
follow each other and none can wait for the other in a ring. Hashed are the keyed forms of address
and client, never themselves: emptying those two when somebody is erased changes no hash.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.newsletter import addresses
from storefront.newsletter.models import ConsentEvent, ConsentHead
from storefront.settings import Settings

HASHED = (
    "person", "event", "form", "text_sha256", "locale", "policy_version", "client_mark", "lists",
    "message_id",
)  # fmt: skip
BATCH = 2000
TABLE: Any = ConsentEvent.__table__
FRESH = {"populate_existing": True}


@dataclass(frozen=True)
class Seal:
    """The last thing of a transaction that wrote lines; all of them are the same one, done once."""

    settings: Settings = field(compare=False)

    def __call__(self, db: Session) -> None:
        """Seal what the transaction wrote."""
        seal(db, self.settings)


def seal(db: Session, settings: Settings) -> None:
    """Give every line that has no place in the chain its own, oldest first.

    Those from before there was a chain get the hashes of address and client as well. They are read in portions, each forgotten before the next.
    """
    db.flush()
    head = _head(db)
    loose = select(ConsentEvent.id).where(ConsentEvent.line.is_(None)).order_by(ConsentEvent.id)
    found = db.scalars(loose).all()
    for start in range(0, len(found), BATCH):
        for event in _of_ids(db, found[start : start + BATCH]):
            mark(event, settings)
            event.line, event.previous_sha256 = head.lines + 1, head.sha256
            event.sha256 = digest(event)
            head.lines, head.sha256 = event.line, event.sha256
        db.flush()


def mark(event: ConsentEvent, settings: Settings) -> None:
    """Give a line its keyed hashes if it has none; what is sealed never changes."""
    if event.line is None:
        event.person = event.person or addresses.person(event.email, settings)
        known = event.client_mark
        event.client_mark = known or addresses.client_mark(event.client, settings)


def append(db: Session, lines: Sequence[dict[str, Any]]) -> None:
    """Write many lines at the end of the chain, sealed, in one statement."""
    db.flush()
    head = _head(db)
    for line in lines:
        line |= {"line": head.lines + 1, "previous_sha256": head.sha256}
        line["sha256"] = _hash(line)
        head.lines, head.sha256 = line["line"], line["sha256"]
    db.execute(insert(TABLE), lines)


def _head(db: Session) -> ConsentHead:
    return db.scalars(select(ConsentHead).with_for_update(), execution_options=FRESH).one()


def digest(event: ConsentEvent) -> str:
    """Hash what a line says, its place and the hash of the line before."""
    names = (*HASHED, "line", "previous_sha256", "at")
    return _hash({name: getattr(event, name) for name in names})


def _hash(line: Mapping[str, Any]) -> str:
    said = {name: line[name] for name in HASHED}
    said |= {"line": line["line"], "previous": line["previous_sha256"]}
    said["at"] = clock.aware(line["at"]).isoformat()
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def problems(db: Session, settings: Settings) -> Iterator[str]:
    """Give what is wrong with the chain, from its first line on; nothing when it is whole."""
    previous, place = "", 0
    for event in _lines(db):
        place += 1
        if event.line != place:
            yield f"Line {place} is missing; line {event.line} follows line {place - 1}."
            place = event.line or place
        elif event.previous_sha256 != previous:
            yield f"Line {place} does not follow from line {place - 1}."
        yield from _wrong(event, settings)
        previous = event.sha256
    head = db.get(ConsentHead, 1)
    if head is None or (head.lines, head.sha256) != (place, previous):
        yield f"The chain should end with line {head.lines if head else 0}, and ends with line {place}."


def _wrong(event: ConsentEvent, settings: Settings) -> Iterator[str]:
    """Compare a line with its own hash, and what is not hashed itself with what is."""
    if digest(event) != event.sha256:
        yield f"Line {event.line} was changed after it was written."
    if hashlib.sha256(event.text.encode()).hexdigest() != event.text_sha256:
        yield f"The words of line {event.line} are not those that were shown."
    if event.email and event.person not in addresses.persons(event.email, settings):
        yield f"The address of line {event.line} is another than was written, or the key is."
    if event.client and event.client_mark not in addresses.client_marks(event.client, settings):
        yield f"The client of line {event.line} is another than was written, or the key is."


def _lines(db: Session) -> Iterator[ConsentEvent]:
    """Read the chain in portions, each forgotten before the next is read."""
    last = 0
    while found := _portion(db, last):
        yield from found
        last = found[-1].line or last
        for event in found:
            db.expunge(event)


def _of_ids(db: Session, ids: Sequence[int]) -> Sequence[ConsentEvent]:
    some = select(ConsentEvent).where(ConsentEvent.id.in_(ids)).order_by(ConsentEvent.id)
    return db.scalars(some, execution_options=FRESH).all()


def _portion(db: Session, after: int) -> Sequence[ConsentEvent]:
    behind = select(ConsentEvent).where(ConsentEvent.line > after).order_by(ConsentEvent.line)
    return db.scalars(behind.limit(BATCH)).all()
