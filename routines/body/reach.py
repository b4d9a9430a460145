"""Tools that reach a place without a helper: with their price, what is owned, what can stand in."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from routines.library.documents import Point
from routines.library.pieces import StandIn, ToolNeed
from routines.library.steps import FITS
from routines.library.tools import lower_first, spoken
from routines.toolbox.basket import cheapest
from routines.toolbox.needed import Chip
from storefront.public import ProductListing, web

MOST_STAND_INS = 2


@dataclass
class _Use:
    """A tool with all that is said of it."""

    need: ToolNeed
    points: list[str] = field(default_factory=list)  # names


def components(points: Iterable[Point]) -> set[str]:
    """Name the components that reach any of these points."""
    needs = (need for point in points for need in point.tools)
    return {part for need in needs for part in (need.component, need.attachment) if part}


def for_point(
    point: Point,
    listings: Sequence[ProductListing],
    owned: Set[str],
    names: Mapping[str, str],
) -> list[Chip]:
    """List what reaches one point, with how it is used there and what can stand in."""
    found = []
    for need in point.tools:
        said = [need.note or "", _instead(need.stand_ins, names)]
        found.append(_reaching(need, " ".join(filter(None, said)), listings, owned, names))
    return found


def for_points(
    points: Sequence[Point],
    listings: Sequence[ProductListing],
    owned: Set[str],
    names: Mapping[str, str],
) -> list[Chip]:
    """List what reaches any of these points, each tool once, what reaches most of them first."""
    uses: dict[tuple[str | None, str | None, str | None], _Use] = {}
    for point in points:
        for need in point.tools:
            key = (need.component, need.attachment, need.household)
            uses.setdefault(key, _Use(need)).points.append(point.name)
    ordered = sorted(uses.values(), key=lambda use: -len(use.points))
    return [
        _reaching(use.need, f"Reaches: {'; '.join(use.points)}", listings, owned, names)
        for use in ordered
    ]


def _reaching(
    need: ToolNeed,
    said: str,
    listings: Sequence[ProductListing],
    owned: Set[str],
    names: Mapping[str, str],
) -> Chip:
    if need.household:
        return Chip(need.household, said, unavailable_text="From home")
    parts = {part for part in (need.component, need.attachment) if part}
    name = spoken(need.component or "", names)
    name = name[:1].upper() + name[1:]
    if need.attachment:
        name += f" with the {spoken(need.attachment, names)}"
    has = parts <= owned
    basket = cheapest(parts - owned or parts, listings)
    if basket.unavailable:
        return Chip(name, said, owned=has, unavailable_text="Not in stock")
    offers = sorted(
        basket.offers, key=lambda offer: need.component not in offer.variant.components
    )
    product = offers[0].product
    price = web.money_text(basket.total_minor)
    return Chip(name, said, product.url, product.picture, owned=has, price_text=price)


def _instead(stand_ins: Sequence[StandIn], names: Mapping[str, str]) -> str:
    """Name the first ways to do without it, each with how good it is."""
    words = []
    for one in stand_ins[:MOST_STAND_INS]:
        thing = one.household or spoken(one.component or "", names)
        words.append(f"{lower_first(thing)} ({FITS[one.fit]})")
    return f"Or: {', '.join(words)}." if words else ""
