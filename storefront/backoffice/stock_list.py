"""Shelves as the backoffice looks for them, what moved on one, and for whom pieces are held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.models import KitItem, Product, Variant
from storefront.orders.models import Order
from storefront.payments.models import PaymentAttempt
from storefront.stock import levels
from storefront.stock.levels import Level
from storefront.stock.models import StockHold, StockLevel, StockMove

SHOWN = {
    "": "All", "low": "Running low", "out": "Nothing free", "held": "Held for a payment",
    "preorder": "Preorder", "blocked": "Blocked",
}  # fmt: skip
EMPTY = Level(0, 0, 0, None)


@dataclass(frozen=True)
class Shelf:
    """A variant with what lies there."""

    variant: Variant
    level: Level
    band: str


@dataclass(frozen=True)
class Held:
    """Pieces held for an order that is about to be paid."""

    order: str
    quantity: int
    until: datetime


def count(db: Session, show: str, words: str, low: int) -> int:
    """Count what is found."""
    found = select(func.count()).select_from(Variant).join(Product)
    wanted = found.outerjoin(StockLevel, StockLevel.variant_id == Variant.id)
    return db.scalar(wanted.where(*_conditions(show, words, low))) or 0


def found(db: Session, show: str, words: str, low: int, *, skip: int, most: int) -> list[Shelf]:
    """Find shelves by the names of what lies there; the same statements however many there are."""
    query = (
        select(Variant).join(Product).options(joinedload(Variant.product))
        .outerjoin(StockLevel, StockLevel.variant_id == Variant.id)
        .where(*_conditions(show, words, low))
        .order_by(Product.name, Variant.position, Variant.id).offset(skip).limit(most)
    )  # fmt: skip
    variants = db.scalars(query).all()
    ids = [each.id for each in variants]
    there, bands = levels.read(db, ids), levels.bands(db, ids, few=low)
    return [Shelf(each, there.get(each.id, EMPTY), bands[each.id]) for each in variants]


def _conditions(show: str, words: str, low: int) -> list[ColumnElement[bool]]:
    ready = func.coalesce(StockLevel.on_hand - StockLevel.held, 0)
    known: dict[str, ColumnElement[bool]] = {
        "low": ready <= low,
        "out": ready <= 0,
        "held": StockLevel.held > 0,
        "preorder": StockLevel.allowance > 0,
        "blocked": Variant.is_blocked.is_(True),
    }
    wanted: list[ColumnElement[bool]] = [Variant.id.not_in(select(KitItem.kit_id))]
    if show in known:
        wanted.append(known[show])
    if words:
        names = (Variant.sku, Variant.name, Product.name)
        wanted.append(or_(*(each.icontains(words, autoescape=True) for each in names)))
    return wanted


def moves(
    db: Session, variant_id: int, *, skip: int, most: int
) -> Sequence[tuple[StockMove, str | None]]:
    """Give the ledger of a shelf, newest first, each move with its order's number."""
    query = (
        select(StockMove, Order.number).outerjoin(Order, Order.id == StockMove.order_id)
        .where(StockMove.variant_id == variant_id)
        .order_by(StockMove.id.desc()).offset(skip).limit(most)
    )  # fmt: skip
    return [(move, number) for move, number in db.execute(query)]


def count_moves(db: Session, variant_id: int) -> int:
    """Count the lines of a shelf's ledger."""
    mine = StockMove.variant_id == variant_id
    return db.scalar(select(func.count()).select_from(StockMove).where(mine)) or 0


def held(db: Session, variant_id: int, most: int = 50) -> list[Held]:
    """Tell for which orders pieces are held, the first to lapse first."""
    query = (
        select(Order.number, StockHold.quantity, StockHold.expires_at)
        .join(PaymentAttempt, PaymentAttempt.id == StockHold.attempt_id)
        .join(Order, Order.id == PaymentAttempt.order_id)
        .where(StockHold.variant_id == variant_id, StockHold.state == "held")
        .order_by(StockHold.expires_at, StockHold.id).limit(most)
    )  # fmt: skip
    return [Held(number, quantity, until) for number, quantity, until in db.execute(query)]
