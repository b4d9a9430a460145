"""The one serializer of product facts: page, cards, JSON-LD, feed and API all read these values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from storefront.catalog.kinds import Spec

Band = Literal["in_stock", "few", "preorder", "sold_out"]
BANDS: tuple[Band, ...] = ("in_stock", "few", "preorder", "sold_out")  # best first
BAND_TEXTS: Mapping[Band, str] = {
    "in_stock": "In stock", "few": "Only a few left", "preorder": "Preorder", "sold_out": "Sold out",
}  # fmt: skip


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
    url: str = ""
    specs: tuple[Spec, ...] = ()
    ships_from: date | None = None  # of a preorder
    ships_text: str = ""
    blocked: str = ""  # why it is not sold, whatever lies there
    was_text: str = ""  # of an announced reduction: the lowest price of the 30 days before it

    @property
    def available(self) -> bool:
        """Tell whether it can be bought now."""
        return self.band != "sold_out"

    @property
    def stock_text(self) -> str:
        """Say in words how much there is; never a number."""
        if self.blocked:
            return "Not sold at the moment"
        if self.band == "preorder":
            return f"Preorder, ships from {self.ships_text}"
        return BAND_TEXTS[self.band]


@dataclass(frozen=True)
class Contact:
    """Who answers for a product, where letters and mails reach them."""

    name: str
    address: str
    email: str
    country: str


@dataclass(frozen=True)
class Safety:
    """What the product safety rules ask to be shown."""

    maker: Contact
    responsible: Contact | None
    warnings: tuple[str, ...]
    lot_marking: str


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
    specs: tuple[Spec, ...] = ()  # where the variants differ: each by its name
    above: tuple[tuple[str, str], ...] = ()  # the shelves above the first one, outermost first
    safety: Safety | None = None
    spares: tuple[tuple[str, str], ...] = ()  # name and address of what replaces its parts
    spare_for: tuple[tuple[str, str], ...] = ()  # name and address of what it is a part of

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
        return min((variant.band for variant in self.variants), key=BANDS.index)

    @property
    def stock_text(self) -> str:
        """Say in words how much there is; never a number."""
        best = self.stock_band
        return next(each.stock_text for each in self.variants if each.band == best)

    @property
    def price_minor(self) -> int:
        """Give the lowest price."""
        return min(variant.price_minor for variant in self.variants)

    @property
    def was_text(self) -> str:
        """Give what the shown price was reduced from, where that was announced."""
        return min(self.variants, key=lambda variant: variant.price_minor).was_text

    @property
    def price_text(self) -> str:
        """Write the price, or the lowest one."""
        cheapest = min(self.variants, key=lambda variant: variant.price_minor)
        same = len({variant.price_minor for variant in self.variants}) == 1
        return cheapest.price_text if same else f"from {cheapest.price_text}"
