"""Sums are whole: no cent appears or disappears between lines, delivery and tax."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.money import tax_inside
from storefront.pricing.totals import PricedLine, totals

lines = st.lists(
    st.builds(
        PricedLine,
        sku=st.just("A"),
        quantity=st.integers(1, 99),
        unit_price_minor=st.integers(0, 100_000),
        tax_basis_points=st.sampled_from([0, 700, 1900, 2550]),
    ),
    min_size=1,
    max_size=8,
)


@given(lines, st.integers(0, 5000))
def test_lines_and_delivery_sum_to_the_total(some, shipping):
    sums = totals(some, shipping)

    assert sums.subtotal_minor == sum(line.quantity * line.unit_price_minor for line in some)
    assert sums.total_minor == sums.subtotal_minor + shipping


@given(lines, st.integers(0, 5000))
def test_the_tax_parts_add_up_and_lie_inside_the_total(some, shipping):
    sums = totals(some, shipping)

    assert sum(part.tax_minor for part in sums.tax_parts) == sums.tax_minor
    assert 0 <= sums.tax_minor <= sums.total_minor


@given(lines, st.integers(0, 5000), st.booleans())
def test_the_tax_of_the_lines_is_within_what_is_told_for_their_rate(some, shipping, added):
    sums = totals(some, shipping, tax_is_added=added)

    assert all(line.tax_minor >= 0 for line in sums.lines)
    assert sum(line.tax_minor for line in sums.lines) <= sums.tax_minor
    if shipping == 0:
        assert sum(line.tax_minor for line in sums.lines) == sums.tax_minor


@given(st.integers(0, 100_000), st.integers(1, 50), st.integers(0, 5000))
def test_the_tax_of_one_rate_is_rounded_once(unit, quantity, shipping):
    sums = totals([PricedLine("A", quantity, unit, 1900)], shipping)

    assert sums.tax_minor == tax_inside(unit * quantity + shipping, 1900)


@given(lines, st.integers(0, 5000))
def test_tax_that_is_added_makes_the_total_larger_by_just_that(some, shipping):
    inside, added = totals(some, shipping), totals(some, shipping, tax_is_added=True)

    assert added.total_minor == inside.total_minor + added.tax_minor
    assert (inside.tax_added_minor, added.tax_added_minor) == (0, added.tax_minor)


def test_delivery_of_mixed_rates_is_taxed_in_proportion():
    cheap, dear = PricedLine("A", 1, 1000, 700), PricedLine("B", 1, 3000, 1900)

    sums = totals([cheap, dear], 400)

    by_rate = {part.basis_points: part.tax_minor for part in sums.tax_parts}
    assert by_rate == {700: tax_inside(1100, 700), 1900: tax_inside(3300, 1900)}


def test_discounts_lower_the_lines_and_their_tax():
    sums = totals([PricedLine("A", 2, 1000, 1900, discount_minor=500)], 0)

    assert (sums.subtotal_minor, sums.discount_minor, sums.total_minor) == (2000, 500, 1500)
    assert sums.tax_minor == tax_inside(1500, 1900)


def test_a_line_below_zero_is_refused():
    with pytest.raises(ValueError, match="below zero"):
        totals([PricedLine("A", 1, 100, 0, discount_minor=101)], 0)


def test_gift_cards_pay_a_part_and_never_more():
    sums = totals([PricedLine("A", 1, 1000, 1900)], 390)

    assert sums.paid_by_gift(400, ()).charge_minor == 990
    with pytest.raises(ValueError, match="cannot pay"):
        sums.paid_by_gift(1391, ())
