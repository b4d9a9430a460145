"""Where tax comes on top of the prices, cart, order, request and payment say the same."""

import pytest
from sqlalchemy import select

from storefront.orders.models import Order
from storefront.payments import ledger, settle
from storefront.payments.models import PaymentAttempt
from storefront.pricing import gift_cards
from tests.makers import both, check_out, make_code, make_product


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"tax_exclusive_countries": ("DE",)})


@pytest.fixture
def cart(client, db, gateway):
    make_product(db)
    make_code(db, "TEN", name="Welcome", basis_points=1000)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    client.post("/cart/codes", data={"code": "TEN"})
    return client


@both
def test_tax_on_top_is_asked_paid_and_booked(cart, db, gateway, settings):
    page = cart.get("/cart").text
    assert "VAT 19 %" in page
    assert "including VAT" not in page
    assert "Check out - €30.35" in page  # 24.00 - 2.40 + 3.90 = 25.50, and 19 % of it

    check_out(cart, expected_total="3035")
    attempt = db.scalars(select(PaymentAttempt)).one()
    attempt_id = attempt.id
    gateway.pay(attempt.session_id)
    db.rollback()
    settle.settle(attempt_id, gateway, settings)

    db.rollback()
    order = db.scalars(select(Order)).one()
    assert (order.state, order.paid_minor) == ("paid", 3035)
    assert (order.tax_added_minor, order.tax_minor, order.lines[0].tax_minor) == (485, 485, 411)
    assert ledger.problems(db) == []


@both
def test_a_gift_card_pays_the_tax_on_top_too(cart, db, gateway, settings):
    card = gift_cards.issue(db, 10_000, settings)
    db.commit()
    cart.post("/cart/codes", data={"code": card.code})

    check_out(cart, expected_total="0")

    db.rollback()
    order = db.scalars(select(Order)).one()
    assert (order.state, order.gift_minor, order.charge_minor) == ("paid", 3035, 0)
    assert gateway.requests == []
    assert ledger.problems(db) == []
