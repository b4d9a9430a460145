"""The tools of one routine as its page shows them: owned, to buy, or not ours to sell."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy.orm import Session

from routines.library.documents import Routine, StandIn, ToolNeed
from routines.library.steps import FITS
from routines.library.tools import Need, household_things, lower_first, needs, spoken
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

    chips: tuple[Chip, ...]  # what it cannot be done without
    extras: tuple[str, ...]  # names of what helps
    shopping: Shopping
    is_ready: bool


def tools_needed(db: Session, routine: Routine, owned: Set[str], names: Mapping[str, str]) -> ToolsNeeded:  # fmt: skip
    """List what a routine takes, with prices, and the cheapest way to what is missing."""
    wanted = needs(routine)
    listings = listings_for_components(db, {need.component for need in wanted})
    things = household_things(routine)
    chips = [_chip(need, listings, owned, names) for need in wanted if need.role == "required"]
    chips += [_household(thing, names) for thing in things if thing.role == "required"]
    extras = [spoken(need.component, names) for need in wanted if need.role != "required"]
    extras += [
        lower_first(thing.household or "") for thing in things if thing.role != "required"
    ]
    missing = missing_for(wanted, owned)
    bought = shopping(cheapest(missing, listings), names)
    return ToolsNeeded(
        tuple(chips), tuple(extras), bought, is_ready=bool(owned) and not missing
    )


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
    role = _instead(need.stand_ins, names)
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


def _household(thing: ToolNeed, names: Mapping[str, str]) -> Chip:
    name = thing.household or ""
    return Chip(name, _instead(thing.stand_ins, names), unavailable_text="From home")


def _instead(stand_ins: Sequence[StandIn], names: Mapping[str, str]) -> str:
    """Name the best that can stand in."""
    if not stand_ins:
        return ""
    best = stand_ins[0]
    thing = best.household or spoken(best.component or "", names)
    return f"Or: {lower_first(thing)}, {FITS[best.fit]}"
