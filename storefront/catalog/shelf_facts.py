"""The few facts of every product that choosing needs: two statements for the whole shelf."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storefront.catalog.filters import ProductFacts, Shelf
from storefront.catalog.models import (
    Collection,
    KitItem,
    Product,
    ProductCollection,
    Variant,
    VariantComponent,
)
from storefront.catalog.shelf import free_pieces


def collections(db: Session) -> list[Shelf]:
    """List the collections in order, each with the products on it."""
    query = (
        select(Collection.slug, Collection.name, Collection.summary, ProductCollection.product_id)
        .outerjoin(ProductCollection, ProductCollection.collection_id == Collection.id)
        .order_by(Collection.position, Collection.id)
    )  # fmt: skip
    found: dict[str, Shelf] = {}
    for slug, name, summary, product_id in db.execute(query):
        shelf = found.setdefault(slug, Shelf(slug, name, summary))
        if product_id is not None:
            shelf.product_ids.add(product_id)
    return list(found.values())


def product_facts(
    db: Session, shelves: list[Shelf], *, component: str | None = None
) -> list[ProductFacts]:
    """List the facts of all published products, or of those that bring a component."""
    free = free_pieces()
    sums = (
        select(
            Variant.product_id,
            func.min(Variant.price_minor).label("price"),
            func.max(func.coalesce(free.c.free, 0)).label("free"),
        )
        .outerjoin(free, free.c.variant_id == Variant.id)
        .group_by(Variant.product_id)
        .subquery("sums")
    )
    query = (
        select(
            Product.id, Product.name, Product.actions, Product.pressure, sums.c.price, sums.c.free
        )
        .join(sums, sums.c.product_id == Product.id)
        .where(Product.is_published)
        .order_by(Product.position, Product.id)
    )  # fmt: skip
    if component:
        direct = select(VariantComponent.variant_id).where(
            VariantComponent.component_slug == component
        )
        kits = select(KitItem.kit_id).where(KitItem.item_id.in_(direct))
        owners = select(Variant.product_id).where(
            or_(Variant.id.in_(direct), Variant.id.in_(kits))
        )
        query = query.where(Product.id.in_(owners))
    return [
        ProductFacts(
            id=product_id, name=name, actions=frozenset(actions), pressure=pressure,
            price_minor=price, in_stock=pieces > 0,
            collections=frozenset(each.slug for each in shelves if product_id in each.product_ids),
        )
        for product_id, name, actions, pressure, price, pieces in db.execute(query)
    ]  # fmt: skip
