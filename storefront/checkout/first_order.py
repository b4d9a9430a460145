"""What is for a first order only: looked at once more while the buyer's other orders wait."""

from sqlalchemy.orm import Session

from storefront import database
from storefront.errors import CodeUsed
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.pricing import redemptions

NOT_FIRST = (
    "It had an offer for a first order, and you have another one. Please look at the new total."
)


def check(db: Session, order: Order) -> None:
    """Let pass an order that has no such offer, or is the only one of its address.

    Raises:
        CodeUsed: another order was placed meanwhile, in another browser or tab.
    """
    if not redemptions.is_for_first(db, order):
        return
    database.take_turns(db, "first-order", [order.email])
    if orders.has_ordered(db, order.email, but_order=order.id):
        raise CodeUsed(NOT_FIRST)
