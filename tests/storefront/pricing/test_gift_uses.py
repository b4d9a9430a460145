"""Gift cards leave nothing to pay, or as much as a card payment needs to be."""

from datetime import UTC, datetime

import pytest

from storefront.pricing.gift_uses import LEAST_CHARGE, split
from storefront.pricing.models import GiftCard
from storefront.pricing.reasons import Why
from storefront.settings import Settings
from storefront.till.amounts import SMALLEST

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def used(balances, total):
    cards = [
        GiftCard(id=number, code_hash=f"h{number}", ends="ABCD", currency="EUR",
                 balance_minor=balance, is_blocked=False, issued_at=NOW)
        for number, balance in enumerate(balances)
    ]  # fmt: skip
    uses, _refused = split(cards, total, Why(Settings()), NOW)
    assert all(use.minor + use.left_minor == balances[use.card_id] for use in uses)
    return [use.minor for use in uses]


@pytest.mark.parametrize(
    ("balances", "total", "minor"),
    [
        ([1000], 2790, [1000]),
        ([2790], 2790, [2790]),
        ([5000], 2790, [2790]),
        ([2740], 2790, [2740]),
        ([2741], 2790, [2740]),
        ([2789], 2790, [2740]),
        ([2000, 789], 2790, [2000, 740]),
        ([2760, 20], 2790, [2740]),
    ],
)
def test_what_is_left_is_nothing_or_enough(balances, total, minor):
    assert used(balances, total) == minor


def test_the_till_knows_the_same_least_sums():
    known = {currency.upper(): least for currency, least in SMALLEST.items()}

    assert known.items() <= LEAST_CHARGE.items()
