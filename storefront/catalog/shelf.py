"""What the shelf says of variants, in few statements: free pieces, components, parts of kits.

The ledger of stock stands above the catalogue, so its levels are read here by their table.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Integer, Subquery, column, func, literal, null, select, table, union_all
from sqlalchemy.orm import Session

from storefront.catalog.models import KitItem, Product, Variant, VariantComponent

LEVEL = table(
    "storefront_stock_level",
    column("variant_id", Integer), column("on_hand", Integer), column("held", Integer),
)  # fmt: skip


@dataclass
class Contents:
    """What one variant is on the shelf: pieces free, what it brings, what it is made of."""

    free: int = 0
    components: set[str] = field(default_factory=set)
    parts: dict[str, tuple[str, int]] = field(default_factory=dict)  # sku to name and pieces


def free_pieces() -> Subquery:
    """Tell the pieces that can be sold of each variant; a kit has what its parts allow."""
    free = LEVEL.c.on_hand - LEVEL.c.held
    own = select(LEVEL.c.variant_id, free.label("free"))
    kits = (
        select(KitItem.kit_id, func.min(func.coalesce(free, 0) // KitItem.quantity))
        .outerjoin(LEVEL, LEVEL.c.variant_id == KitItem.item_id)
        .group_by(KitItem.kit_id)
    )
    return union_all(own, kits).subquery("free_pieces")


def contents(db: Session, variant_ids: Collection[int]) -> dict[int, Contents]:
    """Read the contents of variants in one statement."""
    free = free_pieces()
    own = (
        select(
            Variant.id, free.c.free, VariantComponent.component_slug, null(), null(), null(), literal(0)
        )
        .outerjoin(free, free.c.variant_id == Variant.id)
        .outerjoin(VariantComponent, VariantComponent.variant_id == Variant.id)
        .where(Variant.id.in_(variant_ids))
    )  # fmt: skip
    parts = (
        select(
            KitItem.kit_id, null(), VariantComponent.component_slug, Variant.sku, Product.name,
            Variant.name, KitItem.quantity,
        )
        .join(Variant, Variant.id == KitItem.item_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(VariantComponent, VariantComponent.variant_id == Variant.id)
        .where(KitItem.kit_id.in_(variant_ids))
    )  # fmt: skip
    found: dict[int, Contents] = defaultdict(Contents)
    for owner, pieces, component, sku, product, variant, quantity in db.execute(
        union_all(own, parts)
    ):
        entry = found[owner]
        entry.free = max(entry.free, pieces or 0)
        if component:
            entry.components.add(component)
        if sku:
            entry.parts[sku] = (f"{product}, {variant}", quantity)
    return found
