"""Tools and what they open, as the shop's pages ask for it."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from routines.library import service as library
from routines.library.documents import ToolCare
from routines.library.models import Entry, Term
from routines.library.pieces import Caution
from routines.library.service import Card
from routines.library.vocabulary import SHAPES
from routines.toolbox import lacks as lacking
from routines.toolbox.basket import Basket, cheapest
from routines.toolbox.coverage import READY, Coverage, Lacks, is_closed, judge
from routines.toolbox.opening import Closed, Opening, weigh
from storefront.public import Component, listings_for_components

MOST_WEIGHED = 12  # routines whose baskets are compared


@dataclass(frozen=True)
class Opened:
    """A routine that a tool is for, and what else it takes."""

    card: Card
    coverage: Coverage  # with what is owned today
    missing: tuple[str, ...]  # other required parts that are not owned
    basket: Basket  # what to buy for those that are not in the cart either


@dataclass(frozen=True)
class Ready:
    """The routines that can be done with what is owned, out of all."""

    entries: tuple[int, ...]  # in the keeper's order, ready ones before those with a stand-in
    total: int
    lacks: Lacks = field(repr=False)

    def state(self, entry: int) -> Coverage:
        """Judge one routine."""
        return judge(self.lacks.get(entry, ()))


def component_names(db: Session) -> dict[str, str]:
    """Name every component of the shop by its slug."""
    return dict(db.execute(select(Component.slug, Component.name)).all())


def names_and_words(
    db: Session, kinds: Collection[str]
) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    """Name every component, and give some kinds of the vocabulary, in one statement."""
    words = select(Term.kind, Term.slug, Term.name, Term.document, Term.position, Term.id)
    parts = select(literal("component"), Component.slug, Component.name, null(), literal(0), literal(0))  # fmt: skip
    query = union_all(words.where(Term.kind.in_(kinds)), parts).order_by("position", "id")
    names: dict[str, str] = {}
    found: dict[str, dict[str, Any]] = {kind: {} for kind in kinds}
    for kind, slug, name, content, *_order in db.execute(query):
        if content is None:
            names[slug] = name
        else:
            found[kind][slug] = SHAPES[kind].model_validate(content)
    return names, found


def names_and_care(
    db: Session, components: Set[str]
) -> tuple[dict[str, str], tuple[Caution, ...]]:
    """Name every component, and tell what to mind with some, in one statement."""
    care = and_(
        Term.kind == "tool_care", Term.slug == Component.slug, Component.slug.in_(components)
    )
    query = select(Component.slug, Component.name, Term.document).outerjoin(Term, care)
    names: dict[str, str] = {}
    cautions: list[Caution] = []
    for slug, name, content in db.execute(query):
        names[slug] = name
        cautions += ToolCare.model_validate(content).cautions if content else ()
    return names, tuple(dict.fromkeys(cautions))


def states(
    db: Session, entries: Collection[int], owned: Set[str], lacks: Lacks | None = None
) -> dict[int, Coverage]:
    """Tell for each routine whether it can be done with what is owned, in one statement."""
    found = lacking.lacks(db, owned, entries) if lacks is None else lacks
    return {entry: judge(found[entry]) if entry in found else READY for entry in entries}


def ready(db: Session, owned: Set[str]) -> Ready:
    """Find all that can be done with what is owned, in two statements."""
    lacks = lacking.lacks(db, owned)
    in_order = (
        select(Entry.id).where(Entry.kind == "routine").order_by(Entry.position, Entry.id)
    )
    entries = db.scalars(in_order).all()
    open_ones = [entry for entry in entries if not is_closed(lacks.get(entry, ()))]
    open_ones.sort(key=lambda entry: entry in lacks)
    return Ready(tuple(open_ones), len(entries), lacks)


def openings(
    db: Session, products: Mapping[str, Set[str]], owned: Set[str]
) -> dict[str, Opening]:
    """Weigh several products, in one statement."""
    wanted = frozenset[str]().union(*products.values())
    if not wanted:
        return {}
    found = lacking.survey(db, owned, wanted)
    closed = Closed(found.lacks)
    return {
        slug: weigh(brings, found.users, closed, owned) for slug, brings in products.items()
    }


def opening(db: Session, components: Set[str], owned: Set[str]) -> tuple[Opening, Lacks]:
    """Weigh one product, for somebody who owns other things or nothing."""
    if not components:
        return Opening(), {}
    found = lacking.survey(db, owned, components)
    return weigh(components, found.users, Closed(found.lacks), owned), found.lacks


def opened(
    db: Session, entries: Collection[int], lacks: Lacks, *, have: Set[str], most: int,
    first: Collection[int] = (),
) -> list[Opened]:  # fmt: skip
    """Give some of these routines: of those in `first` and then of all, what needs least comes first.

    Args:
        db: the session.
        entries: what to choose from.
        lacks: what each of them lacks today.
        have: parts that need not be bought: owned, in the cart, or about to be.
        most: how many.
        first: what comes before all others.
    """
    missing = {
        entry: tuple(dict.fromkeys(one.component for one in lacks.get(entry, ()) if one.component not in have))
        for entry in entries
    }  # fmt: skip
    chosen = sorted(missing, key=lambda one: (one not in first, len(missing[one]), one))[:most]
    cards = {card.id: card for card in library.cards(db, Entry.id.in_(chosen))}
    listings = listings_for_components(db, {part for entry in chosen for part in missing[entry]})  # fmt: skip
    found = [
        Opened(
            cards[entry], judge(lacks.get(entry, ())), in_order(missing[entry], cards[entry]),
            cheapest(frozenset(missing[entry]), listings),
        )
        for entry in chosen if entry in cards
    ]  # fmt: skip
    return sorted(
        found, key=lambda one: (one.card.id not in first, len(one.basket.unavailable), one.basket.total_minor)
    )  # fmt: skip


def in_order(components: Collection[str], card: Card) -> tuple[str, ...]:
    """Put parts in the order in which a routine asks for them."""
    places = {tool["component"]: place for place, tool in enumerate(card.facts["tools"])}
    return tuple(sorted(components, key=lambda part: (places.get(part, len(places)), part)))


def count(db: Session) -> int:
    """Count the routines."""
    return db.scalar(select(func.count(Entry.id)).where(Entry.kind == "routine")) or 0


def cards_of(db: Session, entries: Sequence[int]) -> list[Card]:
    """Give the cards of these entries, in this order."""
    found = {card.id: card for card in library.cards(db, Entry.id.in_(entries))}
    return [found[entry] for entry in entries if entry in found]
