"""What can still be refunded of an order, and what a wished refund would come to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.errors import Invalid
from storefront.money import Money, shares
from storefront.orders.models import Order, OrderLine
from storefront.payments import disputes
from storefront.payments.models import REASONS, Payment, Refund, RefundLine

FAILED = ("failed", "cancelled")  # of these nothing went back
LONGEST_NOTE = 400


@dataclass(frozen=True)
class LineLeft:
    """The pieces of an order line that were not refunded, and what each was paid with."""

    line_id: int
    sku: str
    name: str
    pieces: tuple[int, ...]  # minor units, one for each piece that is left

    @property
    def quantity(self) -> int:
        """Count the pieces that are left."""
        return len(self.pieces)

    def worth(self, quantity: int) -> int:
        """Tell what the next `quantity` pieces were paid with."""
        return sum(self.pieces[:quantity])


@dataclass(frozen=True)
class Refundable:
    """All that can be refunded of an order; `turn` names this very state of it."""

    currency: str
    card_minor: int
    gift_minor: int
    shipping_minor: int
    lines: tuple[LineLeft, ...]
    turn: int
    why_not: str = ""

    @property
    def total_minor(self) -> int:
        """Give all that is left, by card and by gift cards."""
        return self.card_minor + self.gift_minor

    def line(self, line_id: int) -> LineLeft | None:
        """Find what is left of an order line."""
        return next((line for line in self.lines if line.line_id == line_id), None)


@dataclass(frozen=True)
class Wanted:
    """What shall be refunded; without an amount it is what the pieces and delivery cost.

    Attributes:
        amount_minor: another sum than the pieces and delivery come to, or a sum for nothing
            in particular.
        turn: `Refundable.turn` as it was shown; the same turn twice is one refund.
    """

    lines: Mapping[int, int] = field(default_factory=dict)  # order line id to pieces
    shipping_minor: int = 0
    amount_minor: int | None = None
    reason: str = "other"
    note: str = ""
    turn: int | None = None


@dataclass(frozen=True)
class PreviewLine:
    """Some pieces in a refund and their part of it."""

    line_id: int
    name: str
    quantity: int
    amount_minor: int


@dataclass(frozen=True)
class Preview:
    """What a refund comes to, before it is asked for."""

    currency: str
    total_minor: int
    card_minor: int
    gift_minor: int
    shipping_minor: int
    lines: tuple[PreviewLine, ...]
    note: str = ""

    @property
    def free_minor(self) -> int:
        """Give the part that is for no piece and no delivery."""
        return self.total_minor - self.shipping_minor - sum(x.amount_minor for x in self.lines)


def left(db: Session, order: Order) -> Refundable:
    """Tell what can still be refunded of an order: never more than was paid for it."""
    received = sum(payment_left(db, payment) for payment in payments_of(db, order))
    given = select(func.coalesce(func.sum(Refund.shipping_minor), 0))
    shipped_back = db.scalar(
        given.where(Refund.order_id == order.id, Refund.state.not_in(FAILED))
    )
    return Refundable(
        currency=order.currency,
        card_minor=min(received, order.paid_minor - order.refunded_minor - order.lost_minor),
        gift_minor=(order.gift_minor - order.gift_back_minor) if order.paid_at else 0,
        shipping_minor=max(0, _paid_for_shipping(order) - int(shipped_back or 0)),
        lines=tuple(_line_left(order, line) for line in order.lines),
        turn=_turn(db, order),
        why_not=disputes.FROZEN if disputes.is_frozen(order) else "",
    )


def payments_of(db: Session, order: Order) -> list[Payment]:
    """List the payments of an order in its own currency, the one that paid for it first."""
    own = select(Payment).where(
        Payment.order_id == order.id, Payment.currency == order.currency
    )
    return list(db.scalars(own.order_by(Payment.is_surplus, Payment.id)))


def payment_left(db: Session, payment: Payment) -> int:
    """Tell what was not given back of one payment."""
    back = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
        Refund.payment_id == payment.id, Refund.state.not_in(FAILED)
    )
    return payment.amount_minor - int(db.scalar(back) or 0)


def preview(db: Session, order: Order, wanted: Wanted) -> Preview:
    """Tell what a refund would come to, changing nothing.

    Raises:
        Invalid: a dispute is open, or more is wanted than is left.
    """
    return weighed(left(db, order), wanted)


def weighed(rest: Refundable, wanted: Wanted) -> Preview:
    """Weigh a wish against what is left of an order.

    Raises:
        Invalid: a dispute is open, or more is wanted than is left.
    """
    if rest.why_not:
        raise Invalid(rest.why_not)
    _check_words(wanted)
    lines = _wanted_lines(rest, wanted)
    if not 0 <= wanted.shipping_minor <= rest.shipping_minor:
        raise _too_much("shipping_minor", rest.shipping_minor, rest.currency, "of the delivery")
    worth = wanted.shipping_minor + sum(line.amount_minor for line in lines)
    total = wanted.amount_minor if wanted.amount_minor is not None else worth
    note = ""
    if wanted.amount_minor is None and worth > rest.total_minor:
        total = rest.total_minor
        note = "Some of it was given back before, so only the rest is refunded now."
    if total < 1:
        raise Invalid(
            "There is nothing to refund.", fields={"amount_minor": "Nothing to refund."}
        )
    if total > rest.total_minor:
        raise _too_much("amount_minor", rest.total_minor, rest.currency, "to refund")
    *parts, shipping = _scaled([*(x.amount_minor for x in lines), wanted.shipping_minor], total)
    card = min(total, rest.card_minor)
    return Preview(
        currency=rest.currency, total_minor=total, card_minor=card, gift_minor=total - card,
        shipping_minor=shipping, note=note,
        lines=tuple(
            PreviewLine(line.line_id, line.name, line.quantity, part)
            for line, part in zip(lines, parts, strict=True)
        ),
    )  # fmt: skip


def _check_words(wanted: Wanted) -> None:
    if wanted.reason not in REASONS:
        raise Invalid("Choose a reason.", fields={"reason": "Choose a reason."})
    if len(wanted.note) > LONGEST_NOTE:
        message = f"At most {LONGEST_NOTE} characters, please."
        raise Invalid(message, fields={"note": message})


def _wanted_lines(rest: Refundable, wanted: Wanted) -> list[PreviewLine]:
    found = []
    for line_id, quantity in wanted.lines.items():
        line = rest.line(line_id)
        if line is None or not 0 <= quantity <= line.quantity:
            some = line.quantity if line else 0
            message = f"At most {some} of it can still be refunded."
            raise Invalid(message, fields={f"line_{line_id}": message})
        if quantity:
            found.append(PreviewLine(line_id, line.name, quantity, line.worth(quantity)))
    return found


def _too_much(name: str, most: int, currency: str, what: str) -> Invalid:
    message = f"At most {Money(most, currency).text()} is left {what}."
    return Invalid(message, fields={name: message})


def _scaled(worths: list[int], total: int) -> list[int]:
    """Cut the parts down when less is refunded than they were paid with."""
    return shares(total, worths) if sum(worths) > total else worths


def _turn(db: Session, order: Order) -> int:
    asked = select(func.count()).select_from(Refund).where(Refund.order_id == order.id)
    return int(db.scalar(asked) or 0)


def _paid_for_line(order: Order, line: OrderLine) -> int:
    return line.total_minor + (line.tax_minor if order.tax_added_minor else 0)


def _paid_for_shipping(order: Order) -> int:
    if not order.tax_added_minor:
        return order.shipping_minor
    on_lines = sum(line.tax_minor for line in order.lines)
    return order.shipping_minor + order.tax_added_minor - on_lines


def _line_left(order: Order, line: OrderLine) -> LineLeft:
    each = shares(_paid_for_line(order, line), [1] * line.quantity)
    return LineLeft(line.id, line.sku, line.name, tuple(each[line.refunded_quantity :]))


def refunded_pieces(db: Session, order: Order) -> dict[int, int]:
    """Count the refunded pieces of each order line."""
    rows = (
        select(RefundLine.order_line_id, func.sum(RefundLine.quantity))
        .join(Refund, Refund.id == RefundLine.refund_id)
        .where(Refund.order_id == order.id, Refund.state.not_in(FAILED))
        .group_by(RefundLine.order_line_id)
    )
    return {line_id: int(pieces) for line_id, pieces in db.execute(rows)}
