"""What the toolbox adds to product, cart and order pages."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from flask import has_request_context
from sqlalchemy.orm import Session

from routines.library import assets
from routines.library.cards import ShownCard, listed, shown
from routines.library.pieces import Caution
from routines.library.tools import lower_first, spoken
from routines.toolbox import lacks as lacking
from routines.toolbox import service, told, words
from routines.toolbox.needed import Shopping, instead_of, shopping
from routines.toolbox.owned import Kit
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
    kit = told.kit_for(db, visitor)
    opening, lacks = service.opening(db, product.components, kit.owned)
    entries = opening.using | opening.opened
    if not entries:
        return []
    have = kit.coming | product.components
    found = service.opened(db, entries, lacks, have=have, most=MOST_CARDS, first=opening.opened)
    names, care = service.names_and_care(db, product.components)
    count = len(opening.using)
    context = {
        "routines": _shown(found, names, kit), "total": len(entries),
        "tools": sorted(product.components),
        "promise": f"Used in {words.routines(count)}" if count else "",
        "opens": words.opening_text(opening, names, has_tools=bool(kit.owned)),
        "care": (*_latex(product), *care), "script": assets.address("check.js"),
        "instead": instead_of(db, product) if product.stock_band == "sold_out" else (),
    }  # fmt: skip
    return [PageSection("routines", "routines/product_section.html", 20, context)]


def _latex(product: ProductListing) -> tuple[Caution, ...]:
    """Warn of latex where the product says that it has some."""
    has_latex = any(one.slug == "latex" and one.value is True for one in product.specs)
    then = "This contains latex. Choose a tool without it, or a stand-in from home."
    told = Caution(when="You react to latex", then=then, flags=("latex",), effect="leave_out")
    return (told,) if has_latex else ()


def product_facts(db: Session, components: Mapping[str, Set[str]]) -> dict[str, str]:
    """Say on product cards how many routines use a tool, or what it would open for this visitor."""
    kit = told.my_kit(db) if has_request_context() else Kit()
    found = service.openings(db, components, kit.owned)
    texts = {slug: words.fact_text(one, has_tools=bool(kit.owned)) for slug, one in found.items()}  # fmt: skip
    return {slug: text for slug, text in texts.items() if text}


def cart_notes(db: Session, visitor: Visitor, skus: Sequence[str]) -> list[PageSection]:
    """Make one suggestion at most: what the routine that lacks least still needs.

    There is none as soon as the cart and the toolbox make one routine complete.
    """
    brought = _brought(db, skus)
    if not brought:
        return []
    have = told.kit_for(db, visitor).owned | brought
    seen = lacking.survey(db, have, brought)
    if any(entry not in seen.lacks for entry in seen.requiring):
        return []
    found = service.opened(db, seen.requiring, seen.lacks, have=have, most=service.MOST_WEIGHED)
    lacking_some = [one for one in found if one.basket.offers and not one.basket.unavailable]
    if not lacking_some:
        return []
    best = min(lacking_some, key=lambda one: (len(one.basket.offers), one.basket.total_minor))
    context = {"routine": _shown([best], service.component_names(db), Kit(have))[0]}
    return [PageSection("routines", "routines/cart_note.html", 50, context)]


def order_notes(db: Session, skus: Sequence[str]) -> list[PageSection]:
    """Show the routines that a paid order opens: all that they require is at hand now."""
    brought = _brought(db, skus)
    if not brought:
        return []
    kit = told.my_kit(db)
    have = kit.owned | brought
    seen = lacking.survey(db, have, brought)
    whole = [entry for entry in seen.requiring if entry not in seen.lacks]
    found = service.opened(
        db, whole or list(seen.users), seen.lacks, have=have, most=MOST_OPENED
    )
    names = service.component_names(db)
    context = {
        "routines": _shown(found, names, Kit(have)), "are_ready": bool(whole),
        "tools": {slug: names[slug] for slug in sorted(brought) if slug in names},
        "are_mine": brought <= kit.owned, "are_bought": brought <= kit.bought,
    }  # fmt: skip
    return [PageSection("routines", "routines/order_note.html", 50, context)]


def _brought(db: Session, skus: Sequence[str]) -> frozenset[str]:
    """Name the parts that these SKUs bring."""
    wanted = set(skus)
    found = listings_for_skus(db, skus) if wanted else []
    variants = (variant for product in found for variant in product.variants)
    return frozenset().union(
        *(variant.components for variant in variants if variant.sku in wanted)
    )


def _shown(
    opened: Sequence[Opened], names: Mapping[str, str], kit: Kit
) -> list[ShownOpened]:  # fmt: skip
    states = {one.card.id: words.state_text(one.coverage, names, one.card) for one in opened}
    cards = shown([one.card for one in opened], states=states if kit.owned else {})
    return [
        ShownOpened(card, _also(one, names, has_tools=bool(kit.owned)), shopping(one.basket, names), bool(kit.owned) and not one.missing)
        for card, one in zip(cards, opened, strict=True)
    ]  # fmt: skip


def _also(opened: Opened, names: Mapping[str, str], *, has_tools: bool) -> str:
    things = [spoken(component, names) for component in opened.missing]
    things += [lower_first(thing) for thing in opened.card.facts["household"]]
    if not things:
        return "Nothing else needed"
    has_stand_in = has_tools and not set(opened.missing) <= set(opened.coverage.missing)
    return f"{'Without stand-ins' if has_stand_in else 'You also need'}: {listed(things)}"
