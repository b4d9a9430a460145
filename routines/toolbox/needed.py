"""The tools of one routine as its page shows them: owned, to buy, or not ours to sell."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy.orm import Session

from routines.library.documents import Routine
from routines.library.pieces import StandIn, ToolNeed
from routines.library.steps import FITS
from routines.library.tools import Need, household_things, lower_first, needs, spoken
from routines.toolbox.basket import Basket, Offer, cheapest, on_sale
from routines.toolbox.coverage import lacked
from storefront.public import Picture, ProductListing, listings_for_components, web

Names = Mapping[str, str]
MOST_STAND_INS = 3


@dataclass(frozen=True)
class Chip:
    """A tool as the chip macro wants it."""

    name: str
    role_text: str
    url: str = ""
    picture: Picture | None = None
    owned: bool = False
    in_cart: bool = False
    price_text: str = ""
    unavailable_text: str = ""
    notice_url: str = ""  # where to ask for a letter when it is back


@dataclass(frozen=True)
class Shopping:
    """What one press puts in the cart."""

    skus: tuple[str, ...]
    names: tuple[str, ...]
    total_text: str
    unavailable: tuple[str, ...]  # names of parts that cannot be bought now
    in_cart: tuple[str, ...] = ()  # names of parts that are in the cart already


@dataclass(frozen=True)
class ToolsNeeded:
    """All tools of a routine, and what is missing of them."""

    chips: tuple[Chip, ...]  # what it cannot be done without
    extras: tuple[str, ...]  # names of what helps
    shopping: Shopping
    is_ready: bool


def tools_needed(
    db: Session, routine: Routine, owned: Set[str], names: Names, *, in_cart: Set[str] = frozenset(),
    shelf: Sequence[ProductListing] | None = None,
) -> ToolsNeeded:  # fmt: skip
    """List what a routine takes, with prices, and the cheapest way to what is missing.

    What is owned or in the cart is not bought again.
    """
    wanted = needs(routine)
    listings = shelf if shelf is not None else shelf_of(db, routine)
    required = [need for need in wanted if need.role == "required"]
    things = household_things(routine)
    chips = [_chip(need, listings, names, owned, in_cart) for need in required]
    chips += [_household(thing, names) for thing in things if thing.role == "required"]
    extras = [spoken(need.component, names) for need in wanted if need.role != "required"]
    extras += [lower_first(thing.household or "") for thing in things if thing.role != "required"]  # fmt: skip
    missing = frozenset(one.component for one in lacked(owned, required))
    bought = shopping(cheapest(missing - in_cart, listings), names, missing & in_cart)
    return ToolsNeeded(
        tuple(chips), tuple(extras), bought, is_ready=bool(owned) and not missing
    )


def shelf_of(db: Session, routine: Routine) -> Sequence[ProductListing]:
    """Look up what brings the tools of a routine, and what can stand in for them."""
    return listings_for_components(db, {part for one in needs(routine) for part in _parts(one)})


def shopping(basket: Basket, names: Names, in_cart: Collection[str] = ()) -> Shopping:
    """Write a basket down for a form."""
    return Shopping(
        tuple(offer.variant.sku for offer in basket.offers), tuple(offer.name for offer in basket.offers),
        web.money_text(basket.total_minor), tuple(spoken(part, names) for part in sorted(basket.unavailable)),
        tuple(spoken(part, names) for part in sorted(in_cart)),
    )  # fmt: skip


def instead_of(db: Session, product: ProductListing) -> tuple[Offer, ...]:
    """Find what else brings the parts of a product that is sold out: spare parts, sets, other makes."""
    found = listings_for_components(db, product.components)
    others = [one for one in on_sale(product.components, found) if one.product.slug != product.slug]  # fmt: skip
    best: dict[str, Offer] = {}
    for offer in others:
        best.setdefault(offer.product.slug, offer)
    whole = [one for one in best.values() if product.components <= one.variant.components]
    return tuple(whole or best.values())[:MOST_STAND_INS]


def _parts(need: Need) -> tuple[str, ...]:
    """Name a part and the parts of the shop that can stand in for it."""
    others = (one.component for one in need.stand_ins if one.component)
    return (need.component, *others) if need.role == "required" else (need.component,)


def _chip(
    need: Need, listings: Sequence[ProductListing], names: Names, owned: Set[str], in_cart: Set[str]
) -> Chip:  # fmt: skip
    part = need.component
    name = names.get(part) or part.replace("-", " ").capitalize()
    offers = on_sale({part}, listings)
    if not offers:
        return _gone(need, name, listings, names, is_owned=part in owned, is_coming=part in in_cart)  # fmt: skip
    offer = min(offers, key=lambda one: (one.variant.price_minor, len(one.variant.components)))
    inside = f"In: {offer.name}. " if len(offer.variant.components) > 1 else ""
    return Chip(
        name, f"{inside}{_instead(need.stand_ins[:1], names)}".strip(), offer.product.url, offer.product.picture,
        owned=part in owned, in_cart=part in in_cart, price_text=offer.variant.price_text,
    )  # fmt: skip


def _gone(
    need: Need, name: str, listings: Sequence[ProductListing], names: Names, *, is_owned: bool, is_coming: bool
) -> Chip:  # fmt: skip
    """Show a part that cannot be bought now: all that can stand in, and where to ask for a letter."""
    sold_out = [
        variant for product in listings for variant in product.variants
        if need.component in variant.components and not variant.blocked
    ]  # fmt: skip
    one = min(sold_out, key=lambda variant: (len(variant.components), variant.price_minor), default=None)  # fmt: skip
    usable = [
        stand_in for stand_in in need.stand_ins
        if not stand_in.component or on_sale({stand_in.component}, listings)
    ]  # fmt: skip
    return Chip(
        name, _instead(usable[:MOST_STAND_INS], names), one.url if one else "", owned=is_owned, in_cart=is_coming,
        unavailable_text="Sold out" if one else "Not in stock", notice_url=f"{one.url}#tell-me" if one else "",
    )  # fmt: skip


def _household(thing: ToolNeed, names: Names) -> Chip:
    name = thing.household or ""
    return Chip(name, _instead(thing.stand_ins[:1], names), unavailable_text="From home")


def _instead(stand_ins: Iterable[StandIn], names: Names) -> str:
    """Name what can stand in, as it was rated."""
    told = [f"{lower_first(one.household or spoken(one.component or '', names))}, {FITS[one.fit]}" for one in stand_ins]  # fmt: skip
    return f"Or: {'; or '.join(told)}" if told else ""
