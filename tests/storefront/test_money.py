"""Money: one rounding rule, and shares that sum to the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.money import CurrencyMismatch, Money, rounded, shares, tax_inside


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1).filter(any))
def test_shares_sum_to_the_whole(amount, weights):
    parts = shares(amount, weights)

    assert sum(parts) == amount


@given(st.integers(0, 10**9), st.integers(0, 3000))
def test_tax_and_net_make_the_gross(gross, rate):
    tax = tax_inside(gross, rate)

    assert 0 <= tax <= gross
    assert abs((gross - tax) * rate - tax * 10_000) <= 10_000 + rate


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(5, 10, 1), (-5, 10, -1), (4, 10, 0), (25, 10, 3)],
)
def test_halves_round_away_from_zero(numerator, denominator, expected):
    assert rounded(numerator, denominator) == expected


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(2400, "EUR", "€24.00"), (2400, "JPY", "¥2,400"), (2400, "KWD", "KWD2.400")],
)
def test_an_amount_is_written_with_its_currencys_digits(minor, currency, text):
    assert Money(minor, currency).text("en").replace("\xa0", "") == text


def test_two_currencies_do_not_mix():
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") + Money(1, "USD")
