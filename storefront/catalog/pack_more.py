"""The rest of what a product's file says: times, attributes, safety, addresses, spare parts."""

import re

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.catalog.models import ALWAYS, Product, SpareFor
from storefront.catalog.pack_models import Pack, ProductFile


def fill(db: Session, file: ProductFile, pack: Pack) -> None:
    """Write times, attributes, safety and the names of variants in addresses."""
    product = db.scalars(select(Product).where(Product.slug == file.slug)).one()
    product.published_at = clock.aware(file.published_at) if file.published_at else ALWAYS
    product.unpublished_at = clock.aware(file.unpublished_at) if file.unpublished_at else None
    for moment in (product.published_at, product.unpublished_at):
        if moment is not None and moment > clock.now():
            database.change_pages_at(db, moment)
    product.type_slug, product.attributes = file.type, dict(file.attributes)
    write_safety(product, file, pack)
    _addresses(db, product, file)
    db.flush()


def write_safety(product: Product, file: ProductFile, pack: Pack) -> None:
    """Write who answers for a product, and what to be warned of."""
    product.is_physical = file.is_physical
    if file.safety is None:
        product.maker, product.responsible, product.warnings, product.lot_marking = (
            {},
            {},
            [],
            "",
        )
        return
    known = {each.slug: each.model_dump(exclude={"slug"}) for each in pack.makers}
    product.maker = known[file.safety.maker]
    product.responsible = known.get(file.safety.responsible or "", {})
    product.warnings = list(file.safety.warnings)
    product.lot_marking = file.safety.lot_marking


def _addresses(db: Session, product: Product, file: ProductFile) -> None:
    """Name variants by their file, else by their name, else by their SKU; first all, then one by one."""
    by_sku = {variant.sku: variant for variant in product.variants}
    wanted: dict[str, str] = {}
    for each in file.variants:
        by_sku[each.sku].attributes = dict(each.attributes)
        slug = each.slug or slug_of(each.name)
        wanted[each.sku] = each.sku.lower() if not slug or slug in wanted.values() else slug
    if all(by_sku[sku].slug == slug for sku, slug in wanted.items()):
        return
    for sku in wanted:  # two may change places
        by_sku[sku].slug = f"{by_sku[sku].id}-{sku.lower()}"[:80]
    db.flush()
    for sku, slug in wanted.items():
        by_sku[sku].slug = slug


def slug_of(name: str) -> str:
    """Write a name as it may stand in an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:80]


def spares(db: Session, pack: Pack) -> None:
    """Write which products are spare parts of which."""
    ids: dict[str, int] = dict(db.execute(select(Product.slug, Product.id)).all())
    for file in pack.products:
        wanted = {ids[slug] for slug in file.spare_for}
        mine = SpareFor.spare_id == ids[file.slug]
        there = set(db.scalars(select(SpareFor.product_id).where(mine)))
        db.execute(delete(SpareFor).where(mine, SpareFor.product_id.in_(there - wanted)))
        db.add_all(SpareFor(spare_id=ids[file.slug], product_id=key) for key in wanted - there)
    db.flush()
