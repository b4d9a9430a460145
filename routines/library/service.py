"""Find what is published; values come out, ready for pages, player and API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from routines.library import documents, facets
from routines.library.documents import Article, Programme, Published, Routine
from routines.library.facets import Choice
from routines.library.models import BodyPart, Entry, Facet, Revision
from routines.library.revisions import Dated as Dated
from routines.library.revisions import Gone as Gone
from routines.library.revisions import revisions as revisions
from storefront.public import NotFound

PAGE_SIZE = 12
KINDS: dict[str, type[Published]] = {
    "routine": Routine,
    "programme": Programme,
    "article": Article,
}
Doc = TypeVar("Doc", bound=Published, covariant=True)


@dataclass(frozen=True)
class Card:
    """What a list shows of an entry."""

    id: int
    kind: str
    slug: str
    title: str
    minutes: int | None
    facts: Mapping[str, Any]

    @property
    def summary(self) -> str:
        """Give the summary."""
        return str(self.facts["summary"])


@dataclass(frozen=True)
class Found(Generic[Doc]):
    """A published document with its address and revision."""

    id: int
    kind: str
    slug: str
    revision: int
    published_at: datetime
    document: Doc = field(repr=False)
    current: int | None = None  # the revision that is published now; 0 when it is retired

    @property
    def is_retired(self) -> bool:
        """Tell whether only those who were pointed at a revision still see it."""
        return self.current == 0

    @property
    def is_older(self) -> bool:
        """Tell whether a newer revision is published."""
        return bool(self.current) and self.current != self.revision


@dataclass(frozen=True)
class RoutineList:
    """One page of routines, with the choices that would narrow or widen it."""

    cards: tuple[Card, ...]
    total: int
    number: int
    pages: int
    choices: tuple[Choice, ...]
    ways_back: tuple[Choice, ...]


@dataclass(frozen=True)
class Place:
    """A place on the body, with how many routines there are for it."""

    slug: str
    name: str
    parent: str | None
    is_area: bool
    picture: str
    plain_words: tuple[str, ...]
    routines: int
    spots: tuple[documents.Spot, ...] = ()


def find_routine(db: Session, slug: str, revision: int | None = None) -> Found[Routine]:
    """Find a routine: the published revision, or an older one that somebody was pointed at.

    Raises:
        NotFound: there is none at this address.
        Gone: it is no longer published, and no revision was asked for.
    """
    return _find(db, "routine", slug, Routine, revision)


def find_programme(db: Session, slug: str, revision: int | None = None) -> Found[Programme]:
    """Find a programme: the published revision, or an older one.

    Raises:
        NotFound: there is none at this address.
        Gone: it is no longer published, and no revision was asked for.
    """
    return _find(db, "programme", slug, Programme, revision)


def find_article(db: Session, slug: str, revision: int | None = None) -> Found[Article]:
    """Find an article: the published revision, or an older one.

    Raises:
        NotFound: there is none at this address.
        Gone: it is no longer published, and no revision was asked for.
    """
    return _find(db, "article", slug, Article, revision)


def find(db: Session, kind: str, slug: str) -> Found[Published]:
    """Find what is published at an address.

    Raises:
        NotFound: there is none.
    """
    return _find(db, kind, slug, KINDS[kind], None)


def routines(
    db: Session, wanted: Mapping[str, frozenset[str]] | None = None, number: int = 1
) -> RoutineList:
    """Give one page of the routines that fit the chosen values of each facet.

    Every facet row is read in one statement and counted in memory: a library of a few
    thousand routines stays a matter of milliseconds.

    Raises:
        NotFound: there is no such page.
    """
    chosen = {name: values for name, values in (wanted or {}).items() if values}
    rows = db.execute(
        select(Entry.id, Facet.name, Facet.value).join(Facet, Facet.entry_id == Entry.id)
        .where(Entry.kind == "routine", Facet.name.in_(facets.GROUPS)).order_by(Entry.position, Entry.id)
    )  # fmt: skip
    found = facets.grouped(rows)
    kept = facets.matching(found, chosen)
    pages = max(1, -(-len(kept) // PAGE_SIZE))
    if not 1 <= number <= pages:
        raise NotFound
    shown = kept[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return RoutineList(
        cards=tuple(cards(db, Entry.id.in_(shown))) if shown else (), total=len(kept), number=number, pages=pages,
        choices=tuple(facets.choices(found, chosen)), ways_back=tuple(facets.ways_back(found, chosen)),
    )  # fmt: skip


def cards(
    db: Session, *conditions: ColumnElement[bool], limit: int | None = None
) -> list[Card]:
    """Give the cards of the entries that fit, in the keeper's order, in one statement."""
    return [Card(*row) for row in db.execute(select_cards(*conditions).limit(limit))]


def select_cards(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Select the fields of cards, in the keeper's order; each row makes a `Card`."""
    query = select(Entry.id, Entry.kind, Entry.slug, Entry.title, Entry.minutes, Entry.card)
    here = query.where(Entry.revision_number > 0, *conditions)
    return here.order_by(Entry.position, Entry.id)


def of_kind(db: Session, kind: str) -> list[Card]:
    """Give all cards of a kind."""
    return cards(db, Entry.kind == kind)


def places(db: Session) -> list[Place]:
    """Give the places on the body in order, with their numbers of routines."""
    count = func.count(Entry.id)
    query = (
        select(BodyPart, count)
        .outerjoin(Facet, and_(Facet.name == "body_part", Facet.value == BodyPart.slug))
        .outerjoin(Entry, and_(Entry.id == Facet.entry_id, Entry.kind == "routine"))
        .group_by(BodyPart.slug).order_by(BodyPart.position, BodyPart.slug)
    )  # fmt: skip
    return [
        Place(
            part.slug, part.name, part.parent_slug, part.is_area, part.picture,
            tuple(part.plain_words), routines,
            tuple(documents.Spot.model_validate(spot) for spot in part.spots),
        )
        for part, routines in db.execute(query)
    ]  # fmt: skip


def body_parts(db: Session) -> list[documents.BodyPart]:
    """Give the places on the body as documents, in order."""
    rows = db.scalars(select(BodyPart).order_by(BodyPart.position, BodyPart.slug))
    return [
        documents.BodyPart(
            slug=row.slug, name=row.name, parent=row.parent_slug, plain_words=tuple(row.plain_words),
            picture=row.picture or None, area=row.is_area,
            spots=tuple(documents.Spot.model_validate(spot) for spot in row.spots),
        )
        for row in rows
    ]  # fmt: skip


def with_facet(db: Session, name: str, value: str) -> list[Card]:
    """Give what is found by one value of a facet, such as the condition or the point that it is for."""
    here = select(Facet.entry_id).where(Facet.name == name, Facet.value == value)
    return cards(db, Entry.id.in_(here))


def in_place(db: Session, slug: str) -> list[Card]:
    """Give routines, programmes and articles for a place on the body."""
    return with_facet(db, "body_part", slug)


def cramp_routine(db: Session) -> Card | None:
    """Find the shortest routine for a cramp that is there at this moment."""
    found = [card for card in of_kind(db, "routine") if card.facts.get("cramp_now")]
    return min(found, key=lambda card: card.facts["seconds"], default=None)


def all_documents(db: Session) -> list[Found[Published]]:
    """Give every published document in order, for search, feeds and export."""
    query = _published().order_by(Entry.kind, Entry.position, Entry.id)
    return [_found(row, KINDS[row[1]]) for row in db.execute(query)]


def _published(revision: int | None = None) -> Any:
    number = Entry.revision_number if revision is None else revision
    is_wanted = and_(Revision.entry_id == Entry.id, Revision.number == number)
    return select(
        Entry.id, Entry.kind, Entry.slug, Revision.number, Revision.created_at, Revision.document,
        Entry.revision_number,
    ).join(Revision, is_wanted)  # fmt: skip


def _find(
    db: Session, kind: str, slug: str, shape: type[Doc], revision: int | None
) -> Found[Doc]:
    here = and_(Entry.kind == kind, Entry.slug == slug)
    row = db.execute(_published(revision).where(here)).first()
    if row is not None:
        return _found(row, shape)
    was_there = revision is None and db.scalar(select(Entry.id).where(here)) is not None
    raise Gone if was_there else NotFound


def _found(row: Any, shape: type[Doc]) -> Found[Doc]:
    entry_id, kind, slug, revision, published_at, content, current = row
    document = shape.model_validate(content)
    return Found(entry_id, kind, slug, revision, published_at, document, current)
