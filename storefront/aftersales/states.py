"""The states of a return: the one table of the moves that are allowed."""

from storefront.orders.states import Moves

RETURN_MOVES: Moves = {
    "requested": frozenset({"approved", "refused", "withdrawn"}),
    "approved": frozenset({"received", "withdrawn"}),
    "received": frozenset({"closed"}),
    "closed": frozenset(),
    "refused": frozenset(),
    "withdrawn": frozenset(),
}

REASONS = {
    "too_firm": "It is too firm",
    "too_soft": "It is too soft",
    "too_short": "It is too short",
    "wrong_item": "You sent the wrong item",
    "damaged": "It arrived damaged",
    "not_as_described": "It is not as described",
    "changed_mind": "I changed my mind",
    "smell": "I do not like its smell",
    "other": "Another reason",
}
REFUND_REASONS = {  # all others are a change of mind
    "wrong_item": "wrong_item",
    "damaged": "damaged",
    "not_as_described": "other",
}
CONDITIONS = {"as_new": "As new", "used": "Used", "damaged": "Damaged"}
