"""What the shop's API sends, as closed models made from the shop's own listings."""

from collections.abc import Iterable
from typing import Self

from storefront import web
from storefront.api.spec import Answer
from storefront.catalog.kinds import Spec
from storefront.catalog.listing import (
    Contact,
    Picture,
    ProductListing,
    Safety,
    VariantListing,
)
from storefront.search.service import Hit


class PictureAnswer(Answer):
    """A public picture."""

    url: str
    alt: str

    @classmethod
    def of(cls, picture: Picture) -> Self:
        """Tell a picture."""
        return cls(url=web.media_url(picture.file), alt=picture.alt)


class AttributeAnswer(Answer):
    """A typed attribute; `value` is a number, a truth value or a text, `text` is it in words."""

    slug: str
    name: str
    value: bool | int | float | str
    unit: str
    text: str

    @classmethod
    def all_of(cls, specs: Iterable[Spec]) -> list[Self]:
        """Tell the attributes that have one value."""
        return [
            cls(
                slug=each.slug, name=each.name, value=each.value, unit=each.unit, text=each.text
            )
            for each in specs
            if each.value is not None
        ]


class SafetyAnswer(Answer):
    """Who answers for a product; `responsible` is the person in the European Union."""

    maker: str
    responsible: str
    warnings: list[str]
    lot_marking: str

    @classmethod
    def of(cls, safety: Safety) -> Self:
        """Tell what the product safety rules ask for."""
        return cls(
            maker=_written(safety.maker), warnings=list(safety.warnings), lot_marking=safety.lot_marking,
            responsible=_written(safety.responsible) if safety.responsible else "",
        )  # fmt: skip


def _written(who: Contact) -> str:
    return f"{who.name}, {who.address}, {who.country}, {who.email}"


class VariantAnswer(Answer):
    """What can be bought; the price is in minor units and includes tax.

    `stock` is in_stock, few, preorder or sold_out; a preorder says from which day it ships.
    """

    sku: str
    name: str
    options: dict[str, str]
    price_minor: int
    currency: str
    available: bool
    stock: str
    ships_from: str | None
    weight_grams: int
    components: list[str]
    url: str
    attributes: list[AttributeAnswer]

    @classmethod
    def of(cls, variant: VariantListing) -> Self:
        """Tell a variant."""
        return cls(
            sku=variant.sku, name=variant.name, options=variant.options,
            price_minor=variant.price_minor, currency=variant.currency,
            available=variant.available, weight_grams=variant.weight_grams,
            components=sorted(variant.components), stock=variant.band, url=variant.url,
            ships_from=variant.ships_from.isoformat() if variant.ships_from else None,
            attributes=AttributeAnswer.all_of(variant.specs),
        )  # fmt: skip


class ProductAnswer(Answer):
    """A product with its variants; `url` is the path of its page, the description is Markdown."""

    slug: str
    name: str
    summary: str
    description: str
    url: str
    price_minor: int
    currency: str
    available: bool
    actions: list[str]
    collections: list[str]
    pictures: list[PictureAnswer]
    attributes: list[AttributeAnswer]
    safety: SafetyAnswer | None
    variants: list[VariantAnswer]

    @classmethod
    def of(cls, product: ProductListing) -> Self:
        """Tell a product."""
        return cls(
            slug=product.slug, name=product.name, summary=product.summary,
            description=product.description, url=product.url, price_minor=product.price_minor,
            currency=product.variants[0].currency, available=product.stock_band != "sold_out",
            actions=list(product.actions), collections=[slug for slug, _ in product.collections],
            pictures=[PictureAnswer.of(picture) for picture in product.pictures],
            attributes=AttributeAnswer.all_of(product.specs),
            safety=SafetyAnswer.of(product.safety) if product.safety else None,
            variants=[VariantAnswer.of(variant) for variant in product.variants],
        )  # fmt: skip


class ProductsAnswer(Answer):
    """One page of products."""

    items: list[ProductAnswer]
    page: int
    pages: int
    total: int


class HitAnswer(Answer):
    """Something that was found; `url` is the path of its page."""

    kind: str
    slug: str
    title: str
    summary: str
    url: str

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """Tell a hit."""
        return cls(
            kind=hit.kind, slug=hit.slug, title=hit.title, summary=hit.summary, url=hit.url
        )


class SearchAnswer(Answer):
    """What was found, best first; with `did_you_mean` it was found under that spelling."""

    query: str
    total: int
    did_you_mean: str | None
    results: list[HitAnswer]
