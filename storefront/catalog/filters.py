"""Choosing among products: pure rules over the few facts that matter, with counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from storefront.errors import NotFound
from storefront.hooks import ProductFacet

PAGE_SIZE = 9
ACTIONS = ("press", "stretch", "roll")
PRESSURES = ("light", "medium", "firm")
PRICE_BANDS = {"low": (0, 2000), "middle": (2000, 4000), "high": (4000, 2**31)}  # minor units
SORTS = ("", "price", "price-desc", "name")

Listing = TypeVar("Listing")


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see; an empty part leaves everything in."""

    collection: str | None = None
    action: frozenset[str] = frozenset()
    pressure: frozenset[str] = frozenset()
    price: frozenset[str] = frozenset()
    stock: frozenset[str] = frozenset()  # {"in"} = only what can be bought now
    latex: frozenset[str] = frozenset()  # {"free"} = only what is told to be free of latex
    component: str | None = None
    more: Mapping[str, frozenset[str]] = field(
        default_factory=dict
    )  # groups that plugins bring
    sort: str = ""
    page: int = 1

    def chosen(self, group: str) -> frozenset[str]:
        """Give the options of a group that are wished for."""
        own: frozenset[str] | None = getattr(self, group) if group in OPTIONS else None
        return self.more.get(group, frozenset()) if own is None else own

    def applied(self) -> list[tuple[str, str]]:
        """List the filters in force as pairs of group and value."""
        own = [(group, value) for group in GROUPS for value in OPTIONS[group] if value in self.chosen(group)]  # fmt: skip
        return [*((group, value) for group in self.more for value in sorted(self.more[group])), *own]  # fmt: skip

    def without(self, group: str, value: str) -> "Wish":
        """Give the wish with one filter less, on its first page."""
        if group in self.more:
            return replace(self, page=1, more={**self.more, group: self.more[group] - {value}})
        left: Any = getattr(self, group) - {value}
        return replace(self, page=1, **{group: left})


OPTIONS: dict[str, tuple[str, ...]] = {
    "action": ACTIONS,
    "pressure": PRESSURES,
    "price": tuple(PRICE_BANDS),
    "stock": ("in",),
    "latex": ("free",),
}
GROUPS = tuple(OPTIONS)


@dataclass(frozen=True)
class ProductFacts:
    """What choosing needs to know of one product."""

    id: int
    name: str
    actions: frozenset[str]
    pressure: str | None
    price_minor: int
    in_stock: bool
    collections: frozenset[str] = frozenset()
    is_free_of_latex: bool = False
    slug: str = ""
    more: Mapping[str, frozenset[str]] = field(
        default_factory=dict
    )  # values of the plugins' groups


@dataclass
class Shelf:
    """A collection and the products on it and below it."""

    slug: str
    name: str
    summary: str
    parent: str | None = None  # slug
    product_ids: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class ShelfPage(Generic[Listing]):
    """One page of products, and the counts that say where each filter would lead."""

    product_ids: list[int]
    total: int
    page: int
    pages: int
    wish: Wish
    shelves: list[Shelf]
    counts: dict[str, dict[str, int]]  # group to option to number of products
    drops: list[tuple[str, str, int]]  # filter to drop, and how many there are then
    facets: tuple[ProductFacet, ...] = ()
    products: list[Listing] = field(default_factory=list)

    def with_products(self, products: list[Listing]) -> "ShelfPage[Listing]":
        """Give the page with the listings of its products."""
        return replace(self, products=products)

    @property
    def shelf(self) -> Shelf | None:
        """Give the collection that was asked for."""
        return next((each for each in self.shelves if each.slug == self.wish.collection), None)

    def above(self, slug: str | None) -> list[Shelf]:
        """Give the shelves that one stands on, outermost first, itself last."""
        by_slug, found = {each.slug: each for each in self.shelves}, list[Shelf]()
        while slug in by_slug and by_slug[slug] not in found:
            found.insert(0, by_slug[slug])
            slug = by_slug[slug].parent
        return found


def values_of(product: ProductFacts, group: str) -> frozenset[str]:
    """Tell under which options of a group a product is found."""
    if group not in OPTIONS:
        return product.more.get(group, frozenset())
    if group == "action":
        return product.actions
    if group == "pressure":
        return frozenset({product.pressure} if product.pressure else ())
    if group == "price":
        return frozenset(
            name for name, (low, high) in PRICE_BANDS.items() if low <= product.price_minor < high
        )  # fmt: skip
    if group == "latex":
        return frozenset({"free"} if product.is_free_of_latex else ())
    return frozenset({"in"} if product.in_stock else ())


def fits(product: ProductFacts, wish: Wish, *, besides: str | None = None) -> bool:
    """Tell whether a product fits: any option inside a group, every group."""
    if wish.collection and wish.collection not in product.collections:
        return False
    wanted = {group: wish.chosen(group) for group in (*GROUPS, *wish.more) if group != besides}
    return all(not options or options & values_of(product, group) for group, options in wanted.items())  # fmt: skip


def counts(
    products: Iterable[ProductFacts], wish: Wish, facets: Iterable[ProductFacet] = ()
) -> dict[str, dict[str, int]]:
    """Count for each option how many products it would show beside the other groups."""
    every = list(products)
    found: dict[str, dict[str, int]] = {}
    brought = {each.name: tuple(value for value, _ in each.options) for each in facets}
    for group, options in (OPTIONS | brought).items():
        left = [values_of(each, group) for each in every if fits(each, wish, besides=group)]
        found[group] = {option: sum(option in values for values in left) for option in options}
    return found


def drops(products: Sequence[ProductFacts], wish: Wish) -> list[tuple[str, str, int]]:
    """Tell for each filter in force how many products there are without it; best first."""
    led = [
        (group, value, sum(fits(each, wish.without(group, value)) for each in products))
        for group, value in wish.applied()
    ]
    return sorted((drop for drop in led if drop[2]), key=lambda drop: -drop[2])


def ordered(products: Iterable[ProductFacts], sort: str) -> list[ProductFacts]:
    """Sort; ties keep the shopkeeper's order."""
    if sort == "price":
        return sorted(products, key=lambda each: each.price_minor)
    if sort == "price-desc":
        return sorted(products, key=lambda each: -each.price_minor)
    if sort == "name":
        return sorted(products, key=lambda each: each.name.casefold())
    return list(products)


def with_facets(
    products: Iterable[ProductFacts], facets: Sequence[ProductFacet]
) -> list[ProductFacts]:
    """Add to products what plugins say of them."""
    return [
        replace(each, more={facet.name: facet.products.get(each.slug, frozenset()) for facet in facets})
        for each in products
    ]  # fmt: skip


def shelf_page(
    products: Sequence[ProductFacts],
    shelves: list[Shelf],
    wish: Wish,
    size: int = PAGE_SIZE,
    facets: tuple[ProductFacet, ...] = (),
) -> ShelfPage[Any]:
    """Choose, count, sort and cut one page.

    Raises:
        NotFound: there is no such page.
    """
    chosen = ordered([each for each in products if fits(each, wish)], wish.sort)
    pages = max(1, -(-len(chosen) // size))
    if wish.page > pages:
        raise NotFound
    first = (wish.page - 1) * size
    return ShelfPage(
        product_ids=[each.id for each in chosen[first : first + size]], total=len(chosen),
        page=wish.page, pages=pages, wish=wish, shelves=shelves,
        counts=counts(products, wish, facets), facets=facets,
        drops=[] if chosen else drops(products, wish),
    )  # fmt: skip
