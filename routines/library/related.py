"""What leads on from an entry: what its author points at, and help at once for a cramp."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from routines.library.documents import Routine
from routines.library.models import Entry, Facet
from routines.library.pieces import Related
from routines.library.service import Card, cards, select_cards


@dataclass(frozen=True)
class Linked:
    """Another entry and why it is worth opening."""

    card: Card
    reason: str


def related(db: Session, links: Sequence[Related]) -> list[Linked]:
    """Give what an author points at, in the author's order; what is not published is left out."""
    return _linked(links, cards(db, _pointed_at(links))) if links else []


def related_and_help(db: Session, routine: Routine) -> tuple[list[Linked], bool]:
    """Give what a routine points at, and tell whether there is help at once for a cramp it is for.

    Both in one statement.
    """
    if not (routine.related or routine.conditions):
        return [], False
    meant = Facet.name == "condition", Facet.value.in_(routine.conditions)
    is_for_it = and_(
        Entry.kind == "routine", Entry.id.in_(select(Facet.entry_id).where(*meant))
    )
    query = select_cards(or_(is_for_it, _pointed_at(routine.related)))
    rows = [(Card(*row[:-1]), row[-1]) for row in db.execute(query.add_columns(is_for_it))]
    has_help = any(is_for and card.facts.get("cramp_now") for card, is_for in rows)
    return _linked(routine.related, [card for card, _ in rows]), has_help


def _pointed_at(links: Sequence[Related]) -> ColumnElement[bool]:
    each = (and_(Entry.kind == link.kind, Entry.slug == link.slug) for link in links)
    return or_(false(), *each)


def _linked(links: Sequence[Related], found: Sequence[Card]) -> list[Linked]:
    known = {(card.kind, card.slug): card for card in found}
    return [Linked(known[link.kind, link.slug], link.reason) for link in links if (link.kind, link.slug) in known]  # fmt: skip
