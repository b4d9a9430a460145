"""Sums are whole: no cent appears or disappears between lines, delivery and tax."""

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


@given(st.integers(0, 100_000), st.integers(1, 50), st.integers(0, 5000))
def test_with_one_rate_delivery_is_taxed_like_the_goods(unit, quantity, shipping):
    line = PricedLine("A", quantity, unit, 1900)

    sums = totals([line], shipping)

    assert sums.tax_minor == line.tax_minor + tax_inside(shipping, 1900)


def test_delivery_of_mixed_rates_is_taxed_in_proportion():
    cheap, dear = PricedLine("A", 1, 1000, 700), PricedLine("B", 1, 3000, 1900)

    sums = totals([cheap, dear], 400)

    by_rate = {part.basis_points: part.tax_minor for part in sums.tax_parts}
    assert by_rate[700] == cheap.tax_minor + tax_inside(100, 700)
    assert by_rate[1900] == dear.tax_minor + tax_inside(300, 1900)
