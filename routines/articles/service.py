"""Find who wrote and checked what, and what is new for feeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from routines.library import service as library
from routines.library import vocabulary
from routines.library.documents import Published
from routines.library.models import Entry, Facet, Revision
from routines.library.pieces import Person
from routines.library.service import Card, Found
from storefront.public import NotFound

MOST_IN_FEED = 50


@dataclass(frozen=True)
class Works:
    """A person with what they wrote and what they checked."""

    person: Person
    written: tuple[Card, ...]
    checked: tuple[Card, ...]


@dataclass(frozen=True)
class Dated:
    """A published document with the moment of its first edition."""

    found: Found[Published]
    first_published_at: datetime


def people(db: Session) -> list[Person]:
    """Give everybody of the vocabulary, in order."""
    return list(vocabulary.terms(db, "person").values())


def works(db: Session, slug: str) -> Works:
    """Give a person and their works.

    Raises:
        NotFound: nobody of this name is known, or has written or checked anything.
    """
    rows = db.execute(
        select(Facet.name, Facet.entry_id)
        .where(Facet.name.in_(("author", "reviewer")), Facet.value == slug)
    ).all()  # fmt: skip
    cards = {card.id: card for card in library.cards(db, Entry.id.in_([row.entry_id for row in rows]))}  # fmt: skip
    known: Person | None = vocabulary.terms(db, "person").get(slug)
    person = known or _signed(db, slug, cards)
    roles = {role: {row.entry_id for row in rows if row.name == role} for role in ("author", "reviewer")}  # fmt: skip
    return Works(
        person,
        tuple(card for card in cards.values() if card.id in roles["author"]),
        tuple(card for card in cards.values() if card.id in roles["reviewer"]),
    )


def _signed(db: Session, slug: str, cards: dict[int, Card]) -> Person:
    """Take somebody who is not in the vocabulary from what they signed."""
    for one in newest(db, Entry.id.in_(list(cards)[:1])):
        document: Published = one.found.document
        signed = (document.author, document.review.by)
        return signed[0] if signed[0].slug == slug else signed[1]
    raise NotFound


def newest(db: Session, *conditions: ColumnElement[bool]) -> Sequence[Dated]:
    """Give published documents, the newest edition first, at most `MOST_IN_FEED`, in one statement."""
    first = (
        select(func.min(Revision.created_at)).where(Revision.entry_id == Entry.id)
        .correlate(Entry).scalar_subquery()
    )  # fmt: skip
    query = (
        select(Entry.id, Entry.kind, Entry.slug, Revision.number, Revision.created_at, Revision.document, first)
        .join(Revision, (Revision.entry_id == Entry.id) & (Revision.number == Entry.revision_number))
        .where(*conditions).order_by(Revision.created_at.desc(), Entry.position, Entry.id).limit(MOST_IN_FEED)
    )  # fmt: skip
    return [
        Dated(
            Found(entry_id, kind, slug, number, at, library.KINDS[kind].model_validate(content)), began
        )
        for entry_id, kind, slug, number, at, content, began in db.execute(query)
    ]  # fmt: skip


def with_facet(name: str, value: str, kind: str = "") -> list[ColumnElement[bool]]:
    """Say which entries carry a value of a facet."""
    here = select(Facet.entry_id).where(Facet.name == name, Facet.value == value)
    return [Entry.id.in_(here), *([Entry.kind == kind] if kind else [])]
