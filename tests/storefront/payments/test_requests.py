"""Whatever takes something off an order, the pay page asks for exactly the rest."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront import clock
from storefront.orders.models import Order, OrderLine
from storefront.payments.requests import checkout_request


def order_of(units, *, discount=0, shipping=0, tax=0, gift=0):
    """Make an order in memory: the whole discount on the first lines that can carry it."""
    order = Order(number="A-1", email="ana@example.org", currency="EUR", shipping_minor=shipping,
                  subtotal_minor=sum(units), discount_minor=discount, tax_added_minor=tax,
                  gift_minor=gift)  # fmt: skip
    order.total_minor = sum(units) - discount + shipping + tax
    order.lines = [
        OrderLine(sku=f"S-{n}", name="Tool", quantity=1, unit_price_minor=unit)
        for n, unit in enumerate(units)
    ]
    return order


def request_of(order, **more):
    return checkout_request(
        order, "ref", expires_at=clock.now() + timedelta(minutes=40), success_url="http://s",
        cancel_url="http://c", delivery="Standard", **more,
    )  # fmt: skip


def charged(request):
    goods = sum(
        item["price_data"]["unit_amount"] * item["quantity"] for item in request["line_items"]
    )
    off = request.get("coupon", {}).get("amount_off", 0)
    [option] = request["shipping_options"]
    freight = option["shipping_rate_data"]["fixed_amount"]["amount"]
    assert 0 <= off <= goods
    assert freight >= 0
    return goods - off + freight


@st.composite
def orders(draw):
    amounts = st.integers(0, 100_000)
    units = draw(st.lists(st.integers(1, 100_000), min_size=1, max_size=5))
    shipping, tax = draw(amounts), draw(amounts)
    discount = draw(st.integers(0, sum(units)))
    total = sum(units) - discount + shipping + tax
    gift = draw(st.integers(0, total))
    return order_of(units, discount=discount, shipping=shipping, tax=tax, gift=gift)


@given(order=orders())
def test_the_pay_page_charges_what_gift_cards_leave_of_the_total(order):
    assert charged(request_of(order)) == order.charge_minor


def test_an_order_at_its_full_price_has_no_coupon():
    request = request_of(order_of([2400], shipping=390))

    assert "coupon" not in request
    assert "discounts" not in request


@pytest.mark.parametrize(
    ("discount", "gift", "name"),
    [(100, 0, "Discount"), (0, 100, "Gift card"), (100, 100, "Discount and gift card")],
)
def test_the_coupon_says_what_it_is(discount, gift, name):
    request = request_of(order_of([2400], discount=discount, gift=gift))

    assert request["coupon"]["name"].casefold() == name.casefold()
    assert request["discounts"] == [{"coupon": request["coupon"]["id"]}]


def test_stripe_works_the_tax_out_only_when_it_is_asked_to():
    order = order_of([2400])

    assert "automatic_tax" not in request_of(order)
    assert request_of(order, automatic_tax=True)["automatic_tax"] == {"enabled": True}
