"""Put routines aside and find them again; what is on a device and at its address is one list."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from routines.library.models import Entry
from routines.library.service import Card
from routines.library.service import cards as cards_where
from routines.saved.models import SavedRoutine
from storefront.public import Invalid, NotFound, insert_once

MOST = 100  # at one address
MOST_ON_DEVICE = 30  # a cookie is small


def slugs(db: Session, email: str) -> frozenset[str]:
    """Name what an address has put aside."""
    mine = select(Entry.slug).join(SavedRoutine, SavedRoutine.entry_id == Entry.id)
    return frozenset(db.scalars(mine.where(SavedRoutine.email == email)))


def add(db: Session, email: str, wanted: Iterable[str], now: datetime) -> None:
    """Put routines aside for an address; those that are gone are left out.

    Raises:
        Invalid: they are more than one list holds.
    """
    known = select(Entry.id).where(Entry.kind == "routine", Entry.slug.in_(sorted(set(wanted))))
    for entry_id in db.scalars(known.order_by(Entry.id)).all():
        insert_once(db, SavedRoutine, email=email, entry_id=entry_id, saved_at=now)
    if len(slugs(db, email)) > MOST:
        raise Invalid(f"A list holds {MOST} routines. Take some out first.")


def remove(db: Session, email: str, slug: str) -> None:
    """Take a routine out of an address's list; one that is not in it changes nothing."""
    entry = select(Entry.id).where(Entry.kind == "routine", Entry.slug == slug)
    mine = delete(SavedRoutine).where(
        SavedRoutine.email == email, SavedRoutine.entry_id.in_(entry)
    )
    db.execute(mine)


def check(db: Session, slug: str) -> None:
    """See that a routine is there.

    Raises:
        NotFound: there is no such routine.
    """
    there = select(Entry.id).where(Entry.kind == "routine", Entry.slug == slug)
    if db.scalar(there) is None:
        raise NotFound


def cards(db: Session, wanted: Iterable[str]) -> list[Card]:
    """Give the cards of what was put aside, in the order of the list of routines."""
    names = sorted(set(wanted))
    return cards_where(db, Entry.kind == "routine", Entry.slug.in_(names)) if names else []
