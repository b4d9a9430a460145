"""Products as pages, cards and the API show them: every amount written, every address made."""

from collections.abc import Collection as Several
from collections.abc import Sequence
from dataclasses import replace

from babel.dates import format_date
from sqlalchemy.orm import Session

from storefront import web
from storefront.catalog import kinds, service, shelf_facts
from storefront.catalog.filters import ShelfPage, Wish
from storefront.catalog.kinds import Attribute
from storefront.catalog.listing import Contact, ProductListing, Safety, VariantListing
from storefront.catalog.models import Collection, Product, Variant
from storefront.catalog.pictures import gallery
from storefront.catalog.service import Shelved, band
from storefront.catalog.shelf import Contents
from storefront.hooks import ProductFacet


def find_product(db: Session, slug: str, *, with_facts: bool = True) -> ProductListing:
    """Find one product; without facts it costs what plugins say of its card one statement less.

    Raises:
        NotFound: there is none of that name on the shelf.
    """
    found = service.find(db, slug)
    made = _listings(db, [found], with_facts=with_facts)[0]
    product = found.product
    return replace(made, spares=_named(product.spares), spare_for=_named(product.spare_for))


def _named(products: Sequence[Product]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (each.name, web.path_for("storefront_catalog.product_page", slug=each.slug))
        for each in products
        if each.is_published
    )


def featured(db: Session, count: int = 4) -> list[ProductListing]:
    """Give the first products of the shopkeeper's order."""
    return _listings(db, service.first(db, count), with_facts=True)


def facets(db: Session) -> list[ProductFacet]:
    """Ask the plugins for groups of the filter; those in which nothing can be chosen are left out."""
    found = web.shop().hooks.product_facets(db, shelf_facts.components(db))
    return [facet for facet in found if facet.options and any(facet.products.values())]


def listings(
    db: Session, wish: Wish | None = None, facets: Sequence[ProductFacet] = ()
) -> ShelfPage[ProductListing]:
    """Give one page of the products that fit a wish, with what else could be wished for.

    Raises:
        NotFound: there is no such collection, or no such page.
    """
    page = service.choose(db, wish or Wish(), facets)
    found = service.of_ids(db, page.product_ids)
    made = _listings(db, found, with_facts=True)
    by_id = {each.product.id: one for each, one in zip(found, made, strict=True)}
    return page.with_products([by_id[product_id] for product_id in page.product_ids])


def listings_for_components(db: Session, components: Several[str]) -> list[ProductListing]:
    """Give what brings any of these components: what can be bought first, then the cheapest."""
    return sorted(
        _listings(db, service.bringing(db, components)),
        key=lambda product: (product.stock_band == "sold_out", product.price_minor),
    )


def listings_for_skus(db: Session, skus: Several[str]) -> list[ProductListing]:
    """Give the products that these SKUs belong to."""
    return _listings(db, service.of_skus(db, skus))


def _listings(
    db: Session, found: Sequence[Shelved], *, with_facts: bool = False
) -> list[ProductListing]:
    """Make listings, on wish with what plugins say of each card."""
    facts: dict[str, str] = {}
    if with_facts:
        brought = {each.product.slug: each.components for each in found}
        facts = web.shop().hooks.product_facts(db, brought)
    return [_listing(each, facts.get(each.product.slug, "")) for each in found]


def _listing(found: Shelved, routines_text: str) -> ProductListing:
    product, inside = found.product, found.inside
    parts = {
        sku: part
        for variant in product.variants
        for sku, part in inside[variant.id].parts.items()
    }
    variants = tuple(_variant(each, inside[each.id]) for each in product.variants)
    first = product.collections[0].parent if product.collections else None
    return ProductListing(
        slug=product.slug, name=product.name, summary=product.summary, description=product.description,
        url=web.path_for("storefront_catalog.product_page", slug=product.slug),
        pictures=gallery(product.pictures), variants=variants,
        collections=tuple((each.slug, each.name) for each in product.collections),
        actions=tuple(product.actions), pressure=product.pressure, facts=dict(product.facts),
        questions=tuple((each["ask"], each["answer"]) for each in product.questions),
        care=product.care, not_for=product.not_for, routines_text=routines_text,
        kit=tuple((sku, name, pieces) for sku, (name, pieces) in parts.items()),
        search_terms=tuple(product.search_terms), above=tuple(_above(first)), safety=_safety(product),
        specs=kinds.common([(each.name, each.specs) for each in variants]),
    )  # fmt: skip


def _above(shelf: Collection | None) -> list[tuple[str, str]]:
    return [*_above(shelf.parent), (shelf.slug, shelf.name)] if shelf else []


def _safety(product: Product) -> Safety | None:
    if not product.maker:
        return None
    responsible = Contact(**product.responsible) if product.responsible else None
    warnings = tuple(product.warnings)
    return Safety(Contact(**product.maker), responsible, warnings, product.lot_marking)


def _variant(variant: Variant, inside: Contents) -> VariantListing:
    wanted, product = web.settings(), variant.product
    told = product.type.attributes if product.type else []
    attributes = [Attribute.read(each) for each in told]
    stock = band(inside.free, wanted.low_stock, inside.ready)
    ships = inside.ships_from if stock == "preorder" else None
    return VariantListing(
        sku=variant.sku, name=variant.name, options=dict(variant.options),
        price_minor=variant.price_minor, price_text=web.money_text(variant.price_minor),
        was_text=web.money_text(variant.was_minor) if variant.was_minor else "",
        currency=wanted.currency, band=stock, weight_grams=variant.weight_grams,
        components=frozenset(inside.components), url=variant_path(variant),
        specs=kinds.specs(attributes, {**product.attributes, **variant.attributes}),
        ships_from=ships, ships_text=format_date(ships, "d MMMM y", wanted.locale) if ships else "",
        blocked=inside.blocked,
    )  # fmt: skip


def variant_path(variant: Variant) -> str:
    """Give the address of a variant; of an only one that of its product."""
    slug = variant.product.slug
    if len(variant.product.variants) == 1:
        return web.path_for("storefront_catalog.product_page", slug=slug)
    page = "storefront_catalog.variant_page"
    return web.path_for(page, slug=slug, variant=variant.slug)
