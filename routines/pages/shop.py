"""What the pages of routines take from the shop: pictures, dates, tools and the trail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from routines.library.service import Card, Place
from storefront.public import (
    Link,
    Picture,
    ProductListing,
    pictures,
    web,
)

MOST_TOOLS = 4


@dataclass(frozen=True)
class Branch:
    """A place on the body with the places inside it."""

    place: Place
    inside: tuple["Branch", ...]


def trail() -> list[Link]:
    """Begin a breadcrumb."""
    return [Link("Home", web.path_for("storefront_catalog.home"))]


def picture(name: str) -> Picture:
    """Find one picture."""
    return pictures([name])[name]


def day(iso: str) -> str:
    """Write a date for the shop's readers."""
    return format_date(date.fromisoformat(iso), "long", web.settings().locale)


def tree(places: Iterable[Place], parent: str | None = None) -> tuple[Branch, ...]:
    """Arrange places below those that they are part of; empty ones go."""
    known = list(places)
    return tuple(
        Branch(place, tree(known, place.slug))
        for place in known
        if place.parent == parent and place.routines
    )


def components_for(cards: Iterable[Card]) -> list[str]:
    """Name what these routines require most often."""
    counts: dict[str, int] = {}
    for card in cards:
        for tool in card.facts.get("tools", ()):
            if tool["role"] == "required":
                counts[tool["component"]] = counts.get(tool["component"], 0) + 1
    return sorted(counts, key=lambda component: -counts[component])[:MOST_TOOLS]


def tools_among(
    listings: Iterable[ProductListing], components: Iterable[str]
) -> list[ProductListing]:
    """Choose products that bring any of these components, single ones before kits."""
    wanted = set(components)
    found = [product for product in listings if wanted & product.components]
    single = [product for product in found if not product.kit]
    return (single or found)[:MOST_TOOLS]
