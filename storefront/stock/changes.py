"""Change a level: one conditional update, its line in the ledger, and cached pages gone stale."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import ColumnElement, case, or_, select, update
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.catalog.models import KitItem
from storefront.stock import levels
from storefront.stock.models import StockLevel, StockMove


def sellable(now: datetime) -> ColumnElement[int]:
    """Give what can be sold at most, holds included: the shelf, and while it runs the preorder."""
    presold = case((StockLevel.preorder_until > now, StockLevel.allowance), else_=0)
    return StockLevel.on_hand + presold


def change(
    db: Session, variant_id: int, condition: ColumnElement[bool], **values: ColumnElement[int]
) -> bool:
    """Change a level if the condition holds at that very moment; tell whether it did."""
    here = update(StockLevel).where(StockLevel.variant_id == variant_id, condition)
    changed = db.execute(here.values(**values).execution_options(synchronize_session=False))
    return bool(getattr(changed, "rowcount", 0))


def note_move(
    db: Session,
    variant_id: int,
    pieces: int,
    reason: str,
    *,
    order_id: int | None = None,
    note: str = "",
) -> None:
    """Append one move to the ledger."""
    move = StockMove(
        variant_id=variant_id, quantity=pieces, reason=reason, moved_at=clock.now()
    )
    move.order_id, move.note = order_id, note[:200]
    db.add(move)
    db.flush()


@contextmanager
def watching_bands(db: Session, variant_ids: Sequence[int], few: int) -> Iterator[None]:
    """Make cached pages stale when what they say about stock is no longer true."""
    touches = or_(KitItem.item_id.in_(variant_ids), KitItem.kit_id.in_(variant_ids))
    kits = db.scalars(select(KitItem.kit_id).where(touches)).all()
    shown = {*variant_ids, *kits}
    before = levels.bands(db, shown, few=few)
    yield
    if levels.bands(db, shown, few=few) != before:
        database.raise_content_revision(db)
