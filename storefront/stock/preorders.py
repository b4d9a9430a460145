"""Sell pieces before they arrive, up to a limit and until a moment, with a day that buyers are told."""

from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import database
from storefront.catalog.models import KitItem
from storefront.errors import Invalid
from storefront.inserts import insert_once
from storefront.stock import levels
from storefront.stock.changes import watching_bands
from storefront.stock.models import StockLevel


def open_until(
    db: Session, variant_id: int, limit: int, ships_from: date, *, few: int,
    until: datetime | None = None,
) -> None:  # fmt: skip
    """Let up to `limit` pieces be sold that have not arrived; without `until` to the day they ship.

    Raises:
        Invalid: this is a kit, or more pieces are sold or promised already.
    """
    if db.scalar(select(KitItem.id).where(KitItem.kit_id == variant_id).limit(1)):
        raise Invalid("A kit has no stock of its own: open the preorder of its parts.")
    end = until or datetime.combine(ships_from, time(), UTC)
    _set(db, variant_id, limit, end, ships_from, few)
    database.change_pages_at(db, end)


def close(db: Session, variant_id: int, *, few: int) -> None:
    """End a preorder; what was sold stays sold and is owed."""
    level = levels.read(db, [variant_id], lock=True).get(variant_id)
    owed = max(0, -level.ready) if level else 0
    _set(db, variant_id, owed, None, None, few)


def _set(
    db: Session,
    variant_id: int,
    limit: int,
    until: datetime | None,
    ships_from: date | None,
    few: int,
) -> None:
    insert_once(
        db, StockLevel, variant_id=variant_id, on_hand=0, held=0, allowance=0, is_low_told=True
    )
    level = levels.read(db, [variant_id], lock=True)[variant_id]
    if level.ready + limit < 0:
        raise Invalid(f"{-level.ready} pieces are sold already: allow at least as many.")
    with watching_bands(db, [variant_id], few):
        row = db.get_one(StockLevel, variant_id, populate_existing=True)
        row.allowance, row.preorder_until, row.ships_from = limit, until, ships_from
        db.flush()
    database.raise_content_revision(db)
