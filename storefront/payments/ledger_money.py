"""What must always be true of money that came and went back, and of what gift cards pay."""

from collections.abc import Iterator

from sqlalchemy import Select, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import Session

from storefront.orders.models import Order, OrderLine, ShipmentLine
from storefront.orders.states import BOUGHT_ORDERS, UNPAID_ORDERS
from storefront.payments.models import Dispute, Payment, Refund, RefundLine
from storefront.payments.refundable import FAILED
from storefront.pricing.models import GiftMove

GOES_BACK = Refund.state.not_in(FAILED)


def problems(db: Session) -> Iterator[str]:
    """List every breach; none is what a healthy shop says."""
    for check in (_captured, _noted, _pieces, _kept, _shipped, _gifts):
        yield from check(db)


def _sum(what: SQLColumnExpression[int], *where: SQLColumnExpression[bool]) -> Select[int]:
    return select(func.coalesce(func.sum(what), 0)).where(*where)


def _captured(db: Session) -> Iterator[str]:
    """No payment gives back more than came with it."""
    back = _sum(Refund.amount_minor, Refund.payment_id == Payment.id, GOES_BACK)
    given = back.correlate(Payment).scalar_subquery()
    rows = select(Payment.reference, Payment.amount_minor, given).where(
        given > Payment.amount_minor
    )
    for reference, came, went in db.execute(rows):
        yield f"Payment {reference}: {came} came, {went} goes back."


def _noted(db: Session) -> Iterator[str]:
    """What an order says of money that went back is what the rows say."""
    own = (Refund.order_id == Order.id, Refund.currency == Order.currency)
    back = _sum(Refund.amount_minor, *own, GOES_BACK).correlate(Order).scalar_subquery()
    given = GOES_BACK | Refund.gift_at.is_not(None)
    gifts = _sum(Refund.gift_minor, own[0], given).correlate(Order).scalar_subquery()
    lost = _sum(
        Dispute.amount_minor, Dispute.order_id == Order.id, Dispute.status == "lost",
        Dispute.currency == Order.currency,
    ).correlate(Order).scalar_subquery()  # fmt: skip
    for order, refunded, gift, disputed in db.execute(select(Order, back, gifts, lost)):
        gone = min(disputed, order.paid_minor - refunded)
        facts = {
            "refunded": (order.refunded_minor, refunded),
            "given back to gift cards": (order.gift_back_minor, gift),
            "lost to a bank": (order.lost_minor, gone),
        }
        for what, (noted, rows) in facts.items():
            if noted != rows:
                yield f"Order {order.number}: {noted} noted as {what}, the rows say {rows}."


def _pieces(db: Session) -> Iterator[str]:
    """What a line says of refunded pieces is what the refunds say."""
    back = (
        _sum(RefundLine.quantity, RefundLine.order_line_id == OrderLine.id, GOES_BACK)
        .join(Refund, Refund.id == RefundLine.refund_id)
        .correlate(OrderLine)
        .scalar_subquery()
    )
    rows = select(OrderLine.id, OrderLine.refunded_quantity, back)
    for line_id, noted, pieces in db.execute(rows.where(back != OrderLine.refunded_quantity)):
        yield f"Order line {line_id}: {noted} pieces noted as refunded, the refunds say {pieces}."


def _kept(db: Session) -> Iterator[str]:
    """No money stays without an order: it goes back, or somebody was told that it could not."""
    asked = select(Refund.id).where(Refund.payment_id == Payment.id).exists()
    second = select(Payment.reference).where(
        Payment.is_surplus, Payment.amount_minor > 0, ~asked
    )
    for reference in db.scalars(second):
        yield f"Payment {reference} is a second one and does not go back."
    mine = select(Refund.id).where(Refund.order_id == Order.id, Refund.state.in_(FAILED))
    unfilled = select(Order).where(
        Order.state.in_((*UNPAID_ORDERS, "expired", "cancelled")), Order.paid_at.is_(None),
        Order.paid_minor > Order.refunded_minor + Order.lost_minor, ~mine.exists(),
    )  # fmt: skip
    for order in db.scalars(unfilled):
        yield f"Order {order.number} is {order.state}, and its money neither bought nor went back."


def _shipped(db: Session) -> Iterator[str]:
    """No line has left the house more often than it was ordered."""
    gone = func.sum(ShipmentLine.quantity)
    rows = (
        select(OrderLine.id, OrderLine.quantity, gone)
        .join(ShipmentLine, ShipmentLine.order_line_id == OrderLine.id)
        .group_by(OrderLine.id, OrderLine.quantity)
        .having(gone > OrderLine.quantity)
    )
    for line_id, ordered, shipped in db.execute(rows):
        yield f"Order line {line_id}: {ordered} ordered, {shipped} shipped."


def _gifts(db: Session) -> Iterator[str]:
    """A paid order has of gift cards what they pay; one that was closed unpaid has nothing."""
    moved = _sum(-GiftMove.amount_minor, GiftMove.order_id == Order.id)
    has = moved.correlate(Order).scalar_subquery()
    back = _sum(Refund.gift_minor, Refund.order_id == Order.id, Refund.gift_at.is_not(None))
    given = back.correlate(Order).scalar_subquery()
    is_bought = or_(Order.paid_at.is_not(None), Order.state.in_(BOUGHT_ORDERS))
    bought = and_(is_bought, has != Order.gift_minor - given)
    closed = Order.state.in_(("expired", "cancelled"))
    unpaid = and_(closed, Order.paid_at.is_(None), has != 0)
    rows = select(Order.number, Order.state, Order.gift_minor, has)
    for number, state, gift, taken in db.execute(rows.where(bought | unpaid)):
        yield f"Order {number} is {state}: gift cards pay {gift} of it, and {taken} is taken."
