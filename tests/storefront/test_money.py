"""Money: one rounding rule, and shares that sum to the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.money import CurrencyMismatch, Money, read_amount, rounded, shares, tax_inside


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


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("12.50", "EUR", 1250), ("12,5", "EUR", 1250), (" 7 ", "EUR", 700), ("0", "EUR", 0),
     ("12", "JPY", 12), ("1.234", "KWD", 1234), ("12.505", "EUR", None), ("1.5", "JPY", None),
     ("", "EUR", None), ("-1", "EUR", None), ("1e3", "EUR", None), ("١٢", "EUR", None),
     (".5", "EUR", None), ("1.2.3", "EUR", None), ("9" * 40, "EUR", None), ("99999999", "EUR", None)],
)  # fmt: skip
def test_a_typed_amount_is_read_whole_or_not_at_all(text, currency, minor):
    assert read_amount(text, currency) == minor
