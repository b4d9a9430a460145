"""Cancel what was not sent: pieces go back to the shelf and their money to the buyer."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.aftersales import exchange, letters, pieces, rules, shipments
from storefront.aftersales.models import CancelledLine
from storefront.errors import Invalid
from storefront.orders import history
from storefront.orders import service as orders
from storefront.orders.models import Order, OrderLine, Shipment
from storefront.ownership import service as ownership
from storefront.payments import refunds
from storefront.payments.refunds import Preview, Wanted
from storefront.settings import Settings
from storefront.stock import service as stock

CANCELLABLE = frozenset({"paid", "fulfilled", "needs_attention"})
UNDECIDED = (
    "It was never filled: decide whether to fill it, or to give back all that came for it."
)


@dataclass(frozen=True)
class CancelPreview:
    """What a cancellation would do: the pieces, the money, and whether all of the order ends."""

    pieces: Mapping[OrderLine, int]
    refund: Preview | None  # none = nothing was paid for them
    turn: int
    closes_order: bool


def preview(
    db: Session, order: Order, wanted: Mapping[int, int] | None = None, *,
    reason: str = "cancelled",
) -> CancelPreview:  # fmt: skip
    """Tell what cancelling would do, changing nothing; all that was not sent unless told.

    Raises:
        Invalid: nothing can be cancelled, or not this.
    """
    rules.not_frozen(order)
    if order.state not in CANCELLABLE:
        raise Invalid("Only a paid order is cancelled here.")
    if order.paid_at is None:
        raise Invalid(UNDECIDED)
    where = pieces.of(db, order)
    due = {line_id: one.to_send for line_id, one in where.items()}
    if wanted is None and not any(due.values()):
        raise Invalid("Everything was sent or cancelled already.")
    chosen = pieces.chosen(order, due if wanted is None else wanted, due, "still to be sent")
    rest = sum(due.values()) - sum(chosen.values())
    ends = rest == 0 and not any(one.sent for one in where.values())
    rest_left = refunds.left(db, order)
    wish = _wanted(db, chosen, rest_left, ends=ends, reason=reason)
    money = refunds.preview(db, order, wish) if wish else None
    return CancelPreview(chosen, money, rest_left.turn, ends)


def cancel(
    db: Session, order: Order, wanted: Mapping[int, int] | None = None, *, by: str,
    settings: Settings, reason: str = "cancelled", turn: int | None = None, note: str = "",
) -> CancelPreview:  # fmt: skip
    """Cancel pieces (order line to quantity; all that was not sent unless told).

    The order is closed when nothing of it was sent or will be; delivery is refunded then too.
    `turn` is that of the preview which was acted on.

    Raises:
        Invalid: nothing can be cancelled, or not this, or somebody refunded meanwhile.
    """
    orders.lock(db, order)
    seen = preview(db, order, wanted, reason=reason)
    rules.still(seen.turn, turn)
    refund_id = None
    if seen.refund is not None:
        wish = Wanted(
            {line.line_id: line.quantity for line in seen.refund.lines},
            shipping_minor=seen.refund.shipping_minor, amount_minor=seen.refund.total_minor,
            reason=reason, note=note, turn=seen.turn,
        )  # fmt: skip
        refund_id = refunds.ask(db, order, wish, by=by, settings=settings).id
    _put_back(db, order, seen.pieces, settings)
    now = clock.now()
    for line, quantity in seen.pieces.items():
        db.add(
            CancelledLine(
                order_id=order.id, order_line_id=line.id, quantity=quantity,
                refund_id=refund_id, by=by, at=now,
            )
        )  # fmt: skip
    db.flush()
    _follow(db, order, closes=seen.closes_order)
    ownership.sync_order(db, order, settings, clock.now())
    _tell(db, order, seen, by, settings)
    return seen


def is_untouched(db: Session, order: Order) -> bool:
    """Tell whether nothing of a paid order has been sent, so that the buyer may cancel it."""
    parcels = select(func.count()).where(Shipment.order_id == order.id)
    return order.state == "paid" and not db.scalar(parcels)


def _wanted(
    db: Session, gone: Mapping[OrderLine, int], left: refunds.Refundable, *, ends: bool,
    reason: str,
) -> Wanted | None:  # fmt: skip
    """Ask for what these pieces were paid with, and for the delivery of an order that ends.

    A piece that was to go out in an exchange was paid with the line that it stands for.
    """
    lines: dict[int, int] = {}
    before = 0
    for line, quantity in gone.items():
        agreed = line.stands_for_id or line.id
        rest = left.line(agreed)
        most = rest.quantity if rest else 0
        lines[agreed] = min(most, lines.get(agreed, 0) + quantity)
        before += exchange.paid_back_before(db, line.id, quantity)
    shipping = left.shipping_minor if ends else 0
    worth = sum(
        found.worth(lines[found.line_id]) for found in left.lines if found.line_id in lines
    )
    less = min(worth + shipping - before, left.total_minor)
    if less < 1:
        return None
    amount = less if before else None
    return Wanted(lines, shipping_minor=min(shipping, less), amount_minor=amount, reason=reason)


def _put_back(
    db: Session, order: Order, chosen: Mapping[OrderLine, int], settings: Settings
) -> None:
    """Put the pieces on the shelf, unless the order never took any from it."""
    if shipments.fulfilment_of(db, order) is None:
        return
    stock.put_back(
        db, order.id, pieces.on_the_shelf(chosen), few=settings.low_stock, reason="cancelled",
        note=f"order {order.number}",
    )  # fmt: skip


def _follow(db: Session, order: Order, *, closes: bool) -> None:
    shipments.follow(db, order)
    if closes:
        order.attention = ""
    if closes and order.state != "cancelled":
        orders.move(order, "cancelled")


def _tell(db: Session, order: Order, seen: CancelPreview, by: str, settings: Settings) -> None:
    named = ", ".join(f"{quantity} × {line.name}" for line, quantity in seen.pieces.items())
    history.note(
        db, order, "cancelled", f"Cancelled: {named}.", by=by, is_public=True,
        pieces={str(line.id): quantity for line, quantity in seen.pieces.items()},
    )  # fmt: skip
    back = seen.refund.total_minor if seen.refund else 0
    letters.order_cancelled(
        db, order, list(seen.pieces.items()), back, settings, is_whole=seen.closes_order
    )
