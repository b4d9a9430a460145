"""One letter to the shopkeeper when the shelf of something runs low; the next after it was filled."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import SQLColumnExpression, select, update
from sqlalchemy.orm import Session

from storefront import mail
from storefront.catalog.models import Product, Variant
from storefront.settings import Settings
from storefront.stock.models import StockLevel


def tell(db: Session, settings: Settings, now: datetime) -> int:
    """Write one letter of all that has run low since; tell how many variants it names.

    A variant counts as told from its beginning, so that a shop that has just been filled is quiet.
    """
    low = settings.low_stock
    filled = _free(db, StockLevel.on_hand > low, StockLevel.is_low_told)
    _note(db, filled, is_low_told=False)
    left = _free(db, StockLevel.on_hand <= low, StockLevel.is_low_told.is_(False))
    _note(db, left, is_low_told=True)
    if not left:
        return 0
    named = (
        select(Variant.id, Variant.sku, Product.name, Variant.name)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(left))
        .order_by(Variant.sku)
    )
    lines = [
        {"sku": sku, "name": f"{product}, {variant}", "left": left[key]}
        for key, sku, product, variant in db.execute(named)
    ]
    mail.write(db, "low_stock", settings.support_email, now.isoformat(), {"lines": lines})
    return len(lines)


def _free(db: Session, *where: SQLColumnExpression[bool]) -> dict[int, int]:
    """Take the shelves nobody is at just now: a buyer who is never waits for us, nor we for them."""
    rows = select(StockLevel.variant_id, StockLevel.on_hand).where(*where)
    locked = rows.order_by(StockLevel.variant_id).with_for_update(skip_locked=True)
    free: dict[int, int] = dict(db.execute(locked).all())
    return free


def _note(db: Session, variant_ids: Collection[int], *, is_low_told: bool) -> None:
    here = update(StockLevel).where(StockLevel.variant_id.in_(variant_ids))
    db.execute(
        here.values(is_low_told=is_low_told).execution_options(synchronize_session=False)
    )
