"""Disputes: what the bank of a buyer wants back; while one is open, nothing moves."""

from storefront.orders.models import Order

FROZEN = "The buyer's bank disputes this payment: nothing is shipped or refunded until that is decided."
OVER = frozenset({"won", "lost", "warning_closed", "prevented"})


def is_frozen(order: Order) -> bool:
    """Tell whether an open dispute keeps an order from being shipped or refunded."""
    return bool(order.dispute_state) and order.dispute_state not in OVER
