"""The one serializer of product facts: page, cards, JSON-LD, feed and API all read these values."""

from dataclasses import dataclass, field
from typing import Literal

Band = Literal["in_stock", "few", "sold_out"]


@dataclass(frozen=True)
class Picture:
    """A public picture in its widths and formats; `colour` stands in while it loads."""

    name: str
    alt: str
    width: int
    height: int
    colour: str
    widths: tuple[int, ...] = ()
    formats: tuple[str, ...] = ("svg",)

    @property
    def file(self) -> str:
        """Name the one file to show where only one address fits."""
        return (
            f"{self.name}.svg"
            if "svg" in self.formats
            else f"{self.name}-{max(self.widths)}.jpg"
        )


@dataclass(frozen=True)
class VariantListing:
    """One variant as a buyer sees it; prices in minor units, tax included."""

    sku: str
    name: str
    options: dict[str, str]
    price_minor: int
    price_text: str
    currency: str
    band: Band
    weight_grams: int
    components: frozenset[str]

    @property
    def available(self) -> bool:
        """Tell whether it can be bought now."""
        return self.band != "sold_out"


@dataclass(frozen=True)
class ProductListing:
    """One product as a buyer sees it."""

    slug: str
    name: str
    summary: str
    url: str
    description: str  # Markdown
    pictures: tuple[Picture, ...]
    variants: tuple[VariantListing, ...]
    collections: tuple[tuple[str, str], ...]  # slug and name
    actions: tuple[str, ...]
    pressure: str | None
    facts: dict[str, str]
    questions: tuple[tuple[str, str], ...]
    care: str
    not_for: str
    routines_text: str = ""
    kit: tuple[tuple[str, str, int], ...] = ()  # what a kit holds: sku, name, pieces
    search_terms: tuple[str, ...] = field(default=(), repr=False)

    @property
    def picture(self) -> Picture:
        """Give the first picture."""
        return self.pictures[0]

    @property
    def components(self) -> frozenset[str]:
        """Name the components that buying any variant brings."""
        return frozenset().union(*(variant.components for variant in self.variants))

    @property
    def stock_band(self) -> Band:
        """Give the best band of its variants."""
        bands = {variant.band for variant in self.variants}
        return next(band for band in ("in_stock", "few", "sold_out") if band in bands)

    @property
    def stock_text(self) -> str:
        """Say in words how much there is; never a number."""
        return {"in_stock": "In stock", "few": "Only a few left", "sold_out": "Sold out"}[
            self.stock_band
        ]

    @property
    def price_minor(self) -> int:
        """Give the lowest price."""
        return min(variant.price_minor for variant in self.variants)

    @property
    def price_text(self) -> str:
        """Write the price, or the lowest one."""
        cheapest = min(self.variants, key=lambda variant: variant.price_minor)
        same = len({variant.price_minor for variant in self.variants}) == 1
        return cheapest.price_text if same else f"from {cheapest.price_text}"
