"""The states of deliveries: the one table of allowed moves. Those of issues are `storefront/issues/states.py`."""

from storefront.orders.states import Moves

DELIVERY_MOVES: Moves = {
    "queued": frozenset({"leased", "skipped"}),
    "leased": frozenset({"queued", "accepted", "deferred", "failed", "skipped", "unknown"}),
    "deferred": frozenset({"queued", "skipped"}),
    "accepted": frozenset(),
    "failed": frozenset({"queued"}),  # somebody lets it be tried again
    "skipped": frozenset(),
    # Somebody decides; or the worker was only late, and still brings its answer.
    "unknown": frozenset({"queued", "accepted", "deferred", "failed"}),
}

TERMINAL = ("accepted", "failed", "skipped", "unknown")
OPEN = ("queued", "leased", "deferred")


def sources(after: str) -> list[str]:
    """Name the states that a delivery may be in before it comes to another."""
    return sorted(before for before, to in DELIVERY_MOVES.items() if after in to)
