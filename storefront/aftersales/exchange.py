"""Exchanges: another variant of the same product for at most the same price."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import money
from storefront.aftersales import shipments
from storefront.aftersales.models import Return, ReturnLine
from storefront.catalog.models import Variant
from storefront.errors import Invalid
from storefront.orders.models import Order, OrderLine
from storefront.settings import Settings
from storefront.stock import levels
from storefront.stock import service as stock

DEARER = (
    "{} costs more than you paid. Send yours back for a refund, and order the other one anew."
)


@dataclass(frozen=True)
class Choice:
    """A variant that can be had instead."""

    variant: Variant
    is_free: bool  # a piece of it lies on the shelf for whoever asks


def choices(db: Session, line: OrderLine) -> list[Choice]:
    """List the other variants of a line's product that cost no more than was agreed."""
    bought = db.get(Variant, line.variant_id) if line.variant_id else None
    if bought is None or line.stands_for_id:
        return []
    others = [
        each
        for each in bought.product.variants
        if each.id != bought.id and each.price_minor <= line.unit_price_minor
    ]
    free = levels.free(db, [each.id for each in others])
    return [Choice(each, free.get(each.id, 0) > 0) for each in others]


def checked(db: Session, line: OrderLine, variant_id: int | None) -> int | None:
    """Let pass a variant that may be had instead of a line; none stays none.

    Raises:
        Invalid: it is of another product, the very same, or dearer.
    """
    if variant_id is None:
        return None
    wanted = db.get(Variant, variant_id)
    bought = db.get(Variant, line.variant_id) if line.variant_id else None
    name = f"instead-{line.id}"
    if wanted is None or bought is None or wanted.product_id != bought.product_id:
        raise Invalid(fields={name: "Choose a variant of the same product."})
    if wanted.id == bought.id:
        raise Invalid(fields={name: "That is the one you have. Choose another."})
    if line.stands_for_id:
        raise Invalid(fields={name: "This was exchanged before. Send it back for a refund."})
    if wanted.price_minor > line.unit_price_minor:
        message = DEARER.format(wanted.name)
        raise Invalid(message, fields={name: message})
    return wanted.id


def take(db: Session, request: Return, settings: Settings) -> None:
    """Take what is wanted instead off the shelf, so that it is there when the return comes.

    Raises:
        SoldOut: not enough of it is free.
    """
    wanted: dict[int, int] = {}
    for line in request.lines:
        if line.wanted_variant_id:
            wanted[line.wanted_variant_id] = (
                wanted.get(line.wanted_variant_id, 0) + line.quantity
            )
            line.taken = line.quantity
    if wanted:
        stock.take(
            db, request.order_id, wanted, few=settings.low_stock, reason="exchanged",
            note=f"return {request.number}",
        )  # fmt: skip


def give_back(db: Session, request: Return, settings: Settings) -> None:
    """Put back what was taken and is not sent after all: all that did not come for it."""
    spare: dict[int, int] = {}
    for line in request.lines:
        if line.wanted_variant_id and line.taken > line.received:
            pieces = line.taken - line.received
            spare[line.wanted_variant_id] = spare.get(line.wanted_variant_id, 0) + pieces
            line.taken = line.received
    if spare:
        stock.put_back(
            db, request.order_id, spare, few=settings.low_stock, reason="exchanged",
            note=f"return {request.number}",
        )  # fmt: skip


def difference_minor(db: Session, line: ReturnLine) -> int:
    """Tell what the buyer gets back because what is sent instead is cheaper.

    The difference of the prices is scaled by what was really paid after discounts.
    """
    variant = db.get(Variant, line.wanted_variant_id) if line.is_exchange else None
    agreed = line.order_line
    full = agreed.unit_price_minor * agreed.quantity
    if variant is None or not full:
        return 0
    less = max(0, agreed.unit_price_minor - variant.price_minor)
    return money.rounded(less * min(line.taken, line.received) * agreed.total_minor, full)


def paid_back_before(db: Session, order_line_id: int, quantity: int) -> int:
    """Tell what was given back already for pieces of a line that itself goes out in an exchange."""
    came = db.scalar(select(ReturnLine).where(ReturnLine.sent_line_id == order_line_id))
    if came is None or not came.taken:
        return 0
    return money.rounded(came.difference_minor * quantity, came.taken)


def add_lines(db: Session, request: Return) -> Mapping[OrderLine, int]:
    """Add what is sent instead to the order, at no price of its own, to be packed like the rest."""
    added = {}
    for line in request.lines:
        variant = db.get(Variant, line.wanted_variant_id) if line.is_exchange else None
        if variant is None:
            continue
        new = _line(db, request.order, line, variant)
        db.flush()
        line.sent_line_id = new.id
        added[new] = new.quantity
    db.flush()
    shipments.follow(db, request.order)
    return added


def _line(db: Session, order: Order, line: ReturnLine, variant: Variant) -> OrderLine:
    old = line.order_line
    parts = levels.opened_kits(db, [variant.id])[variant.id]
    added = OrderLine(
        variant_id=variant.id, sku=variant.sku, quantity=line.taken,
        name=f"{variant.product.name}, {variant.name} (in exchange)"[:280],
        picture=variant.product.pictures[0] if variant.product.pictures else "",
        unit_price_minor=0, discount_minor=0, total_minor=0, tax_minor=0,
        tax_basis_points=old.tax_basis_points, tax_category=old.tax_category,
        parts=[list(part) for part in sorted(parts.items())],
        components=sorted(each.component_slug for each in variant.components),
        for_routine=old.for_routine, stands_for_id=old.id,
    )  # fmt: skip
    order.lines.append(added)
    return added
