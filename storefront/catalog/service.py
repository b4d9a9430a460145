"""Find products on the shelf."""

from collections.abc import Collection as Several
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from storefront.catalog.filters import ShelfPage, Wish, shelf_page, with_facets
from storefront.catalog.listing import Band
from storefront.catalog.models import (
    Collection,
    KitItem,
    Product,
    Variant,
    VariantComponent,
)
from storefront.catalog.shelf import Contents, contents
from storefront.catalog.shelf_facts import collections, product_facts
from storefront.errors import NotFound
from storefront.hooks import ProductFacet


@dataclass(frozen=True)
class Shelved:
    """A product on the shelf, and what each of its variants is made of, by the variant's id."""

    product: Product
    inside: dict[int, Contents]

    @property
    def components(self) -> frozenset[str]:
        """Name the components that buying any variant brings."""
        return frozenset[str]().union(
            *(self.inside[each.id].components for each in self.product.variants)
        )


def find(db: Session, slug: str) -> Shelved:
    """Find one product, with the spare parts of it and what it is a spare part of.

    Raises:
        NotFound: there is none of that name on the shelf.
    """
    told = (Product.slug, Product.name, Product.published_at, Product.unpublished_at)
    relations = [joinedload(Product.spares), joinedload(Product.spare_for)]
    few = [each.load_only(*told) for each in relations]
    found = _shelved(db, Product.slug == slug, few)
    if not found:
        raise NotFound
    return found[0]


def first(db: Session, count: int) -> list[Shelved]:
    """Find the first products of the shopkeeper's order."""
    ids = (
        select(Product.id).where(Product.is_published, Product.variants.any())
        .order_by(Product.position, Product.id).limit(count)
    )  # fmt: skip
    return _shelved(db, Product.id.in_(ids))


def choose(db: Session, wish: Wish, facets: Sequence[ProductFacet] = ()) -> ShelfPage[Any]:
    """Choose one page of the products that fit a wish, with what else could be wished for.

    Raises:
        NotFound: there is no such collection, or no such page.
    """
    shelves = collections(db)
    if wish.collection and wish.collection not in {shelf.slug for shelf in shelves}:
        raise NotFound
    facts = with_facets(product_facts(db, shelves, component=wish.component), facets)
    return shelf_page(facts, shelves, wish, facets=tuple(facets))


def of_ids(db: Session, ids: Several[int]) -> list[Shelved]:
    """Find products by their ids."""
    return _shelved(db, Product.id.in_(ids))


def bringing(db: Session, components: Several[str]) -> list[Shelved]:
    """Find what brings any of these components, alone or in a kit."""
    direct = select(VariantComponent.variant_id).where(
        VariantComponent.component_slug.in_(components)
    )
    kits = select(KitItem.kit_id).where(KitItem.item_id.in_(direct))
    owners = select(Variant.product_id).where(or_(Variant.id.in_(direct), Variant.id.in_(kits)))
    return _shelved(db, Product.id.in_(owners)) if components else []


def of_skus(db: Session, skus: Several[str]) -> list[Shelved]:
    """Find the products that these SKUs belong to."""
    owners = select(Variant.product_id).where(Variant.sku.in_(skus))
    return _shelved(db, Product.id.in_(owners)) if skus else []


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


def band(free: int, low: int, ready: int) -> Band:
    """Say how much there is as a band, so that a page changes only when the band does.

    `free` is what can be sold, `ready` how much of that lies there already.
    """
    if free <= 0:
        return "sold_out"
    if ready <= 0:
        return "preorder"
    return "few" if ready <= low else "in_stock"


def _shelved(
    db: Session, condition: ColumnElement[bool], more: Sequence[ORMOption] = ()
) -> list[Shelved]:
    """Read products and their contents in two statements."""
    query = (
        select(Product).where(Product.is_published, condition, Product.variants.any())
        .options(
            *more, joinedload(Product.variants), joinedload(Product.type),
            joinedload(Product.collections)
            .joinedload(Collection.parent)
            .joinedload(Collection.parent),
        )
        .order_by(Product.position, Product.id)
    )  # fmt: skip
    products = db.scalars(query).unique().all()
    inside = contents(db, [variant.id for each in products for variant in each.variants])
    return [Shelved(each, inside) for each in products]
