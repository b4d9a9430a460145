"""Makers of what documents are written about."""

from dataclasses import dataclass, field

from storefront import clock
from storefront.orders.models import Order, OrderLine
from tests.makers import make_order


@dataclass
class GivenLine:
    """Pieces of a line that a refund is for."""

    order_line_id: int
    quantity: int
    amount_minor: int


@dataclass
class Given:
    """A refund that has succeeded."""

    id: int
    total_minor: int
    reason: str = "withdrawal"
    lines: list[GivenLine] = field(default_factory=list)


def paid_order(db, *, price=1200, quantity=2, rate=1900, **fields) -> Order:
    """Make a paid order of one line with delivery."""
    order = make_order(
        db, total_minor=price * quantity + 390, state="paid", paid_at=clock.now(),
        tax_minor=445, **fields,
    )  # fmt: skip
    order.lines.append(
        OrderLine(
            sku="A", name="Mini roller, medium", quantity=quantity, unit_price_minor=price,
            total_minor=price * quantity, tax_basis_points=rate, tax_minor=383,
        )
    )  # fmt: skip
    db.flush()
    return order
