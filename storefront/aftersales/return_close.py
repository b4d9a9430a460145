"""The end of a return: the money goes back, or what is wanted instead goes out; seen first."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storefront import clock
from storefront.aftersales import exchange, pieces, return_letters, returns, rules
from storefront.aftersales.models import Return, ReturnLine
from storefront.aftersales.states import REFUND_REASONS
from storefront.errors import Invalid
from storefront.orders import history
from storefront.orders.models import Order, OrderLine
from storefront.ownership import endings
from storefront.ownership import service as ownership
from storefront.payments import refunds
from storefront.payments.refunds import Preview, Wanted
from storefront.settings import Settings


@dataclass(frozen=True)
class ClosePreview:
    """What closing a return would do: the money, and the pieces that go out instead."""

    refund: Preview | None
    turn: int
    instead: Mapping[ReturnLine, int]
    difference_minor: int


def preview(db: Session, request: Return, *, amount_minor: int | None = None) -> ClosePreview:
    """Tell what closing would do, changing nothing; another sum than the pieces cost if told.

    Raises:
        Invalid: more is wanted than is left, or a dispute is open.
    """
    order = request.order
    left = refunds.left(db, order)
    less = sum(exchange.difference_minor(db, line) for line in request.lines)
    wish = _wanted(db, request, left, less, amount_minor)
    money = refunds.preview(db, order, wish) if wish else None
    instead = {
        line: min(line.taken, line.received) for line in request.lines if line.is_exchange
    }
    return ClosePreview(money, left.turn, instead, less)


def close(
    db: Session, request: Return, *, by: str, settings: Settings, turn: int | None = None,
    amount_minor: int | None = None,
) -> ClosePreview:  # fmt: skip
    """Refund what came back, or send what is wanted instead, and close the return.

    `turn` is that of the preview which was acted on; `amount_minor` is another sum for the
    pieces, such as less for a piece that was used, 0 for none.

    Raises:
        Invalid: it was not received, more is wanted than is left, or somebody refunded meanwhile.
    """
    returns.lock(db, request)
    rules.not_frozen(request.order)
    returns.move(request, "closed")
    seen = preview(db, request, amount_minor=amount_minor)
    rules.still(seen.turn, turn)
    if seen.refund is not None:
        wish = Wanted(
            {line.line_id: line.quantity for line in seen.refund.lines},
            shipping_minor=seen.refund.shipping_minor, amount_minor=seen.refund.total_minor,
            reason=reason_of(request), note=f"Return {request.number}", turn=seen.turn,
        )  # fmt: skip
        asked = refunds.ask(db, request.order, wish, by=by, settings=settings)
        request.refund_id = asked.id
    for line in request.lines:
        line.difference_minor = exchange.difference_minor(db, line)
    exchange.give_back(db, request, settings)
    added = exchange.add_lines(db, request)
    ownership.sync_order(db, request.order, settings, clock.now())
    if seen.refund is None:  # else its letter waits for the money
        endings.tell(db, request.order, settings, clock.now())
    history.note(
        db, request.order, "return_closed", _sentence(request, added), by=by, is_public=True,
        return_number=request.number,
    )  # fmt: skip
    return_letters.closed(db, request, seen.refund, list(added.items()), settings)
    return seen


def reason_of(request: Return) -> str:
    """Give the reason of the refund: that of the first line, and the law's where it is a right."""
    if request.is_withdrawal:
        return "withdrawal"
    return REFUND_REASONS.get(request.lines[0].reason, "withdrawal")


def _wanted(
    db: Session, request: Return, left: refunds.Refundable, less: int, amount_minor: int | None
) -> Wanted | None:
    """Ask for what came and is not exchanged, and for the delivery when all of it came back."""
    lines: dict[int, int] = {}
    before = 0
    for line in request.lines:
        if line.received and not line.is_exchange:
            before += exchange.paid_back_before(db, line.order_line_id, line.received)
            agreed = line.order_line.stands_for_id or line.order_line_id
            rest = left.line(agreed)
            most = rest.quantity if rest else 0
            lines[agreed] = min(most, lines.get(agreed, 0) + line.received)
    worth = sum(each.worth(lines.get(each.line_id, 0)) for each in left.lines)
    shipping = left.shipping_minor if _is_whole(db, request.order, lines) else 0
    total = worth + shipping + less - before if amount_minor is None else amount_minor
    if amount_minor is not None and not 0 <= amount_minor <= left.total_minor:
        raise Invalid("There is not so much left to refund.", fields={"amount": "Too much."})
    total = min(total, left.total_minor)
    if total < 1:
        return None
    return Wanted(
        lines,
        shipping_minor=min(shipping, total),
        amount_minor=total,
        reason=reason_of(request),
    )


def _is_whole(db: Session, order: Order, lines: Mapping[int, int]) -> bool:
    """Tell whether with these pieces the buyer keeps nothing at all of the order."""
    where = pieces.of(db, order)
    for line in order.lines:
        one = where[line.id]
        kept = one.ordered - one.cancelled - one.refunded_unsent - one.refunded_sent
        if line.stands_for_id is None and kept > lines.get(line.id, 0):
            return False
    return bool(lines)


def _sentence(request: Return, added: Mapping[OrderLine, int]) -> str:
    named = ", ".join(f"{quantity} × {line.name}" for line, quantity in added.items())
    ends = f" {named} will be sent." if named else ""
    return f"Return {request.number} is closed.{ends}"
