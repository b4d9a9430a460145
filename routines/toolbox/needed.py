"""The tools of one routine as its page shows them: owned, to buy, or not ours to sell."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy.orm import Session

from routines.library.documents import Routine, StandIn
from routines.library.steps import FITS, ROLES
from routines.library.tools import Need, household_things, needs, spoken
from routines.toolbox.basket import Basket, cheapest
from routines.toolbox.service import missing_for
from storefront.public import Picture, ProductListing, listings_for_components, web


@dataclass(frozen=True)
class Chip:
    """A tool as the chip macro wants it."""

    name: str
    role_text: str
    url: str = ""
    picture: Picture | None = None
    owned: bool = False
    price_text: str = ""
    unavailable_text: str = ""


@dataclass(frozen=True)
class Shopping:
    """What one press puts in the cart."""

    skus: tuple[str, ...]
    names: tuple[str, ...]
    total_text: str
    unavailable: tuple[str, ...]  # names of parts that cannot be bought now


@dataclass(frozen=True)
class ToolsNeeded:
    """All tools of a routine, and what is missing of them."""

    chips: tuple[Chip, ...]
    shopping: Shopping
    is_ready: bool


def tools_needed(db: Session, routine: Routine, owned: Set[str], names: Mapping[str, str]) -> ToolsNeeded:  # fmt: skip
    """List what a routine takes, with prices, and the cheapest way to what is missing."""
    wanted = needs(routine)
    listings = listings_for_components(db, {need.component for need in wanted})
    chips = [_chip(need, listings, owned, names) for need in wanted]
    things = [
        Chip(thing.household or "", _role(thing.role, thing.stand_ins, names), unavailable_text="From home")
        for thing in household_things(routine)
    ]  # fmt: skip
    missing = missing_for(wanted, owned)
    bought = shopping(cheapest(missing, listings), names)
    return ToolsNeeded((*chips, *things), bought, is_ready=bool(owned) and not missing)


def shopping(basket: Basket, names: Mapping[str, str]) -> Shopping:
    """Write a basket down for a form."""
    return Shopping(
        tuple(offer.variant.sku for offer in basket.offers), tuple(offer.name for offer in basket.offers),
        web.money_text(basket.total_minor), tuple(spoken(part, names) for part in sorted(basket.unavailable)),
    )  # fmt: skip


def _chip(
    need: Need, listings: Sequence[ProductListing], owned: Set[str], names: Mapping[str, str]
) -> Chip:
    name = names.get(need.component) or need.component.replace("-", " ").capitalize()
    role = _role(need.role, need.stand_ins, names)
    offers = [(variant.price_minor, variant.price_text, product) for product in listings
              for variant in product.variants if need.component in variant.components and variant.available]  # fmt: skip
    if not offers:
        return Chip(name, role, owned=need.component in owned, unavailable_text="Not in stock")
    _, price, product = min(offers, key=lambda offer: offer[0])
    return Chip(
        name,
        role,
        product.url,
        product.picture,
        owned=need.component in owned,
        price_text=price,
    )


def _role(role: str, stand_ins: Sequence[StandIn], names: Mapping[str, str]) -> str:
    """Say how much it is needed, and the best that can stand in."""
    if not stand_ins:
        return ROLES[role]
    best = stand_ins[0]
    thing = best.household or spoken(best.component or "", names)
    return f"{ROLES[role]}. Instead: {thing[0].lower()}{thing[1:]}, {FITS[best.fit]}"
