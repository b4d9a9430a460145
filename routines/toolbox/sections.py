"""What the toolbox adds to product, cart and order pages."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy.orm import Session

from routines.library.cards import ShownCard, listed, shown
from routines.library.tools import spoken
from routines.toolbox import service
from routines.toolbox.needed import Shopping, shopping
from routines.toolbox.service import Opened
from storefront.public import PageSection, ProductListing, Visitor, listings_for_skus

MOST_CARDS = 6
MOST_OPENED = 4


@dataclass(frozen=True)
class ShownOpened:
    """A routine on a product's page, and what else it takes."""

    card: ShownCard
    also_text: str
    shopping: Shopping
    is_ready: bool


def product_section(
    db: Session, visitor: Visitor, product: ProductListing
) -> list[PageSection]:
    """Show the routines that use a product, those that need least besides it first."""
    opened = service.opened_by(db, product.components, owned=visitor.tools)
    if not opened:
        return []
    names = service.component_names(db)
    opened.sort(key=lambda one: one.basket.total_minor)
    context = {
        "routines": _shown(opened[:MOST_CARDS], names, visitor.tools),
        "total": len(opened),
        "promise": "Used in 1 routine"
        if len(opened) == 1
        else f"Used in {len(opened)} routines",
    }
    return [PageSection("routines", "routines/product_section.html", 20, context)]


def cart_notes(db: Session, visitor: Visitor, skus: Sequence[str]) -> list[PageSection]:
    """Make one suggestion at most: what the routine that lacks least still needs.

    There is none as soon as the cart and the toolbox make one routine complete.
    """
    brought = _brought(db, skus)
    opened = service.opened_by(db, brought, owned=visitor.tools) if brought else []
    opened = [one for one in opened if _requires(one, brought)]
    if any(one.basket.is_empty for one in opened):
        return []
    lacking = [one for one in opened if one.basket.offers and not one.basket.unavailable]
    if not lacking:
        return []
    best = min(lacking, key=lambda one: (len(one.basket.offers), one.basket.total_minor))
    context = {"routine": _shown([best], service.component_names(db), visitor.tools)[0]}
    return [PageSection("routines", "routines/cart_note.html", 50, context)]


def order_notes(db: Session, skus: Sequence[str]) -> list[PageSection]:
    """Show the routines that a paid order opens: all that they require has been bought."""
    brought = _brought(db, skus)
    opened = service.opened_by(db, brought) if brought else []
    whole = [one for one in opened if not one.also or set(one.also) <= brought]
    chosen = (whole or opened)[:MOST_OPENED]
    if not chosen:
        return []
    names = service.component_names(db)
    context = {"routines": _shown(chosen, names, frozenset(brought)), "are_ready": bool(whole)}
    return [PageSection("routines", "routines/order_note.html", 50, context)]


def _brought(db: Session, skus: Sequence[str]) -> frozenset[str]:
    """Name the parts that these SKUs bring."""
    wanted = set(skus)
    found = listings_for_skus(db, skus) if wanted else []
    variants = (variant for product in found for variant in product.variants)
    return frozenset().union(
        *(variant.components for variant in variants if variant.sku in wanted)
    )


def _requires(opened: Opened, components: Set[str]) -> bool:
    return any(
        need.role == "required" and need.component in components for need in opened.needs
    )


def _shown(
    opened: Sequence[Opened], names: Mapping[str, str], owned: Set[str]
) -> list[ShownOpened]:
    cards = shown([one.card for one in opened])
    return [
        ShownOpened(card, _also(one, names), shopping(one.basket, names), bool(owned) and not one.basket.offers)
        for card, one in zip(cards, opened, strict=True)
    ]  # fmt: skip


def _also(opened: Opened, names: Mapping[str, str]) -> str:
    words = [spoken(component, names) for component in opened.also]
    words += [thing[0].lower() + thing[1:] for thing in opened.card.facts["household"]]
    return f"You also need: {listed(words)}" if words else "Nothing else needed"
