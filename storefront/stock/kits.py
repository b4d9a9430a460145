"""What may become a kit, and what it holds: a kit has no shelf, and no kit lies in another."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog import pack
from storefront.catalog.models import KitItem, Variant
from storefront.errors import Invalid
from storefront.stock.models import StockLevel

HAS_SHELF = "Pieces of it lie on a shelf or are promised: a kit has no shelf of its own. Count them to 0 first."
IS_PART = "It is a part of another kit itself."


def fill(db: Session, kit: Variant, pieces: Mapping[str, int]) -> None:
    """Say what a kit holds, by SKU; nothing makes it no kit.

    Raises:
        Invalid: it cannot be a kit.
    """
    if pieces and not kit.kit_items:
        _check(db, kit)
    named = select(Variant.sku, Variant.id).where(Variant.sku.in_(pieces))
    ids: dict[str, int] = dict(db.execute(named).all())
    pack.write_kit(kit, {ids[sku]: n for sku, n in pieces.items()})
    db.flush()


def _check(db: Session, kit: Variant) -> None:
    level = db.get(StockLevel, kit.id, with_for_update=True)
    if level is not None and (level.on_hand or level.held or level.allowance):
        raise Invalid(HAS_SHELF, {"kit": HAS_SHELF})
    if db.scalar(select(KitItem.id).where(KitItem.item_id == kit.id).limit(1)):
        raise Invalid(IS_PART, {"kit": IS_PART})
