"""Rules of promotions: each by itself, then which of them count together."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import carts_sum
from storefront.pricing.promotions import Cart, Line, Obstacle, Rule, best, combine

ROLLER, BALL = Line("roller", 2, 2400), Line("ball", 1, 900, frozenset({"small"}))
CART = Cart((ROLLER, BALL), delivery_minor=390)  # 57.00 of goods


def taken(rule, cart=CART):
    """Tell what a rule takes off each line and off delivery."""
    applied = combine([rule], cart)
    return (applied[0].lines, applied[0].delivery_minor) if applied else None


def test_a_percentage_is_rounded_once_and_split_over_the_lines():
    assert taken(Rule(1, "percent", basis_points=333)) == ((160, 30), 0)  # 3.33 % of 57.00


def test_a_fixed_amount_is_split_by_what_the_lines_cost():
    assert taken(Rule(1, "fixed", amount_minor=1000)) == ((842, 158), 0)


def test_a_fixed_amount_never_takes_more_than_the_goods_cost():
    assert taken(Rule(1, "fixed", amount_minor=10_000)) == ((4800, 900), 0)


def test_free_delivery_takes_off_the_delivery():
    assert taken(Rule(1, "free_delivery")) == ((0, 0), 390)


@pytest.mark.parametrize(
    "scope", [{"products": frozenset({"ball"})}, {"collections": frozenset({"small"})}]
)
def test_a_scope_leaves_the_other_lines_alone(scope):
    assert taken(Rule(1, "percent", basis_points=5000, **scope)) == ((0, 450), 0)


def test_buy_two_get_one_takes_off_the_cheapest_piece():
    assert taken(Rule(1, "buy_get", buy=2, get=1, basis_points=10_000)) == ((0, 900), 0)


def test_buy_one_get_one_counts_each_pair():
    cart = Cart((Line("ball", 5, 900),))

    assert taken(Rule(1, "buy_get", buy=1, get=1, basis_points=5000), cart) == ((900,), 0)


def test_a_kit_costs_its_price_for_each_whole_set():
    rule = Rule(1, "kit_price", kit=(("ball", 1), ("roller", 1)), amount_minor=3000)

    assert sum(taken(rule)[0]) == 300  # one set of 33.00 for 30.00; the second roller stays


def test_a_kit_takes_the_dearest_variants():
    cart = Cart((Line("roller", 1, 2000), Line("roller", 1, 2600), Line("ball", 1, 900)))
    rule = Rule(1, "kit_price", kit=(("ball", 1), ("roller", 1)), amount_minor=3000)

    assert sum(taken(rule, cart)[0]) == 500
    assert taken(rule, cart)[0][0] == 0


def test_a_kit_that_would_cost_more_changes_nothing():
    rule = Rule(1, "kit_price", kit=(("ball", 1), ("roller", 1)), amount_minor=9000)

    assert taken(rule) is None


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (Rule(1, "percent", code="A", basis_points=1000, min_spend_minor=6000), Obstacle("min_spend", 300)),
        (Rule(1, "percent", code="A", basis_points=1000, first_order_only=True), Obstacle("not_first")),
        (Rule(1, "percent", code="A", basis_points=1000, products=frozenset({"mat"})), Obstacle("nothing_fits")),
        (Rule(1, "free_delivery", code="A"), Obstacle("other_way")),
        (Rule(1, "buy_get", code="A", buy=3, get=1, basis_points=10_000), Obstacle("too_few")),
        (Rule(1, "fixed", code="A", amount_minor=500, left_minor=499), Obstacle("budget")),
    ],
)  # fmt: skip
def test_each_refusal_has_its_reason(rule, reason):
    cart = replace(CART, has_ordered=True, is_cheapest_way=False)

    outcome = best([rule], cart)

    assert outcome.taken == ()
    assert outcome.refused == {"A": reason}


def test_a_code_for_free_delivery_is_kept_when_delivery_is_free_already():
    outcome = best([Rule(1, "free_delivery", code="FREE")], replace(CART, delivery_minor=0))

    assert outcome.refused == {"FREE": Obstacle("free_already")}


def test_what_needs_no_code_comes_first_and_the_code_takes_its_part_of_the_rest():
    automatic, code = (
        Rule(1, "fixed", amount_minor=700),
        Rule(2, "percent", code="TEN", basis_points=1000),
    )

    outcome = best([code, automatic], CART)

    assert [(each.rule.id, each.minor) for each in outcome.taken] == [(1, 700), (2, 500)]


def test_of_two_codes_the_better_one_counts_and_the_other_is_told():
    ten, five = (
        Rule(1, "percent", code="TEN", basis_points=1000),
        Rule(2, "fixed", code="FIVE", amount_minor=500),
    )

    outcome = best([five, ten], CART)

    assert [each.rule.code for each in outcome.taken] == ["TEN"]
    assert outcome.refused == {"FIVE": Obstacle("better")}


@pytest.mark.parametrize(("basis_points", "wins"), [(500, "auto"), (2000, "ALONE")])
def test_what_does_not_combine_stands_alone_when_that_is_better(basis_points, wins):
    automatic = Rule(1, "fixed", name="auto", amount_minor=600)
    alone = Rule(2, "percent", code="ALONE", basis_points=basis_points, combines=False)

    outcome = best([automatic, alone], CART)

    assert [each.rule.code or each.rule.name for each in outcome.taken] == [wins]


def test_two_full_discounts_make_nothing_to_pay_and_never_less():
    rules = [
        Rule(1, "percent", basis_points=10_000),
        Rule(2, "fixed", code="A", amount_minor=9000),
    ]

    outcome = best(rules, CART)

    assert sum(each.minor for each in outcome.taken) == CART.subtotal_minor
    assert outcome.refused == {"A": Obstacle("better")}


def test_minimum_spend_counts_the_goods_before_discounts():
    automatic = Rule(1, "fixed", amount_minor=2000)
    code = Rule(2, "percent", code="A", basis_points=1000, min_spend_minor=5700)

    assert best([automatic, code], CART).refused == {}


@given(st.integers(0, 2**40))
@settings(max_examples=300, deadline=None)
def test_every_made_up_cart_adds_up(seed):
    assert carts_sum.drift(carts_sum.made(seed)) == []


@given(st.integers(0, 2**40))
@settings(max_examples=100, deadline=None)
def test_a_discount_never_makes_a_cart_dearer(seed):
    cart = carts_sum.made(seed)

    assert (
        cart.sums.goods_minor + cart.sums.shipping_minor
        <= cart.sums.subtotal_minor + cart.delivery_minor
    )


def test_the_sum_check_notices_a_lost_cent():
    cart = carts_sum.made(7)
    broken = replace(cart, sums=replace(cart.sums, shipping_minor=cart.sums.shipping_minor + 1))

    assert carts_sum.drift(broken) != []


def test_the_sum_check_notices_a_float():
    cart = carts_sum.made(7)

    assert carts_sum.drift(
        replace(cart, sums=replace(cart.sums, gift_minor=float(cart.sums.gift_minor)))
    )
