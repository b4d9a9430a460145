"""Hold, sell and release pieces; each is one conditional update that cannot go below zero."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from storefront import clock, database
from storefront.catalog.models import KitItem, Variant
from storefront.errors import IllegalMove, Invalid, SoldOut
from storefront.stock import levels
from storefront.stock.models import StockHold, StockLevel, StockMove

REASONS = ("received", "returned", "damaged")


@dataclass(frozen=True)
class Shortage:
    """A line that cannot be had whole: how many of it may stay while the others stay."""

    variant_id: int
    wanted: int
    left: int


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
    _move(db, variant_id, pieces, reason or usual, few, note)


def count(db: Session, variant_id: int, pieces: int, *, few: int, note: str = "") -> None:
    """Set what lies on the shelf to what was counted.

    Raises:
        Invalid: this is a kit, or buyers are promised more than was counted.
    """
    on_hand, _held = levels.shelf(db, [variant_id], lock=True).get(variant_id, (0, 0))
    _move(db, variant_id, pieces - on_hand, "counted", few, note)


def _move(db: Session, variant_id: int, pieces: int, reason: str, few: int, note: str) -> None:
    if db.scalar(select(KitItem.id).where(KitItem.kit_id == variant_id).limit(1)):
        raise Invalid("A kit has no stock of its own: change that of its parts.")
    if pieces == 0:
        return
    if variant_id not in levels.shelf(db, [variant_id]):
        db.add(StockLevel(variant_id=variant_id, on_hand=0, held=0))
        db.flush()
    with _watching_bands(db, [variant_id], few):
        enough = StockLevel.on_hand + pieces >= StockLevel.held
        if not _change(db, variant_id, enough, on_hand=StockLevel.on_hand + pieces):
            raise Invalid("Fewer pieces are free: the others are promised to buyers.")
        _note_move(db, variant_id, pieces, reason, note=note)


def shortages(db: Session, wanted: Mapping[int, int]) -> list[Shortage]:
    """List the lines (variant to pieces) that the free stock cannot fill all at once."""
    parts = {line: levels.explode(db, {line: 1}) for line in wanted}
    needs = levels.summed(
        {part: n * wanted[line] for part, n in opened.items()} for line, opened in parts.items()
    )
    free = levels.free_parts(db, needs)
    short = {part for part, need in needs.items() if need > free.get(part, 0)}
    found = []
    for line, opened in parts.items():
        left = min(
            (
                (free.get(p, 0) - needs[p]) // opened[p] + wanted[line]
                for p in short & set(opened)
            ),
            default=None,
        )
        if left is not None:
            found.append(Shortage(line, wanted[line], max(0, left)))
    return found


def hold(
    db: Session, attempt_id: int, wanted: Mapping[int, int], expires_at: datetime, *, few: int
) -> None:
    """Promise pieces to a payment attempt; kits are opened and summed over all lines first.

    Rows are taken in the order of their ids, so that two buyers never wait for each other.

    Raises:
        SoldOut: with each short line's SKU, name and how many are left.
    """
    needs = levels.explode(db, wanted)
    levels.shelf(db, needs, lock=True)
    with _watching_bands(db, list(needs), few):
        for variant_id in sorted(needs):
            pieces = needs[variant_id]
            enough = StockLevel.held + pieces <= StockLevel.on_hand
            if not _change(db, variant_id, enough, held=StockLevel.held + pieces):
                raise sold_out(db, shortages(db, wanted))
            db.add(
                StockHold(
                    attempt_id=attempt_id,
                    variant_id=variant_id,
                    quantity=pieces,
                    expires_at=expires_at,
                )
            )
        db.flush()


def sell(db: Session, attempt_id: int, order_id: int, *, few: int) -> bool:
    """Turn what is held for an attempt into a sale; tell whether all of it was there."""
    return _settle(db, attempt_id, "held", "sold", order_id, few)


def release(db: Session, attempt_id: int, *, few: int) -> None:
    """Give back what is held for an attempt; again changes nothing."""
    _settle(db, attempt_id, "held", "released", None, few)


def take_again(db: Session, attempt_id: int, order_id: int, *, few: int) -> bool:
    """Sell what an attempt once held, because its money came after all; False when it is gone."""
    return _settle(db, attempt_id, "released", "sold", order_id, few)


def _settle(
    db: Session, attempt_id: int, before: str, after: str, order_id: int | None, few: int
) -> bool:
    """Move every hold of an attempt from one state to another, all or none."""
    of_attempt = (StockHold.attempt_id == attempt_id, StockHold.state == before)
    holds = db.scalars(
        select(StockHold).where(*of_attempt).order_by(StockHold.variant_id)
    ).all()
    wanted = {item.variant_id: item.quantity for item in holds}
    shelf = levels.shelf(db, wanted, lock=True)
    if before == "released" and any(
        shelf[variant_id][0] - shelf[variant_id][1] < pieces
        for variant_id, pieces in wanted.items()
    ):
        return False
    with _watching_bands(db, list(wanted), few):
        for item in holds:
            _change_held(db, item, before, after)
            if after == "sold":
                _note_move(db, item.variant_id, -item.quantity, "sold", order_id=order_id)
            item.state = after
        db.flush()
    return bool(holds)


def _change_held(db: Session, item: StockHold, before: str, after: str) -> None:
    held = StockLevel.held - (item.quantity if before == "held" else 0)
    on_hand = StockLevel.on_hand - (item.quantity if after == "sold" else 0)
    possible = (held >= 0) & (on_hand >= 0)
    if not _change(db, item.variant_id, possible, held=held, on_hand=on_hand):
        message = f"the shelf of variant {item.variant_id} does not cover its holds"
        raise IllegalMove(message)


def _change(
    db: Session, variant_id: int, condition: ColumnElement[bool], **values: ColumnElement[int]
) -> bool:
    """Change a level if the condition holds at that very moment; tell whether it did."""
    here = update(StockLevel).where(StockLevel.variant_id == variant_id, condition)
    changed = db.execute(here.values(**values).execution_options(synchronize_session=False))
    return bool(getattr(changed, "rowcount", 0))


def _note_move(
    db: Session,
    variant_id: int,
    pieces: int,
    reason: str,
    *,
    order_id: int | None = None,
    note: str = "",
) -> None:
    move = StockMove(
        variant_id=variant_id, quantity=pieces, reason=reason, moved_at=clock.now()
    )
    move.order_id, move.note = order_id, note
    db.add(move)
    db.flush()


@contextmanager
def _watching_bands(db: Session, variant_ids: Sequence[int], few: int) -> Iterator[None]:
    """Make cached pages stale when what they say about stock is no longer true."""
    touches = or_(KitItem.item_id.in_(variant_ids), KitItem.kit_id.in_(variant_ids))
    kits = db.scalars(select(KitItem.kit_id).where(touches)).all()
    shown = {*variant_ids, *kits}
    before = levels.bands(db, shown, few=few)
    yield
    if levels.bands(db, shown, few=few) != before:
        database.raise_content_revision(db)


def sold_out(db: Session, short: Sequence[Shortage]) -> SoldOut:
    """Say which lines are short and how many of each are left."""
    by_id = {item.variant_id: item for item in short}
    found = db.scalars(select(Variant).where(Variant.id.in_(by_id)).order_by(Variant.id)).all()
    lines = [
        {"sku": variant.sku, "name": variant.product.name, "left": by_id[variant.id].left}
        for variant in found
    ]
    return SoldOut(" ".join(_sentence(line) for line in lines) or None, lines=lines)


def _sentence(line: Mapping[str, object]) -> str:
    if line["left"] == 0:
        return f"{line['name']} is sold out."
    return f"Only {line['left']} of {line['name']} can still be had."
