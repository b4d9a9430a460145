"""Cards that tell this visitor whether a routine can be done with what they own."""

from collections.abc import Mapping, Sequence

from flask import g
from sqlalchemy.orm import Session

from routines.library.cards import ShownCard, shown
from routines.library.service import Card
from routines.toolbox import service
from routines.toolbox.coverage import Lacks
from routines.toolbox.owned import Kit, kit_of
from routines.toolbox.words import state_text
from storefront.public import Visitor, web


def my_kit(db: Session) -> Kit:
    """Find what the visitor owns."""
    return kit_for(db, web.visitor())


def kit_for(db: Session, visitor: Visitor) -> Kit:
    """Find what a visitor owns, once for each request."""
    known: tuple[Visitor, Kit] | None = g.get("routines_kit")
    if known is None or known[0] != visitor:
        known = g.routines_kit = (visitor, kit_of(db, visitor))
    return known[1]


def state_texts(
    db: Session, cards: Sequence[Card], names: Mapping[str, str], lacks: Lacks | None = None
) -> dict[int, str]:
    """Say on cards of routines what a visitor with tools can do; a stranger gets no such text."""
    owned = my_kit(db).owned
    routines = {card.id: card for card in cards if card.kind == "routine"}
    if not owned or not routines:
        return {}
    found = service.states(db, routines.keys(), owned, lacks)
    return {entry: state_text(told, names, routines[entry]) for entry, told in found.items()}


def told_cards(
    db: Session, cards: Sequence[Card], names: Mapping[str, str] | None = None, *,
    reasons: Mapping[int, str] | None = None, lacks: Lacks | None = None,
) -> list[ShownCard]:  # fmt: skip
    """Make cards for a page: strangers see what is needed, visitors with tools what is missing."""
    words = service.component_names(db) if names is None and cards else names or {}
    return shown(cards, words, states=state_texts(db, cards, words, lacks), reasons=reasons)
