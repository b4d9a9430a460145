"""What comes to the shelf and leaves it besides sales: deliveries, counts, returns, exchanges."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog.models import KitItem
from storefront.errors import Invalid
from storefront.inserts import insert_once
from storefront.stock import levels
from storefront.stock.changes import change, note_move, sellable, watching_bands
from storefront.stock.models import StockLevel
from storefront.stock.shortage import shortages, sold_out

REASONS = ("received", "returned", "damaged", "lost", "recalled")
TO_ORDERS = ("returned", "cancelled", "exchanged")


def receive(
    db: Session,
    variant_id: int,
    pieces: int,
    *,
    few: int,
    reason: str | None = None,
    note: str = "",
) -> None:
    """Add pieces to the shelf, or take some off when `pieces` is negative: damaged, unless told.

    Raises:
        Invalid: this is a kit, or fewer free pieces lie there.
    """
    usual = "received" if pieces > 0 else "damaged"
    _move(db, variant_id, pieces, reason or usual, few, note=note)


def count(db: Session, variant_id: int, pieces: int, *, few: int, note: str = "") -> None:
    """Set what lies on the shelf to what was counted.

    Raises:
        Invalid: this is a kit, or buyers are promised more than was counted.
    """
    insert_once(
        db, StockLevel, variant_id=variant_id, on_hand=0, held=0, allowance=0, is_low_told=True
    )
    on_hand, _held = levels.shelf(db, [variant_id], lock=True)[variant_id]
    _move(db, variant_id, pieces - on_hand, "counted", few, note=note)


def put_back(
    db: Session,
    order_id: int,
    pieces: Mapping[int, int],
    *,
    few: int,
    reason: str = "returned",
    note: str = "",
) -> None:
    """Put pieces of an order (variant to pieces, kits opened or not) back on the shelf.

    How many an order may give back is the caller's to know.

    Raises:
        Invalid: the reason is none of those that bring goods back.
    """
    if reason not in TO_ORDERS:
        message = f"Goods come back because they were one of: {', '.join(TO_ORDERS)}."
        raise Invalid(message)
    needs = levels.explode(db, {key: n for key, n in pieces.items() if n > 0})
    levels.shelf(db, needs, lock=True)
    for variant_id in sorted(needs):
        _move(db, variant_id, needs[variant_id], reason, few, note=note, order_id=order_id)


def take(
    db: Session,
    order_id: int,
    pieces: Mapping[int, int],
    *,
    few: int,
    reason: str = "exchanged",
    note: str = "",
) -> None:
    """Take free pieces (variant to pieces, kits opened or not) off the shelf for an order.

    Raises:
        SoldOut: with each short line's SKU, name and how many are left; nothing is taken.
    """
    wanted = {key: n for key, n in pieces.items() if n > 0}
    needs = levels.explode(db, wanted)
    levels.shelf(db, needs, lock=True)
    short = shortages(db, wanted)
    if short:
        raise sold_out(db, short)
    with watching_bands(db, list(needs), few):
        for variant_id in sorted(needs):
            n = needs[variant_id]
            enough = sellable(clock.now()) - StockLevel.held >= n
            if not change(db, variant_id, enough, on_hand=StockLevel.on_hand - n):
                raise sold_out(db, shortages(db, wanted))
            note_move(db, variant_id, -n, reason, order_id=order_id, note=note)


def pieces_of(lines: Iterable[tuple[Sequence[Sequence[int]], int]]) -> dict[int, int]:
    """Sum up the pieces of order lines, each given as its frozen parts and how many of it."""
    return levels.summed({part: n * quantity for part, n in parts} for parts, quantity in lines)


def _move(
    db: Session,
    variant_id: int,
    pieces: int,
    reason: str,
    few: int,
    *,
    note: str,
    order_id: int | None = None,
) -> None:
    if db.scalar(select(KitItem.id).where(KitItem.kit_id == variant_id).limit(1)):
        raise Invalid("A kit has no stock of its own: change that of its parts.")
    if pieces == 0:
        return
    insert_once(
        db, StockLevel, variant_id=variant_id, on_hand=0, held=0, allowance=0, is_low_told=True
    )
    with watching_bands(db, [variant_id], few):
        after = StockLevel.on_hand + pieces
        enough = after + StockLevel.allowance >= StockLevel.held
        if not change(db, variant_id, enough, on_hand=after):
            raise Invalid("Fewer pieces are free: the others are promised to buyers.")
        note_move(db, variant_id, pieces, reason, note=note, order_id=order_id)
