"""Orders as the backoffice looks for them: by state, buyer, thing or day, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from storefront.orders.models import Fulfilment, Order, OrderLine
from storefront.orders.states import BOUGHT_ORDERS

SHOWN = {
    "": "All",
    "to_ship": "To ship",
    "needs_attention": "Needs a decision",
    "unpaid": "Not paid yet",
    "paid": "Paid",
    "fulfilled": "Sent",
    "refunded": "Refunded",
    "disputed": "Disputed",
    "closed": "Closed unpaid",
}
TO_SHIP = ("to_ship", "partly_shipped")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; empty means everything."""

    show: str = ""
    words: str = ""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class Found:
    """An order in the list, with how many pieces it has."""

    order: Order
    pieces: int
    fulfilment: str


def count(db: Session, wanted: Wanted) -> int:
    """Count what is found."""
    return db.scalar(select(func.count()).select_from(Order).where(*_conditions(wanted))) or 0


def found(db: Session, wanted: Wanted, *, skip: int, most: int) -> Sequence[Found]:
    """Find orders in one statement, newest first."""
    pieces = (
        select(func.coalesce(func.sum(OrderLine.quantity), 0))
        .where(OrderLine.order_id == Order.id)
        .scalar_subquery()
    )
    state = select(Fulfilment.state).where(Fulfilment.order_id == Order.id).scalar_subquery()
    rows = (
        select(Order, pieces, state)
        .where(*_conditions(wanted))
        .order_by(Order.id.desc())
        .offset(skip)
        .limit(most)
    )
    return [Found(order, number, sent or "") for order, number, sent in db.execute(rows)]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [*_shown(wanted.show)]
    if wanted.words:
        conditions.append(_named(wanted.words))
    if wanted.since:
        conditions.append(Order.placed_at >= wanted.since)
    if wanted.before:
        conditions.append(Order.placed_at < wanted.before)
    return conditions


def _shown(show: str) -> list[ColumnElement[bool]]:
    waits = select(Fulfilment.order_id).where(Fulfilment.state.in_(TO_SHIP))
    known: dict[str, ColumnElement[bool]] = {
        "to_ship": Order.state.in_(BOUGHT_ORDERS) & Order.id.in_(waits),
        "needs_attention": (Order.state == "needs_attention") | (Order.attention != ""),
        "unpaid": Order.state.in_(("awaiting_payment", "processing")),
        "paid": Order.state == "paid",
        "fulfilled": Order.state == "fulfilled",
        "refunded": Order.refunded_minor > 0,
        "disputed": Order.dispute_state != "",
        "closed": Order.state.in_(("expired", "cancelled")),
    }
    return [known[show]] if show in known else []


def _named(words: str) -> ColumnElement[bool]:
    """Look in number, address and name, and in the SKUs that were bought."""
    things = select(OrderLine.order_id).where(OrderLine.sku.icontains(words, autoescape=True))
    texts = (Order.number, Order.email, Order.name)
    return or_(
        *(column.icontains(words, autoescape=True) for column in texts), Order.id.in_(things)
    )
