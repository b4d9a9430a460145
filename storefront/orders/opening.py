"""Who sees what of an order: its key opens the general part, a proven address all of it; pure."""

from datetime import datetime, timedelta

from storefront.customers.visitor import Visitor
from storefront.orders.models import Order


def owner_of(visitor: Visitor) -> str:
    """Give the address that this visitor has proven on this device; empty for none."""
    return (visitor.email or "") if visitor.email_scope == "verified" else ""


def is_owner(order: Order, visitor: Visitor) -> bool:
    """Tell whether the visitor has proven the address of the order, or the one it was claimed with."""
    proven = owner_of(visitor)
    return bool(proven) and proven in {order.email, order.claimed_by}


def shows_all(order: Order, visitor: Visitor, *, open_days: int, now: datetime) -> bool:
    """Tell whether whoever holds the key also sees name, address and papers."""
    is_fresh = now - order.placed_at <= timedelta(days=open_days)
    return is_fresh or is_owner(order, visitor)
