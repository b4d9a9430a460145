"""What can be done with a cart."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.cart.models import CartLine
from storefront.customers.visitor import Visitor


def count_for(db: Session, visitor: Visitor) -> int:
    """Count the pieces in a visitor's cart."""
    pieces = select(func.coalesce(func.sum(CartLine.quantity), 0))
    return int(db.scalar(pieces.where(CartLine.cart_id == visitor.cart_id)) or 0)
