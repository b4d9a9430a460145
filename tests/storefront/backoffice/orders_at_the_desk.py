"""Paid orders for the pages of the backoffice."""

from sqlalchemy.orm import Session

from storefront import clock
from storefront.orders.models import Fulfilment, Order, OrderLine
from storefront.payments.models import Payment
from tests.makers import make_attempt, make_order, make_product


def make_paid(db: Session, number: str = "PAID-1", *, quantity: int = 2, **fields) -> Order:
    """Make an order of some rollers for €24 each with delivery for €3.90, paid and to be sent."""
    variant = make_product(db, number.lower(), sku=f"SKU-{number}")
    total = 2400 * quantity + 390
    known = {
        "state": "paid", "total_minor": total, "paid_minor": total,
        "subtotal_minor": 2400 * quantity, "paid_at": clock.now(),
    }  # fmt: skip
    order = make_order(db, number=number, **known | fields)
    order.lines.append(
        OrderLine(
            variant_id=variant.id, sku=variant.sku, name="Mini roller", quantity=quantity,
            unit_price_minor=2400, total_minor=2400 * quantity, tax_basis_points=1900,
            tax_minor=383 * quantity, parts=[[variant.id, 1]],
        )
    )  # fmt: skip
    attempt = make_attempt(db, order, state="paid", session_id=f"cs_{number}")
    db.add(Fulfilment(order_id=order.id, created_at=clock.now()))
    db.add(
        Payment(
            order_id=order.id, attempt_id=attempt.id, reference=f"pi_{number}", amount_minor=total,
            currency="EUR", received_at=clock.now(),
        )
    )  # fmt: skip
    db.flush()
    return order
