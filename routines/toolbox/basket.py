"""The cheapest way to get parts that are missing, out of what the shop sells."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from routines.toolbox.cover import Bid, choose
from storefront.public import ProductListing, VariantListing


@dataclass(frozen=True)
class Offer:
    """One variant that brings missing parts, with its product."""

    product: ProductListing
    variant: VariantListing

    @property
    def name(self) -> str:
        """Name the product, and the variant where there are several."""
        several = len(self.product.variants) > 1
        return f"{self.product.name}, {self.variant.name}" if several else self.product.name


@dataclass(frozen=True)
class Basket:
    """What to buy for the missing parts, and the parts that nothing in the shop brings."""

    offers: tuple[Offer, ...] = ()
    unavailable: frozenset[str] = frozenset()
    is_exact: bool = True  # no other choice is cheaper

    @property
    def total_minor(self) -> int:
        """Add up the prices."""
        return sum(offer.variant.price_minor for offer in self.offers)


def cheapest(missing: Set[str], listings: Iterable[ProductListing]) -> Basket:
    """Choose the variants in stock that bring all missing parts for the least money.

    Of equal totals the one with fewer things wins, then the one with fewer parts that nobody asked
    for: a set is taken only where it is cheaper than its missing parts alone. Parts that nothing in
    stock brings are named and left out.
    """
    wanted = frozenset(missing)
    offers = on_sale(wanted, listings)
    bids = [Bid(one.variant.components, one.variant.price_minor) for one in offers]
    choice = choose(wanted, bids)
    chosen = tuple(offers[place] for place in choice.chosen)
    brought = frozenset[str]().union(*(one.variant.components for one in chosen))
    return Basket(chosen, wanted - brought, choice.is_exact)


def on_sale(components: Set[str], listings: Iterable[ProductListing]) -> list[Offer]:
    """List the variants that bring any of these parts and can be bought now."""
    return [
        Offer(product, variant)
        for product in listings
        for variant in product.variants
        if variant.available and variant.components & components
    ]
