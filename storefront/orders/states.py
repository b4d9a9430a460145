"""The states of orders, payment attempts and refunds: the one table of the moves that are allowed."""

from collections.abc import Mapping

from storefront.errors import IllegalMove

Moves = Mapping[str, frozenset[str]]

ORDER_MOVES: Moves = {
    "awaiting_payment": frozenset(
        {"processing", "paid", "expired", "cancelled", "needs_attention"}
    ),
    "processing": frozenset({"paid", "expired", "needs_attention"}),
    "paid": frozenset({"fulfilled", "cancelled", "needs_attention"}),
    "fulfilled": frozenset({"needs_attention"}),
    "needs_attention": frozenset({"paid", "fulfilled", "cancelled"}),
    # Closed orders never reopen, but money wins over our opinion.
    "expired": frozenset(
        {"awaiting_payment", "processing", "paid", "cancelled", "needs_attention"}
    ),
    "cancelled": frozenset({"processing", "paid", "needs_attention"}),
}

ATTEMPT_MOVES: Moves = {
    "prepared": frozenset(
        {"created", "paid", "no_payment_required", "pending_async", "failed", "expired", "superseded"}
    ),
    "created": frozenset(
        {"paid", "no_payment_required", "pending_async", "failed", "expired", "superseded"}
    ),
    "pending_async": frozenset({"paid", "failed"}),
    "paid": frozenset(),
    "no_payment_required": frozenset(),
    # Closed attempts never reopen, but money wins over our opinion.
    "failed": frozenset({"paid"}),
    "expired": frozenset({"paid", "pending_async"}),
    "superseded": frozenset({"paid", "pending_async"}),
}  # fmt: skip

# A refund that the bank had may still come back days later.
REFUND_MOVES: Moves = {
    "prepared": frozenset({"pending", "succeeded", "failed", "cancelled"}),
    "pending": frozenset({"succeeded", "failed", "cancelled"}),
    "succeeded": frozenset({"failed", "cancelled"}),
    "failed": frozenset(),
    "cancelled": frozenset(),
}

PAYABLE_ATTEMPTS = frozenset({"prepared", "created"})  # the buyer can still pay, or not
OPEN_ATTEMPTS = PAYABLE_ATTEMPTS | {"pending_async"}
SETTLED_ATTEMPTS = frozenset({"paid", "no_payment_required"})
UNPAID_ORDERS = frozenset({"awaiting_payment", "processing"})
BOUGHT_ORDERS = frozenset({"paid", "fulfilled"})


def moved(moves: Moves, before: str, after: str) -> str:
    """Give the state after a move; staying is no move.

    Raises:
        IllegalMove: the table does not have it.
    """
    if after not in moves[before]:
        message = f"there is no way from {before} to {after}"
        raise IllegalMove(message)
    return after
