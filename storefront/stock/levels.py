"""What lies on the shelf, what of it is free, and kits opened into their parts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog.listing import Band
from storefront.catalog.models import KitItem, Variant
from storefront.catalog.service import band
from storefront.stock.models import StockLevel

DEEPEST_KIT = 5


@dataclass(frozen=True)
class Level:
    """One shelf as it stands: pieces there, promised, and sold before they arrive at most."""

    on_hand: int
    held: int
    presold: int  # nothing once the preorder has ended
    ships_from: date | None

    @property
    def ready(self) -> int:
        """Tell how many pieces lie there free; below zero they are owed to preorder buyers."""
        return self.on_hand - self.held

    @property
    def free(self) -> int:
        """Tell how many pieces can be sold."""
        return self.ready + self.presold


def read(db: Session, variant_ids: Iterable[int], *, lock: bool = False) -> dict[int, Level]:
    """Read the levels of variants in the order of their ids; `lock` keeps them until the commit."""
    row = StockLevel
    columns = (row.on_hand, row.held, row.allowance, row.preorder_until, row.ships_from)
    rows = select(row.variant_id, *columns).where(row.variant_id.in_(set(variant_ids)))
    rows = rows.order_by(row.variant_id)
    now = clock.now()
    found = db.execute(rows.with_for_update() if lock else rows)
    return {each.variant_id: _level(now, each) for each in found}


def _level(now: datetime, row: Any) -> Level:
    runs = row.preorder_until is not None and row.preorder_until > now
    presold, ships_from = (row.allowance, row.ships_from) if runs else (0, None)
    return Level(row.on_hand, row.held, presold, ships_from)


def shelf(
    db: Session, variant_ids: Iterable[int], *, lock: bool = False
) -> dict[int, tuple[int, int]]:
    """Tell on-hand and held pieces of variants; `lock` keeps them until the commit."""
    found = read(db, variant_ids, lock=lock)
    return {variant_id: (each.on_hand, each.held) for variant_id, each in found.items()}


def blocked(db: Session, variant_ids: Iterable[int]) -> set[int]:
    """Tell which of these variants are not to be sold."""
    named = Variant.id.in_(set(variant_ids))
    return set(db.scalars(select(Variant.id).where(named, Variant.is_blocked)))


def free_parts(db: Session, variant_ids: Iterable[int]) -> dict[int, int]:
    """Tell how many pieces can be sold of variants that are no kits."""
    wanted = set(variant_ids)
    stopped = blocked(db, wanted)
    return {
        variant_id: 0 if variant_id in stopped else max(0, level.free)
        for variant_id, level in read(db, wanted).items()
    }


def free(db: Session, variant_ids: Iterable[int]) -> dict[int, int]:
    """Tell how many pieces can be sold of any variants; a kit has what its scarcest part allows."""
    return {variant_id: pieces for variant_id, (pieces, _) in _free(db, variant_ids).items()}


def ready(db: Session, variant_ids: Iterable[int]) -> dict[int, int]:
    """Tell how many pieces of any variants lie there free, without what has yet to arrive."""
    return {variant_id: pieces for variant_id, (_, pieces) in _free(db, variant_ids).items()}


def _free(db: Session, variant_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Tell of any variants how many can be sold, and how many of these lie there already."""
    wanted = set(variant_ids)
    opened = opened_kits(db, wanted)
    parts = {part for parts in opened.values() for part in parts}
    stopped, found = blocked(db, wanted | parts), read(db, parts)
    empty = Level(0, 0, 0, None)
    answer = {}
    for variant_id in wanted:
        pieces = [(found.get(part, empty), n) for part, n in opened[variant_id].items()]
        if stopped & {variant_id, *opened[variant_id]}:
            answer[variant_id] = (0, 0)
        else:
            answer[variant_id] = (
                max(0, min(level.free // n for level, n in pieces)),
                max(0, min(level.ready // n for level, n in pieces)),
            )
    return answer


def bands(db: Session, variant_ids: Iterable[int], *, few: int) -> dict[int, Band]:
    """Tell what a page may say about the stock of variants; never a number."""
    return {
        variant_id: band(pieces, few, ready)
        for variant_id, (pieces, ready) in _free(db, variant_ids).items()
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
    for _level_of_kits in range(DEEPEST_KIT):
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
