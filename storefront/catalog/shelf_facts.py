"""The few facts of every product that choosing needs: two statements for the whole shelf."""

from collections import defaultdict

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

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
    """List the collections in order, each with the products on it and on those below it."""
    parent = aliased(Collection)
    query = (
        select(
            Collection.slug, Collection.name, Collection.summary, parent.slug,
            ProductCollection.product_id,
        )
        .outerjoin(parent, parent.id == Collection.parent_id)
        .outerjoin(ProductCollection, ProductCollection.collection_id == Collection.id)
        .order_by(Collection.position, Collection.id)
    )  # fmt: skip
    found: dict[str, Shelf] = {}
    own: dict[str, set[int]] = defaultdict(set)
    for slug, name, summary, above, product_id in db.execute(query):
        found.setdefault(slug, Shelf(slug, name, summary, above))
        if product_id is not None:
            own[slug].add(product_id)
    for slug, ids in own.items():
        seen: set[str] = set()
        above = slug
        while above in found and above not in seen:
            found[above].product_ids |= ids
            seen.add(above)
            above = found[above].parent or ""
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
            Product.id, Product.name, Product.actions, Product.pressure, sums.c.price,
            sums.c.free, Product.attributes, Product.slug,
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
            is_free_of_latex=attributes.get("latex") is False, slug=slug,
        )
        for product_id, name, actions, pressure, price, pieces, attributes, slug in db.execute(query)
    ]  # fmt: skip


def components(db: Session) -> dict[str, frozenset[str]]:
    """Name for every published product the components that any of its variants brings, kits too."""
    part = aliased(Variant)
    own = select(Variant.product_id, VariantComponent.component_slug).join(
        VariantComponent, VariantComponent.variant_id == Variant.id
    )
    kits = (
        select(Variant.product_id, VariantComponent.component_slug)
        .join(KitItem, KitItem.kit_id == Variant.id)
        .join(part, part.id == KitItem.item_id)
        .join(VariantComponent, VariantComponent.variant_id == part.id)
    )
    brought = union_all(own, kits).subquery("brought")
    query = (
        select(Product.slug, brought.c.component_slug)
        .outerjoin(brought, brought.c.product_id == Product.id)
        .where(Product.is_published)
    )
    found: dict[str, set[str]] = defaultdict(set)
    for slug, component in db.execute(query):
        found[slug] |= {component} if component else set()
    return {slug: frozenset(parts) for slug, parts in found.items()}
