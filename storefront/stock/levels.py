"""What lies on the shelf: free pieces, kits opened into their parts, and the band a page shows."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.listing import Band
from storefront.catalog.models import KitItem
from storefront.catalog.service import band
from storefront.stock.models import StockLevel

DEEPEST_KIT = 5


def shelf(
    db: Session, variant_ids: Iterable[int], *, lock: bool = False
) -> dict[int, tuple[int, int]]:
    """Tell on-hand and held pieces of variants; `lock` keeps them until the commit."""
    rows = select(StockLevel.variant_id, StockLevel.on_hand, StockLevel.held)
    rows = rows.where(StockLevel.variant_id.in_(set(variant_ids))).order_by(
        StockLevel.variant_id
    )
    found = db.execute(rows.with_for_update() if lock else rows)
    return {variant_id: (on_hand, held) for variant_id, on_hand, held in found}


def free_parts(db: Session, variant_ids: Iterable[int]) -> dict[int, int]:
    """Tell how many pieces can be sold of variants that are no kits."""
    return {
        variant_id: on_hand - held
        for variant_id, (on_hand, held) in shelf(db, variant_ids).items()
    }


def free(db: Session, variant_ids: Iterable[int]) -> dict[int, int]:
    """Tell how many pieces can be sold of any variants; a kit has what its scarcest part allows."""
    wanted = set(variant_ids)
    opened = opened_kits(db, wanted)
    pieces = free_parts(db, {part for parts in opened.values() for part in parts})
    return {
        variant_id: min(pieces.get(part, 0) // n for part, n in opened[variant_id].items())
        for variant_id in wanted
    }


def bands(db: Session, variant_ids: Iterable[int], *, few: int) -> dict[int, Band]:
    """Tell what a page may say about the stock of variants; never a number."""
    return {
        variant_id: band(pieces, few) for variant_id, pieces in free(db, variant_ids).items()
    }


def explode(db: Session, wanted: Mapping[int, int]) -> dict[int, int]:
    """Open the kits in a wish (variant to pieces) and sum the parts over all of it."""
    opened = opened_kits(db, wanted)
    return summed(
        {part: n * pieces for part, n in opened[variant_id].items()}
        for variant_id, pieces in wanted.items()
    )


def summed(wishes: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """Add several wishes up."""
    total: dict[int, int] = {}
    for wish in wishes:
        for variant_id, pieces in wish.items():
            total[variant_id] = total.get(variant_id, 0) + pieces
    return total


def opened_kits(db: Session, variant_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Give the parts of one piece of each variant; what is no kit is its own only part."""
    opened = {variant_id: {variant_id: 1} for variant_id in variant_ids}
    for _level in range(DEEPEST_KIT):
        inside = _items(db, {part for parts in opened.values() for part in parts})
        if not inside:
            break
        opened = {
            variant_id: summed(
                {item: n * each for item, each in inside.get(part, {part: 1}).items()}
                for part, n in parts.items()
            )
            for variant_id, parts in opened.items()
        }
    return opened


def _items(db: Session, kit_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    rows = select(KitItem.kit_id, KitItem.item_id, KitItem.quantity)
    found: dict[int, dict[int, int]] = {}
    for kit_id, item_id, quantity in db.execute(rows.where(KitItem.kit_id.in_(set(kit_ids)))):
        found.setdefault(kit_id, {})[item_id] = quantity
    return found
