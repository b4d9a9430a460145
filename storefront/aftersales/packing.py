"""The packing slip of a parcel that is about to leave, or of one that has left."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from storefront import clock
from storefront.aftersales import shipments
from storefront.documents import slips, typeset
from storefront.documents.slips import Packed
from storefront.errors import Invalid
from storefront.orders.models import Order, Shipment
from storefront.plugins import Hooks
from storefront.settings import Settings


def parcel(db: Session, order: Order, shipment: Shipment | None = None) -> Sequence[Packed]:
    """List what a parcel holds; without one, all that is still to be sent.

    Raises:
        Invalid: nothing is left to send.
    """
    if shipment is not None:
        lines = {line.id: line for line in order.lines}
        return [
            Packed(lines[one.order_line_id], one.quantity, one.lot) for one in shipment.lines
        ]
    found = [
        Packed(one.line, one.to_send) for one in shipments.preview(db, order) if one.to_send
    ]
    if not found:
        raise Invalid("Nothing of this order is left to send.")
    return found


def slip(
    db: Session, order: Order, hooks: Hooks, settings: Settings, shipment: Shipment | None = None
) -> dict[str, Any]:  # fmt: skip
    """Give what `_packing_slip.html` shows, of a parcel or of all that is still to be sent.

    Raises:
        Invalid: nothing is left to send.
    """
    return slips.contents(db, order, parcel(db, order, shipment), hooks, settings)


def slip_file(
    db: Session, order: Order, hooks: Hooks, settings: Settings, shipment: Shipment | None = None
) -> bytes:  # fmt: skip
    """Give the packing slip as PDF.

    Raises:
        Invalid: nothing is left to send.
        NotFound: this shop writes no PDF.
    """
    on = shipment.shipped_at if shipment is not None else clock.now()
    return typeset.pdf("packing_slip", slip(db, order, hooks, settings, shipment), on)
