"""What the filter form of the shop shows: words, counts and addresses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from storefront.catalog.filters import (
    ACTIONS,
    GROUPS,
    OPTIONS,
    PRESSURES,
    PRICE_BANDS,
    SORTS,
    ShelfPage,
    Wish,
)
from storefront.catalog.listing import ProductListing
from storefront.hooks import ProductFacet
from storefront.list_page import Group, Link, Option, Pages, pages

LABELS = {"action": "What it does", "pressure": "Pressure", "price": "Price", "stock": "Stock", "latex": "Material"}  # fmt: skip
SORT_LABELS = {"": "Our order", "price": "Price, low first", "price-desc": "Price, high first", "name": "Name"}  # fmt: skip


@dataclass(frozen=True)
class FilterForm:
    """Everything that the list page shows beside the products."""

    groups: tuple[Group, ...]
    sort: Group
    applied: tuple[Link, ...]
    drops: tuple[Link, ...]
    clear_url: str
    hidden: dict[str, str]
    count_text: str
    pages: Pages


def read_wish(
    one: Mapping[str, str],
    many: Callable[[str], list[str]],
    *,
    collection: str | None,
    page: int,
    facets: Sequence[ProductFacet] = (),
) -> Wish:
    """Read a wish from a query; what is no option of ours is left out."""
    chosen = {group: frozenset(many(group)) & frozenset(OPTIONS[group]) for group in GROUPS}
    more = {each.name: frozenset(many(each.name)) & frozenset(value for value, _ in each.options) for each in facets}  # fmt: skip
    sort = one.get("sort", "")
    component = one.get("component", "")[:80]
    return Wish(
        collection=collection, component=component or None, sort=sort if sort in SORTS else "",
        page=page, action=chosen["action"], pressure=chosen["pressure"], price=chosen["price"],
        stock=chosen["stock"], latex=chosen["latex"],
        more={name: values for name, values in more.items() if values},
    )  # fmt: skip


def filter_form(
    page: ShelfPage[ProductListing], base: str, money: Callable[[int], str]
) -> FilterForm:
    """Put the page's counts into words and addresses below `base`."""
    wish = page.wish
    labels = option_labels(money)
    for facet in page.facets:
        labels |= dict(facet.options)
    theirs = [Group(each.name, each.label, _options(page, each.name, [value for value, _ in each.options], labels)) for each in page.facets]  # fmt: skip
    own = [Group(group, LABELS[group], _options(page, group, OPTIONS[group], labels)) for group in GROUPS]  # fmt: skip
    groups = tuple(group for group in (*theirs, *own) if group.options or group.name in GROUPS)
    applied = [Link(labels[value], address(base, wish.without(group, value))) for group, value in wish.applied()]  # fmt: skip
    if wish.component:
        label = f"With {wish.component.replace('-', ' ')}"
        applied.append(Link(label, address(base, replace(wish, component=None, page=1))))
    drops = [
        Link(f"Without “{labels[value]}”: {count_text(count)}", address(base, wish.without(group, value)))
        for group, value, count in page.drops
    ]  # fmt: skip
    sort = tuple(
        Option(value, label, selected=value == wish.sort)
        for value, label in SORT_LABELS.items()
    )
    return FilterForm(
        groups=groups, sort=Group("sort", "Sort by", sort, "select"), applied=tuple(applied),
        drops=tuple(drops), clear_url=base, hidden={"component": wish.component} if wish.component else {},
        count_text=count_text(page.total), pages=_pages(page, base),
    )  # fmt: skip


def count_text(count: int) -> str:
    """Say how many products there are."""
    return "1 product" if count == 1 else f"{count} products"


def option_labels(money: Callable[[int], str]) -> dict[str, str]:
    """Give the words of every option."""
    (_, low), (_, high), _last = PRICE_BANDS.values()
    words = {each: each.capitalize() for each in (*ACTIONS, *PRESSURES)}
    prices = (
        f"Under {money(low)}",
        f"{money(low)} to {money(high - 1)}",
        f"{money(high)} and more",
    )
    return (
        words
        | dict(zip(PRICE_BANDS, prices, strict=True))
        | {"in": "In stock now", "free": "Free of latex"}
    )


def address(base: str, wish: Wish) -> str:
    """Write the address of a wish; the same wish has one address."""
    query = [(group, value) for group, value in wish.applied()]
    query += [("component", wish.component)] if wish.component else []
    query += [("sort", wish.sort)] if wish.sort else []
    query += [("page", str(wish.page))] if wish.page > 1 else []
    return f"{base}?{urlencode(query)}" if query else base


def _options(
    page: ShelfPage[ProductListing], group: str, values: Iterable[str], labels: dict[str, str]
) -> tuple[Option, ...]:
    chosen = page.wish.chosen(group)
    return tuple(
        Option(value, labels[value], page.counts[group][value], checked=value in chosen)
        for value in values
        if page.counts[group][value] or value in chosen
    )


def _pages(page: ShelfPage[ProductListing], base: str) -> Pages:
    return pages(
        lambda number: address(base, replace(page.wish, page=number)),
        number=page.page, last=page.pages, shown=len(page.products), total=page.total,
    )  # fmt: skip
