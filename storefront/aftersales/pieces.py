"""Where the pieces of every order line are: to be sent, on their way, cancelled, paid back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from storefront.aftersales.models import CancelledLine, Return, ReturnLine
from storefront.errors import Invalid
from storefront.orders.models import Order, OrderLine, Shipment, ShipmentLine
from storefront.payments.models import Refund, RefundLine
from storefront.payments.refundable import FAILED
from storefront.stock import service as stock

COMING_BACK = ("requested", "approved", "received", "closed")


@dataclass(frozen=True)
class Pieces:
    """The pieces of one order line."""

    ordered: int
    cancelled: int = 0
    sent: int = 0
    refunded_sent: int = 0  # paid back after they were sent, with or without a return
    refunded_unsent: int = 0  # paid back, so never to be sent
    coming_back: int = 0  # in a return that was not refused or withdrawn

    @property
    def to_send(self) -> int:
        """Give how many still have to leave the house."""
        return max(0, self.ordered - self.cancelled - self.sent - self.refunded_unsent)

    @property
    def returnable(self) -> int:
        """Give how many the buyer has and has not asked to send back."""
        return max(0, self.sent - max(self.coming_back, self.refunded_sent))


@dataclass(frozen=True)
class Happening:
    """Pieces of a line that were sent (positive) or paid back (negative) at a moment."""

    line_id: int
    at: datetime
    pieces: int


def of(db: Session, order: Order) -> dict[int, Pieces]:
    """Tell where the pieces of every line of an order are."""
    cancelled = _summed(
        db,
        select(CancelledLine.order_line_id, func.sum(CancelledLine.quantity))
        .where(CancelledLine.order_id == order.id)
        .group_by(CancelledLine.order_line_id),
    )
    coming = case(
        (Return.state.in_(("received", "closed")), ReturnLine.received),
        else_=ReturnLine.quantity,
    )
    back = _summed(
        db,
        select(ReturnLine.order_line_id, func.sum(coming))
        .join(ReturnLine.request)
        .where(Return.order_id == order.id, Return.state.in_(COMING_BACK))
        .group_by(ReturnLine.order_line_id),
    )
    start = {
        line.id: Pieces(
            line.quantity, cancelled=cancelled.get(line.id, 0), coming_back=back.get(line.id, 0)
        )
        for line in order.lines
    }
    return walked(start, [*_sent(db, order), *_refunded(db, order)])


def walked(
    start: Mapping[int, Pieces], happenings: Iterable[Happening]
) -> dict[int, Pieces]:  # fmt: skip
    """Count what was sent and paid back, in the order it happened.

    Money back for pieces that lay with the buyer by then is for those; money back for more
    pieces is for some that are never sent.
    """
    now = dict(start)
    for one in sorted(happenings, key=lambda each: each.at):
        pieces = now.get(one.line_id)
        if pieces is None:
            continue
        if one.pieces > 0:
            now[one.line_id] = replace(pieces, sent=pieces.sent + one.pieces)
            continue
        there = min(-one.pieces, pieces.sent - pieces.refunded_sent)
        now[one.line_id] = replace(
            pieces, refunded_sent=pieces.refunded_sent + there,
            refunded_unsent=pieces.refunded_unsent - one.pieces - there,
        )  # fmt: skip
    return now


def chosen(
    order: Order, wanted: Mapping[int, int], most: Mapping[int, int], what: str
) -> dict[OrderLine, int]:
    """Give the lines and pieces that were chosen; zeros are left out.

    Raises:
        Invalid: a line is not of this order, there are too many pieces, or none at all.
    """
    lines = {line.id: line for line in order.lines}
    wrong = {}
    for line_id, pieces in wanted.items():
        if line_id not in lines:
            raise Invalid("One of these lines is not of this order.")
        if not 0 <= pieces <= most.get(line_id, 0):
            wrong[f"line-{line_id}"] = (
                f"{lines[line_id].name}: at most {most.get(line_id, 0)} {what}."
            )
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    found = {lines[line_id]: pieces for line_id, pieces in wanted.items() if pieces}
    if not found:
        raise Invalid("Choose at least one piece.")
    return found


def refundable(db: Session, order: Order) -> dict[int, int]:
    """Tell how many pieces of a paid order's lines wait for no parcel, so that a refund is for them.

    An order that is not paid has no such bound.
    """
    where = of(db, order) if order.paid_at is not None else {}
    return {
        line.id: max(0, line.quantity - line.refunded_quantity - where[line.id].to_send)
        for line in order.lines
        if line.id in where
    }


def refuse_unsent(db: Session, order: Order, wanted: Mapping[int, int]) -> None:
    """Let pass pieces (order line to quantity) to pay back that are not waiting to be sent.

    Those are cancelled: only that puts them on the shelf again and ends the order.

    Raises:
        Invalid: some are still to be sent.
    """
    most, wrong = refundable(db, order), {}
    for line in order.lines:
        if line.id in most and wanted.get(line.id, 0) > most[line.id]:
            wrong[f"line-{line.id}"] = f"{line.name}: not sent yet. Cancel it instead."
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)


def _sent(db: Session, order: Order) -> list[Happening]:
    rows = db.execute(
        select(ShipmentLine.order_line_id, Shipment.shipped_at, ShipmentLine.quantity)
        .join(ShipmentLine.shipment)
        .where(Shipment.order_id == order.id)
    )
    return [Happening(line_id, at, quantity) for line_id, at, quantity in rows]


def _refunded(db: Session, order: Order) -> list[Happening]:
    """Give what was paid back, without what was for cancelled pieces: those count as such."""
    for_cancelled = select(CancelledLine.refund_id).where(
        CancelledLine.order_id == order.id, CancelledLine.refund_id.is_not(None)
    )
    rows = db.execute(
        select(RefundLine.order_line_id, Refund.created_at, RefundLine.quantity)
        .join(Refund, Refund.id == RefundLine.refund_id)
        .where(
            Refund.order_id == order.id,
            Refund.state.not_in(FAILED),
            Refund.id.not_in(for_cancelled),
        )
    )
    return [Happening(line_id, at, -quantity) for line_id, at, quantity in rows]


def _summed(db: Session, wanted: Select[int, int]) -> dict[int, int]:
    return {line_id: int(pieces) for line_id, pieces in db.execute(wanted)}


def on_the_shelf(chosen: Mapping[OrderLine, int]) -> dict[int, int]:
    """Give the stock items (variant to pieces) that these pieces of lines are made of."""
    rows = []
    for line, quantity in chosen.items():
        whole = [[line.variant_id, 1]] if line.variant_id else []
        rows.append((line.parts or whole, quantity))
    return stock.pieces_of(rows)
