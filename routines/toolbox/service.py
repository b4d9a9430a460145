"""Tools and what they open, as the shop's pages ask for it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.library import service as library
from routines.library.documents import StandIn
from routines.library.models import Entry
from routines.library.models import Need as NeedRow
from routines.library.service import Card
from routines.library.tools import Need
from routines.toolbox.basket import Basket, cheapest
from routines.toolbox.coverage import Coverage, coverage
from storefront.public import Component, listings_for_components


@dataclass(frozen=True)
class Opened:
    """A routine that a tool is for, and what else it takes."""

    card: Card
    needs: tuple[Need, ...]
    also: tuple[str, ...]  # other required components
    basket: Basket  # what to buy for those that are missing


def component_names(db: Session) -> dict[str, str]:
    """Name every component of the shop by its slug."""
    return dict(db.execute(select(Component.slug, Component.name)).all())


def as_needs(rows: Iterable[NeedRow]) -> tuple[Need, ...]:
    """Read stored needs."""
    return tuple(
        Need(
            row.component, row.role, tuple(StandIn.model_validate(one) for one in row.stand_ins)
        )
        for row in rows
    )


def opened_by(
    db: Session, components: Set[str], *, owned: Set[str] = frozenset()
) -> list[Opened]:
    """Give the routines that use any of these parts, each with what else it needs.

    What is missing is counted as if these parts were bought too.
    """
    found = {entry: as_needs(rows) for entry, rows in library.needing(db, components).items()}
    using = {entry: needs for entry, needs in found.items() if _uses(needs, components)}
    if not using:
        return []
    have = owned | components
    lacking = {entry: missing_for(needs, have) for entry, needs in using.items()}
    listings = listings_for_components(db, frozenset().union(*lacking.values()))
    return [
        Opened(
            card, using[card.id],
            tuple(need.component for need in using[card.id] if need.role == "required" and need.component not in components),
            cheapest(lacking[card.id], listings),
        )
        for card in library.cards(db, Entry.id.in_(using))
    ]  # fmt: skip


def missing_for(needs: Iterable[Need], owned: Set[str]) -> frozenset[str]:
    """Name the required parts that are not owned, stand-ins or not."""
    return frozenset(
        need.component
        for need in needs
        if need.role == "required" and need.component not in owned
    )


def states(db: Session, cards: Sequence[Card], owned: Set[str]) -> dict[int, Coverage]:
    """Tell for each card whether its routine can be done with what is owned."""
    rows = library.needs(db, [card.id for card in cards])
    return {card.id: coverage(owned, as_needs(rows.get(card.id, ()))) for card in cards}


def facts_for_products(db: Session, components: Mapping[str, Set[str]]) -> dict[str, str]:
    """Say for each product how many routines use what it brings."""
    wanted = frozenset().union(*components.values())
    rows = library.needing(db, wanted) if wanted else {}
    using = [frozenset(row.component for row in needs) for needs in rows.values()]
    counts = {slug: sum(bool(brings & needs) for needs in using) for slug, brings in components.items()}  # fmt: skip
    return {
        slug: f"Used in {count} {'routine' if count == 1 else 'routines'}"
        for slug, count in counts.items()
        if count
    }


def _uses(needs: Iterable[Need], components: Set[str]) -> bool:
    return any(need.component in components for need in needs)
