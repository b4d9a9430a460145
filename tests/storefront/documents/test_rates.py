"""A document's sums for each rate are the order's to the last cent, and credits use them up exactly."""

from hypothesis import given
from hypothesis import strategies as st

from storefront.documents.rates import (
    RateSum,
    Taxed,
    Whole,
    credit_by_rate,
    rest,
    sums_by_rate,
)
from storefront.pricing.totals import PricedLine, Totals, totals

RATES = st.sampled_from([0, 700, 1900, 2550])
goods = st.lists(
    st.tuples(st.integers(0, 100_000), RATES), min_size=1, max_size=8
)  # amount, rate


def invoiced(some, shipping, *, on_top=False) -> tuple[list[RateSum], Totals]:
    """Sum goods as an order does: the tax inside the prices, or on top of them."""
    lines = [PricedLine("A", 1, amount, rate) for amount, rate in some]
    whole = totals(lines, shipping, tax_is_added=on_top)
    taxed = [Taxed(amount, rate) for amount, rate in some]
    return sums_by_rate(taxed, Whole(shipping, whole.tax_minor, whole.tax_added_minor)), whole


@given(goods, st.integers(0, 5000), st.booleans())
def test_the_rates_add_up_to_the_total_and_its_tax(some, shipping, on_top):
    sums, order = invoiced(some, shipping, on_top=on_top)

    assert sum(part.gross_minor for part in sums) == order.total_minor
    assert [(part.basis_points, part.tax_minor) for part in sums] == [
        (part.basis_points, part.tax_minor) for part in order.tax_parts
    ]
    assert all(part.net_minor + part.tax_minor == part.gross_minor for part in sums)
    assert len({part.basis_points for part in sums}) == len(sums)


@given(goods, st.integers(0, 5000), st.booleans())
def test_one_rate_is_the_order_itself(some, shipping, on_top):
    same = [(amount, 1900) for amount, _ in some]

    [part], order = invoiced(same, shipping, on_top=on_top)

    tax, total = order.tax_minor, order.total_minor
    assert part == RateSum(1900, total - tax, tax, total)


@given(goods, st.integers(0, 5000), st.data())
def test_credits_never_exceed_a_rate_and_all_of_them_give_back_exactly_the_invoice(
    some, shipping, data
):
    sums, order = invoiced(some, shipping)
    left, to_come, credited = sums, order.total_minor, []
    for is_last in (False, False, True):
        minor = to_come if is_last else data.draw(st.integers(0, to_come))
        weights = [data.draw(st.integers(0, 10_000)) for _ in left]
        credit = credit_by_rate(minor, left, weights)
        assert sum(part.gross_minor for part in credit) == minor
        credited += credit
        left, to_come = rest(sums, credited), to_come - minor
        assert all(part.gross_minor >= 0 for part in left)

    assert all((part.net_minor, part.tax_minor, part.gross_minor) == (0, 0, 0) for part in left)
    assert sum(part.tax_minor for part in credited) == order.tax_minor


def test_a_credit_stays_with_the_rate_of_what_was_sent_back():
    left = [RateSum(1900, 1000, 190, 1190), RateSum(700, 1000, 70, 1070)]

    credit = credit_by_rate(535, left, [0, 1070])

    assert credit == [RateSum(1900, 0, 0, 0), RateSum(700, 500, 35, 535)]


@given(goods, st.integers(0, 5000), st.integers(-3, 3))
def test_an_order_taxed_by_another_rule_keeps_its_tax(some, shipping, odd):
    _sums, order = invoiced(some, shipping)
    taxed = [Taxed(amount, rate) for amount, rate in some]
    tax = max(0, order.tax_minor + odd)

    sums = sums_by_rate(taxed, Whole(shipping, tax, 0))

    assert sum(part.tax_minor for part in sums) == tax
    assert sum(part.gross_minor for part in sums) == order.total_minor


def test_what_was_debited_again_can_be_credited_again():
    whole, credit = [RateSum(1900, 1000, 190, 1190)], [RateSum(1900, 100, 19, 119)]

    assert rest(whole, credit, credit) == whole
