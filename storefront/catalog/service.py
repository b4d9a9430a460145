"""Find products and make their listings."""

from collections.abc import Collection as Several
from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from storefront import web
from storefront.catalog.filters import ShelfPage, Wish, shelf_page
from storefront.catalog.listing import Band, ProductListing, VariantListing
from storefront.catalog.models import KitItem, Product, Variant, VariantComponent
from storefront.catalog.pictures import gallery, pictures
from storefront.catalog.shelf import Contents, contents
from storefront.catalog.shelf_facts import collections, product_facts
from storefront.errors import NotFound

__all__ = [
    "featured", "find_product", "listings", "listings_for_components", "listings_for_skus", "pictures",
    "variants_by_sku",
]  # fmt: skip


def find_product(db: Session, slug: str, *, with_facts: bool = True) -> ProductListing:
    """Find one product; without facts it costs what plugins say of its card one statement less.

    Raises:
        NotFound: there is none of that name on the shelf.
    """
    found = _listed(db, Product.slug == slug, with_facts=with_facts)
    if not found:
        raise NotFound
    return found[0]


def featured(db: Session, count: int = 4) -> list[ProductListing]:
    """Give the first products of the shopkeeper's order."""
    first = (
        select(Product.id).where(Product.is_published, Product.variants.any())
        .order_by(Product.position, Product.id).limit(count)
    )  # fmt: skip
    return _listed(db, Product.id.in_(first), with_facts=True)


def listings(db: Session, wish: Wish | None = None) -> ShelfPage[ProductListing]:
    """Give one page of the products that fit a wish, with what else could be wished for.

    Raises:
        NotFound: there is no such collection, or no such page.
    """
    wanted = wish or Wish()
    shelves = collections(db)
    if wanted.collection and wanted.collection not in {shelf.slug for shelf in shelves}:
        raise NotFound
    page = shelf_page(product_facts(db, shelves, component=wanted.component), shelves, wanted)
    by_id = dict(_by_id(db, Product.id.in_(page.product_ids), with_facts=True))
    return page.with_products([by_id[product_id] for product_id in page.product_ids])


def listings_for_components(db: Session, components: Several[str]) -> list[ProductListing]:
    """Give what brings any of these components: what can be bought first, then the cheapest."""
    direct = select(VariantComponent.variant_id).where(
        VariantComponent.component_slug.in_(components)
    )
    kits = select(KitItem.kit_id).where(KitItem.item_id.in_(direct))
    bringing = select(Variant.product_id).where(
        or_(Variant.id.in_(direct), Variant.id.in_(kits))
    )
    found = _listed(db, Product.id.in_(bringing)) if components else []
    return sorted(
        found, key=lambda product: (product.stock_band == "sold_out", product.price_minor)
    )


def listings_for_skus(db: Session, skus: Several[str]) -> list[ProductListing]:
    """Give the products that these SKUs belong to."""
    owners = select(Variant.product_id).where(Variant.sku.in_(skus))
    return _listed(db, Product.id.in_(owners)) if skus else []


def variants_by_sku(db: Session, skus: Iterable[str]) -> dict[str, Variant]:
    """Find variants on the shelf, each with its product."""
    wanted = set(skus)
    if not wanted:
        return {}
    query = (
        select(Variant).join(Variant.product).options(joinedload(Variant.product))
        .where(Variant.sku.in_(wanted), Product.is_published)
    )  # fmt: skip
    return {variant.sku: variant for variant in db.scalars(query)}


def band(free: int, low: int) -> Band:
    """Say how much there is as a band, so that a page changes only when the band does."""
    if free <= 0:
        return "sold_out"
    return "few" if free <= low else "in_stock"


def _listed(
    db: Session, condition: ColumnElement[bool], *, with_facts: bool = False
) -> list[ProductListing]:
    return [listing for _, listing in _by_id(db, condition, with_facts=with_facts)]


def _by_id(
    db: Session, condition: ColumnElement[bool], *, with_facts: bool = False
) -> list[tuple[int, ProductListing]]:
    """Make listings in two statements, and what plugins need for their fact."""
    query = (
        select(Product).where(Product.is_published, condition, Product.variants.any())
        .options(joinedload(Product.variants), joinedload(Product.collections))
        .order_by(Product.position, Product.id)
    )  # fmt: skip
    products = db.scalars(query).unique().all()
    inside = contents(db, [variant.id for each in products for variant in each.variants])
    facts: dict[str, str] = {}
    if with_facts:
        brought = {
            each.slug: frozenset[str]().union(*(inside[v.id].components for v in each.variants))
            for each in products
        }
        facts = web.shop().hooks.product_facts(db, brought)
    return [(each.id, _listing(each, inside, facts.get(each.slug, ""))) for each in products]


def _listing(
    product: Product, inside: dict[int, Contents], routines_text: str
) -> ProductListing:
    parts = {
        sku: part
        for variant in product.variants
        for sku, part in inside[variant.id].parts.items()
    }
    return ProductListing(
        slug=product.slug, name=product.name, summary=product.summary, description=product.description,
        url=web.path_for("storefront_catalog.product_page", slug=product.slug),
        pictures=gallery(product.pictures),
        variants=tuple(_variant(each, inside[each.id]) for each in product.variants),
        collections=tuple((each.slug, each.name) for each in product.collections),
        actions=tuple(product.actions), pressure=product.pressure, facts=dict(product.facts),
        questions=tuple((each["ask"], each["answer"]) for each in product.questions),
        care=product.care, not_for=product.not_for, routines_text=routines_text,
        kit=tuple((sku, name, pieces) for sku, (name, pieces) in parts.items()),
        search_terms=tuple(product.search_terms),
    )  # fmt: skip


def _variant(variant: Variant, inside: Contents) -> VariantListing:
    wanted = web.settings()
    return VariantListing(
        sku=variant.sku, name=variant.name, options=dict(variant.options),
        price_minor=variant.price_minor, price_text=web.money_text(variant.price_minor),
        currency=wanted.currency, band=band(inside.free, wanted.low_stock),
        weight_grams=variant.weight_grams, components=frozenset(inside.components),
    )  # fmt: skip
