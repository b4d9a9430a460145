"""Sums in whole minor units: discounts, taxes, rounding."""

from fractions import Fraction

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as some

from storefront.till import amounts
from storefront.till.amounts import Amounts, Rate
from storefront.till.money import shown
from tests.storefront.till.till_makers import line, press, request_of, shipping

INSIDE_19, ON_TOP_19 = Rate(Fraction(19), True), Rate(Fraction(19), False)


@pytest.mark.parametrize(
    ("subtotal", "discount", "rates", "expected"),
    [
        (1190, 0, [], Amounts(1190, 0, 0, 1190)),
        (1190, 0, [INSIDE_19], Amounts(1190, 0, 190, 1190)),
        (1000, 0, [ON_TOP_19], Amounts(1000, 0, 190, 1190)),
        (1190, 595, [INSIDE_19], Amounts(1190, 595, 95, 595)),
        (50, 0, [Rate(Fraction(1), False)], Amounts(50, 0, 1, 51)),  # half a cent goes up
        (49, 0, [Rate(Fraction(1), False)], Amounts(49, 0, 0, 49)),
        (100, 100, [ON_TOP_19], Amounts(100, 100, 0, 0)),
    ],
)
def test_a_line_comes_to(subtotal, discount, rates, expected):
    assert amounts.line(subtotal, discount, rates) == expected


@given(some.integers(0, 10**8), some.lists(some.integers(0, 10**8), min_size=1, max_size=9))
def test_shares_add_up_to_the_whole(amount, weights):
    parts = amounts.shares(amount, weights)

    assert sum(parts) == (amount if sum(weights) else 0)
    assert all(part >= 0 for part in parts)


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [(2405, "eur", "24.05 EUR"), (5, "usd", "0.05 USD"), (500, "jpy", "500 JPY")],
)
def test_an_amount_is_shown(amount, currency, words):
    assert shown(amount, currency) == words


def test_a_tax_rate_inside_the_price_leaves_the_total_alone(client):
    rate = client.v1.tax_rates.create(
        {"display_name": "VAT", "percentage": "19", "inclusive": True, "country": "DE"}
    )

    session = client.v1.checkout.sessions.create(
        request_of(line_items=[line(1190, 1, tax_rates=[rate.id])], expand=["line_items"])
    )

    assert (session.amount_subtotal, session.amount_total) == (1190, 1190)
    assert session.total_details.amount_tax == 190
    assert session.line_items.data[0].amount_tax == 190
    assert client.v1.tax_rates.retrieve(rate.id).percentage == 19
    assert [one.id for one in client.v1.tax_rates.list({"inclusive": True}).data] == [rate.id]
    assert client.v1.tax_rates.list({"inclusive": False}).data == []


def test_a_coupon_is_split_over_the_lines_and_leaves_delivery_alone(client):
    coupon = client.v1.coupons.create({"percent_off": "10", "duration": "once"})

    session = client.v1.checkout.sessions.create(
        request_of(
            line_items=[line(1001, 1), line(999, 1)],
            discounts=[{"coupon": coupon.id}],
            shipping_options=[shipping(390)],
            expand=["line_items"],
        )
    )

    assert session.total_details.amount_discount == 200
    assert session.amount_total == 2000 - 200 + 390
    assert sum(item.amount_discount for item in session.line_items.data) == 200
    press(session.url)
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert paid.payment_intent.amount_received == 2190


def test_a_coupon_of_everything_needs_no_payment(client):
    coupon = client.v1.coupons.create(
        {"id": "ALL", "amount_off": 99999, "currency": "eur", "duration": "once"}
    )

    session = client.v1.checkout.sessions.create(request_of(discounts=[{"coupon": coupon.id}]))
    press(session.url, card_number="")

    assert session.amount_total == 0
    done = client.v1.checkout.sessions.retrieve(session.id)
    assert (done.payment_status, done.discounts[0].coupon) == ("no_payment_required", "ALL")
    assert client.v1.coupons.retrieve("ALL").amount_off == 99999


@pytest.mark.parametrize(
    "asked",
    [
        {"percent_off": "101", "duration": "once"},
        {"percent_off": "ten", "duration": "once"},
        {"percent_off": "10", "amount_off": 5, "duration": "once"},
        {"amount_off": 5, "duration": "once"},
        {"amount_off": 0, "currency": "eur", "duration": "once"},
        {"percent_off": "10", "duration": "sometimes"},
        {"percent_off": "10", "duration": "once", "applies_to": {"products": ["p"]}},
        {"percent_off": "1e99999999", "duration": "once"},
    ],
)
def test_a_coupon_that_makes_no_sense_is_refused(standing_client, asked):
    with pytest.raises(stripe.InvalidRequestError):
        standing_client.v1.coupons.create(asked)


def test_prices_with_decimals_are_rounded_for_the_whole_line(client):
    item = line(quantity=3)
    item["price_data"].pop("unit_amount")
    item["price_data"]["unit_amount_decimal"] = "33.5"

    session = client.v1.checkout.sessions.create(request_of(line_items=[item]))

    assert session.amount_total == 101
