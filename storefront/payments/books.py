"""What is noted on an order of the money that went back: always counted, never added up by hand."""

from sqlalchemy import SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.orders.models import Order, OrderLine
from storefront.ownership import service as ownership
from storefront.payments.models import Dispute, Refund
from storefront.payments.refundable import FAILED, refunded_pieces
from storefront.settings import Settings


def lock(db: Session, order_id: int) -> Order:
    """Take an order for this transaction; others wait. What was read of it before is read again."""
    wanted = select(Order).where(Order.id == order_id).with_for_update()
    order = db.scalars(wanted.execution_options(populate_existing=True)).one()
    lines = select(OrderLine).where(OrderLine.order_id == order_id)
    db.scalars(lines.execution_options(populate_existing=True)).all()
    return order


def count(db: Session, order: Order, settings: Settings) -> None:
    """Count again what was refunded, given back to gift cards and lost to a bank, and who owns what."""
    db.flush()
    mine = Refund.order_id == order.id
    own = Refund.currency == order.currency
    order.refunded_minor = _sum(db, Refund.amount_minor, mine, own, Refund.state.not_in(FAILED))
    given = or_(Refund.state.not_in(FAILED), Refund.gift_at.is_not(None))
    order.gift_back_minor = _sum(db, Refund.gift_minor, mine, given)
    lost = _sum(
        db, Dispute.amount_minor, Dispute.order_id == order.id,
        Dispute.status == "lost", Dispute.currency == order.currency,
    )  # fmt: skip
    order.lost_minor = min(lost, order.paid_minor - order.refunded_minor)
    pieces = refunded_pieces(db, order)
    for line in order.lines:
        line.refunded_quantity = pieces.get(line.id, 0)
    ownership.sync_order(db, order, settings, clock.now())


def _sum(db: Session, what: SQLColumnExpression[int], *where: SQLColumnExpression[bool]) -> int:
    return int(db.scalar(select(func.coalesce(func.sum(what), 0)).where(*where)) or 0)
