"""The cheapest way to get parts that are missing, out of what the shop sells."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

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

    @property
    def total_minor(self) -> int:
        """Add up the prices."""
        return sum(offer.variant.price_minor for offer in self.offers)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is missing."""
        return not self.offers and not self.unavailable


def cheapest(missing: Set[str], listings: Iterable[ProductListing]) -> Basket:
    """Choose the variants in stock that bring all missing parts for the least money.

    Of equal totals the one with fewer things wins. Parts that nothing in stock brings are
    named and left out.
    """
    best: dict[frozenset[str], tuple[Offer, ...]] = {frozenset(): ()}
    for brought, offer in _useful(missing, listings).items():
        for covered, chosen in list(best.items()):
            more = (*chosen, offer)
            if covered | brought not in best or _rank(more) < _rank(best[covered | brought]):
                best[covered | brought] = more
    reachable = max(best, key=len)
    return Basket(best[reachable], frozenset(missing) - reachable)


def _useful(
    missing: Set[str], listings: Iterable[ProductListing]
) -> dict[frozenset[str], Offer]:
    """Find for each set of brought parts its cheapest variant in stock."""
    found: dict[frozenset[str], Offer] = {}
    for product in listings:
        for variant in product.variants:
            brought = frozenset(missing & variant.components)
            old = found.get(brought)
            if (
                brought
                and variant.available
                and (old is None or variant.price_minor < old.variant.price_minor)
            ):
                found[brought] = Offer(product, variant)
    return found


def _rank(offers: Sequence[Offer]) -> tuple[int, int]:
    return sum(offer.variant.price_minor for offer in offers), len(offers)
