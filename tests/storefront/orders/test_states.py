"""The table of moves says all: every pair of states is either in it or refused."""

import itertools

import pytest

from storefront.errors import IllegalMove
from storefront.orders.models import STATES
from storefront.orders.states import ATTEMPT_MOVES, OPEN_ATTEMPTS, ORDER_MOVES, moved
from storefront.payments.models import ATTEMPT_STATES

PAIRS = [
    *((ORDER_MOVES, before, after) for before, after in itertools.product(STATES, repeat=2)),
    *(
        (ATTEMPT_MOVES, before, after)
        for before, after in itertools.product(ATTEMPT_STATES, repeat=2)
    ),
]


def test_the_tables_know_exactly_the_states_of_the_database():
    assert set(ORDER_MOVES) == set(STATES)
    assert set(ATTEMPT_MOVES) == set(ATTEMPT_STATES)
    assert set(ATTEMPT_MOVES) > OPEN_ATTEMPTS
    for moves in (ORDER_MOVES, ATTEMPT_MOVES):
        assert frozenset().union(*moves.values()) <= set(moves)


@pytest.mark.parametrize(("moves", "before", "after"), PAIRS)
def test_every_move_is_in_the_table_or_refused(moves, before, after):
    if after in moves[before]:
        assert moved(moves, before, after) == after
    else:
        with pytest.raises(IllegalMove):
            moved(moves, before, after)


@pytest.mark.parametrize("state", ATTEMPT_STATES)
def test_closed_attempts_reopen_only_for_money(state):
    if state not in OPEN_ATTEMPTS:
        assert ATTEMPT_MOVES[state] <= {"paid", "pending_async"}


def test_a_cancelled_order_is_moved_only_by_money():
    assert ORDER_MOVES["cancelled"] == {"processing", "paid", "needs_attention"}


def test_an_unpaid_order_may_be_paid_after_all_or_given_up():
    assert ORDER_MOVES["expired"] == {
        "awaiting_payment", "processing", "paid", "cancelled", "needs_attention"
    }  # fmt: skip


def test_what_is_paid_is_never_unpaid():
    for state in ("paid", "fulfilled"):
        assert not ORDER_MOVES[state] & {
            "awaiting_payment",
            "processing",
            "expired",
        }
