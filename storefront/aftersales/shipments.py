"""Send pieces of a paid order, whole or in parts; never more than was bought and is still due."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock, database, events
from storefront.aftersales import carriers, letters, pieces, recall_find, rules
from storefront.orders import history
from storefront.orders import service as orders
from storefront.orders.models import Fulfilment, Order, OrderLine, Shipment, ShipmentLine
from storefront.payments import refund_sync
from storefront.settings import Settings

LONGEST_LOT = 60


@dataclass(frozen=True)
class ToSend:
    """A line as whoever packs sees it."""

    line: OrderLine
    sent: int
    to_send: int


def preview(db: Session, order: Order) -> list[ToSend]:
    """List every line with what was sent of it and what is still to be sent."""
    where = pieces.of(db, order)
    return [ToSend(line, where[line.id].sent, where[line.id].to_send) for line in order.lines]


def of(db: Session, order: Order) -> list[Shipment]:
    """List the parcels of an order, oldest first."""
    mine = select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.id)
    return list(db.scalars(mine))


def ship(
    db: Session, order: Order, wanted: Mapping[int, int], *, carrier: str, tracking: str = "",
    lots: Mapping[int, str] | None = None, by: str, settings: Settings,
    parcels_seen: int | None = None,
) -> Shipment:  # fmt: skip
    """Note that a parcel has left with these pieces (order line to quantity), and tell the buyer.

    `parcels_seen` is how many parcels there were on the page that was acted on: two people
    who press at once send one parcel.

    Raises:
        Invalid: the order cannot be sent, a line is not its, or there are fewer pieces to send.
    """
    orders.lock(db, order)
    rules.may_ship(order)
    number = carriers.checked(carrier, tracking)
    rules.still(_count(db, order), parcels_seen)
    due = {line_id: one.to_send for line_id, one in pieces.of(db, order).items()}
    chosen = pieces.chosen(order, wanted, due, "still to be sent")
    recall_find.refuse(db, [(line, (lots or {}).get(line.id, "")) for line in chosen])
    shipment = Shipment(
        order_id=order.id, carrier=carrier, tracking=number, shipped_at=clock.now(), by=by
    )
    for line, quantity in chosen.items():
        lot = rules.lot((lots or {}).get(line.id, ""), LONGEST_LOT)
        shipment.lines.append(ShipmentLine(order_line_id=line.id, quantity=quantity, lot=lot))
    db.add(shipment)
    db.flush()
    follow(db, order)
    _tell(db, order, shipment, chosen, by, settings)
    return shipment


def follow(db: Session, order: Order) -> None:
    """Bring the states of fulfilment and order to where the pieces are; again changes nothing."""
    where = pieces.of(db, order)
    sent = sum(one.sent for one in where.values())
    due = sum(one.to_send for one in where.values())
    fulfilment = fulfilment_of(db, order)
    if not due and order.attention in (rules.WISH_TO_CANCEL, refund_sync.TO_CANCEL):
        order.attention = ""
    if due:
        state = "partly_shipped" if sent else "to_ship"
    else:
        state = "shipped" if sent else "cancelled"
    if fulfilment is not None and fulfilment.state != state:
        fulfilment.state = state
        fulfilment.shipped_at = clock.now() if state == "shipped" else None
    if order.state == "paid" and state == "shipped":
        orders.move(order, "fulfilled")
    elif order.state == "paid" and state == "cancelled":
        orders.move(order, "cancelled")


def fulfilment_of(db: Session, order: Order) -> Fulfilment | None:
    """Find the record of what must leave the house."""
    return db.scalar(select(Fulfilment).where(Fulfilment.order_id == order.id))


def _count(db: Session, order: Order) -> int:
    return db.scalar(select(func.count()).where(Shipment.order_id == order.id)) or 0


def _tell(
    db: Session, order: Order, shipment: Shipment, chosen: Mapping[OrderLine, int], by: str,
    settings: Settings,
) -> None:  # fmt: skip
    named = "; ".join(f"{quantity} × {line.name}" for line, quantity in chosen.items())
    history.note(
        db, order, "shipped", f"Sent with {carriers.label(shipment.carrier)}: {named}.", by=by,
        is_public=True, shipment=shipment.id,
    )  # fmt: skip
    rest = [(each.line, each.to_send) for each in preview(db, order) if each.to_send]
    letters.order_shipped(db, order, shipment, list(chosen.items()), rest, settings)
    number, shipment_id = order.number, shipment.id
    database.after_commit(db, lambda: _say(number, shipment_id))


def _say(order_number: str, shipment_id: int) -> None:
    events.order_shipped.send(None, order_number=order_number, shipment_id=shipment_id)
