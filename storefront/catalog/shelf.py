"""What the shelf says of variants, in few statements: free pieces, components, parts of kits.

The ledger of stock stands above the catalogue, so its levels are read here by their table.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    SQLColumnExpression,
    Subquery,
    case,
    column,
    func,
    literal,
    null,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from storefront import clock
from storefront.catalog.models import KitItem, Product, Variant, VariantComponent
from storefront.database import Moment

LEVEL = table(
    "storefront_stock_level",
    column("variant_id", Integer), column("on_hand", Integer), column("held", Integer),
    column("allowance", Integer), column("preorder_until", Moment), column("ships_from", Date),
)  # fmt: skip


@dataclass
class Contents:
    """What one variant is on the shelf: pieces free, what it brings, what it is made of."""

    free: int = 0
    ready: int = 0  # of the free ones, those that lie there already
    ships_from: date | None = None  # of what is sold before it arrives
    blocked: str = ""  # why it is not sold
    components: set[str] = field(default_factory=set)
    parts: dict[str, tuple[str, int]] = field(default_factory=dict)  # sku to name and pieces


def free_pieces() -> Subquery:
    """Tell the pieces that can be sold of each variant; a kit has what its parts allow.

    Promised pieces are no longer free, blocked variants have none, and what is sold before it
    arrives is free but not ready.
    """
    runs = LEVEL.c.preorder_until > clock.now()
    ready = func.coalesce(LEVEL.c.on_hand - LEVEL.c.held, 0)
    free = ready + case((runs, LEVEL.c.allowance), else_=0)
    ships = case((runs, LEVEL.c.ships_from), else_=null())
    own = (
        select(
            Variant.id.label("variant_id"), _unless(Variant.is_blocked, free).label("free"),
            _unless(Variant.is_blocked, ready).label("ready"), ships.label("ships_from"),
        )
        .join(LEVEL, LEVEL.c.variant_id == Variant.id)
    )  # fmt: skip
    kit, part = aliased(Variant), aliased(Variant)
    stopped = kit.is_blocked | part.is_blocked
    kits = (
        select(
            KitItem.kit_id, func.min(_unless(stopped, free // KitItem.quantity)),
            func.min(_unless(stopped, ready // KitItem.quantity)), func.max(ships),
        )
        .join(kit, kit.id == KitItem.kit_id)
        .join(part, part.id == KitItem.item_id)
        .outerjoin(LEVEL, LEVEL.c.variant_id == KitItem.item_id)
        .group_by(KitItem.kit_id)
    )  # fmt: skip
    return union_all(own, kits).subquery("free_pieces")


def _unless(
    stopped: SQLColumnExpression[bool], pieces: ColumnElement[int]
) -> ColumnElement[int]:
    return case((stopped, 0), else_=pieces)


def contents(db: Session, variant_ids: Collection[int]) -> dict[int, Contents]:
    """Read the contents of variants in one statement."""
    free = free_pieces()
    own = (
        select(
            Variant.id.label("owner"), free.c.free, free.c.ready, free.c.ships_from,
            Variant.blocked_reason, VariantComponent.component_slug.label("component"),
            null().label("sku"), null().label("product"), null().label("variant"),
            literal(0).label("pieces"),
        )
        .outerjoin(free, free.c.variant_id == Variant.id)
        .outerjoin(VariantComponent, VariantComponent.variant_id == Variant.id)
        .where(Variant.id.in_(variant_ids))
    )  # fmt: skip
    parts = (
        select(
            KitItem.kit_id, null(), null(), null(), Variant.blocked_reason, VariantComponent.component_slug,
            Variant.sku, Product.name, Variant.name, KitItem.quantity,
        )
        .join(Variant, Variant.id == KitItem.item_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(VariantComponent, VariantComponent.variant_id == Variant.id)
        .where(KitItem.kit_id.in_(variant_ids))
    )  # fmt: skip
    found: dict[int, Contents] = defaultdict(Contents)
    for row in db.execute(union_all(own, parts).subquery().select()):
        _put(found[row.owner], row)
    return found


def _put(entry: Contents, row: Any) -> None:
    entry.free, entry.ready = max(entry.free, row.free or 0), max(entry.ready, row.ready or 0)
    entry.ships_from = entry.ships_from or row.ships_from
    entry.blocked = entry.blocked or row.blocked_reason
    if row.component:
        entry.components.add(row.component)
    if row.sku:
        entry.parts[row.sku] = (f"{row.product}, {row.variant}", row.pieces)
