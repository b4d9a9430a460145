"""What must always be true of stock, orders and money; each breach is a sentence."""

from collections.abc import Iterator

from sqlalchemy import SQLColumnExpression, Subquery, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storefront.catalog.models import Variant
from storefront.documents import upkeep
from storefront.orders.models import Fulfilment, Order, OrderLine
from storefront.orders.states import BOUGHT_ORDERS, OPEN_ATTEMPTS
from storefront.ownership import upkeep as ownership
from storefront.payments import ledger_money
from storefront.payments.models import Payment, PaymentAttempt
from storefront.pricing import ledger as pricing
from storefront.stock.models import StockHold, StockLevel, StockMove


def problems(db: Session) -> list[str]:
    """List every breach; none is what a healthy shop says."""
    checks = (
        _shelves,
        _holds,
        _sold,
        _came_back,
        _payments,
        _lines,
        ledger_money.problems,
        upkeep.problems,
        ownership.problems,
    )
    found = [sentence for check in checks for sentence in check(db)]
    return [*found, *pricing.problems(db)]


def _shelves(db: Session) -> Iterator[str]:
    """What came and went is what lies there; what is promised is what is held."""
    moved = _sum_by_variant(StockMove.variant_id, StockMove.quantity)
    pieces = case((StockHold.state == "held", StockHold.quantity), else_=0)
    held = _sum_by_variant(StockHold.variant_id, pieces)
    rows = (
        select(
            Variant.sku, func.coalesce(StockLevel.on_hand, 0), func.coalesce(StockLevel.held, 0),
            func.coalesce(moved.c.pieces, 0), func.coalesce(held.c.pieces, 0),
        )
        .outerjoin(StockLevel, StockLevel.variant_id == Variant.id)
        .outerjoin(moved, moved.c.variant_id == Variant.id)
        .outerjoin(held, held.c.variant_id == Variant.id)
        .order_by(Variant.sku)
    )  # fmt: skip
    for sku, on_hand, promised, moves, holds in db.execute(rows):
        if on_hand != moves:
            yield f"{sku}: {on_hand} lie on the shelf, the moves say {moves}."
        if promised != holds:
            yield f"{sku}: {promised} are promised, the holds say {holds}."


def _sum_by_variant(
    variant_id: InstrumentedAttribute[int], quantity: SQLColumnExpression[int]
) -> Subquery:
    sums = select(variant_id.label("variant_id"), func.sum(quantity).label("pieces"))
    return sums.group_by(variant_id).subquery()


def _holds(db: Session) -> Iterator[str]:
    """Only an open attempt holds anything."""
    orphans = (
        select(PaymentAttempt.reference, PaymentAttempt.state, func.sum(StockHold.quantity))
        .join(StockHold, StockHold.attempt_id == PaymentAttempt.id)
        .where(StockHold.state == "held", PaymentAttempt.state.not_in(OPEN_ATTEMPTS))
        .group_by(PaymentAttempt.reference, PaymentAttempt.state)
    )
    for reference, state, pieces in db.execute(orphans):
        yield f"Attempt {reference} is {state} and still holds {pieces} pieces."


def _sold(db: Session) -> Iterator[str]:
    """What left the shelf for an order is what its attempts held for it."""
    left = (
        select(StockMove.order_id, func.sum(-StockMove.quantity).label("pieces"))
        .where(StockMove.reason == "sold")
        .group_by(StockMove.order_id)
        .subquery()
    )
    held = (
        select(PaymentAttempt.order_id, func.sum(StockHold.quantity).label("pieces"))
        .join(StockHold, StockHold.attempt_id == PaymentAttempt.id)
        .where(StockHold.state == "sold")
        .group_by(PaymentAttempt.order_id)
        .subquery()
    )
    gone, sold = func.coalesce(left.c.pieces, 0), func.coalesce(held.c.pieces, 0)
    rows = (
        select(Order.number, gone, sold)
        .outerjoin(left, left.c.order_id == Order.id)
        .outerjoin(held, held.c.order_id == Order.id)
        .where(gone != sold)
    )
    for number, pieces_left, pieces_sold in db.execute(rows):
        yield f"Order {number}: {pieces_left} pieces left the shelf, {pieces_sold} were sold."


def _came_back(db: Session) -> Iterator[str]:
    """Of nothing more has come back from an order than left for it."""
    pieces = func.sum(StockMove.quantity)
    rows = (
        select(Order.number, Variant.sku, pieces)
        .join(StockMove, StockMove.order_id == Order.id)
        .join(Variant, Variant.id == StockMove.variant_id)
        .group_by(Order.id, Order.number, Variant.id, Variant.sku)
        .having(pieces > 0)
        .order_by(Order.id, Variant.sku)
    )
    for number, sku, more in db.execute(rows):
        yield f"Order {number}: {more} more of {sku} came back than left for it."


def _payments(db: Session) -> Iterator[str]:
    """Each paid order has one payment and one parcel; nothing else has a parcel."""
    paid = select(func.count()).where(
        Payment.order_id == Order.id, Payment.is_surplus.is_(False)
    )
    sums = select(func.coalesce(func.sum(Payment.amount_minor), 0)).where(
        Payment.order_id == Order.id, Payment.currency == Order.currency
    )
    second = select(func.coalesce(func.sum(Payment.amount_minor), 0)).where(
        Payment.order_id == Order.id, Payment.is_surplus, Payment.currency == Order.currency
    )
    parcels = select(func.count()).where(Fulfilment.order_id == Order.id)
    due = parcels.where(Fulfilment.state != "cancelled")
    rows = select(
        Order, paid.scalar_subquery(), sums.scalar_subquery(), second.scalar_subquery(),
        parcels.scalar_subquery(), due.scalar_subquery(),
    ).order_by(Order.id)  # fmt: skip
    for order, payments, received, surplus, fulfilments, to_send in db.execute(rows):
        is_bought = order.state in BOUGHT_ORDERS
        if is_bought and payments != 1:
            yield f"Order {order.number} is {order.state} and has {payments} payments."
        if is_bought and fulfilments != 1:
            yield f"Order {order.number} is {order.state} and has {fulfilments} fulfilments."
        if to_send and order.state not in (*BOUGHT_ORDERS, "needs_attention"):
            yield f"Order {order.number} is {order.state} and yet is to be sent."
        if order.paid_minor != received:
            yield f"Order {order.number}: {order.paid_minor} noted as paid, {received} received."
        if is_bought and order.paid_minor - surplus != order.charge_minor:
            yield f"Order {order.number}: {order.paid_minor} paid of {order.charge_minor}."


def _lines(db: Session) -> Iterator[str]:
    """The lines of an order sum to its goods after discounts."""
    goods = Order.subtotal_minor - Order.discount_minor
    sums = (
        select(Order.number, goods, func.sum(OrderLine.total_minor))
        .join(OrderLine)
        .group_by(Order.id, Order.number, goods)
        .having(func.sum(OrderLine.total_minor) != goods)
    )
    for number, wanted, lines in db.execute(sums):
        yield f"Order {number}: the goods are {wanted}, the lines sum to {lines}."
