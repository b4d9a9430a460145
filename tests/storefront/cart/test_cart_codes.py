"""Codes in the cart and the checkout: used, explained, taken out, and never a surprise."""

import re

import pytest
from sqlalchemy import select, update

from storefront.cart.models import Cart
from storefront.catalog.models import Variant
from storefront.orders.models import Order
from storefront.pricing import gift_cards
from storefront.pricing.models import Promotion
from tests.makers import BUYER, check_out, make_code, make_product, make_promotion


@pytest.fixture
def cart(client, db):
    """A cart with one roller for 24.00, and delivery for 3.90."""
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    return client


def use(client, code, **more):
    answer = client.post("/cart/codes", data={"code": code, "action": "code"} | more)
    return client.get("/cart").text if answer.status_code == 303 else answer.text


def codes(db):
    db.rollback()
    return db.scalars(select(Cart.codes)).one()


def only(db, model):
    db.rollback()
    return db.scalars(select(model)).one()


@pytest.mark.parametrize(
    "typed", ["WELCOME10", " welcome 10", "Welcome-10", "ＷＥＬＣＯＭＥ１０"]
)
def test_a_code_is_used_however_it_is_typed(cart, db, typed):
    make_code(db, "WELCOME10", name="Welcome", basis_points=1000)
    db.commit()

    page = use(cart, typed)

    assert codes(db) == ["WELCOME10"]
    assert "Welcome, code WELCOME10" in page
    assert "−€2.40" in page
    assert "Check out - €25.50" in page


def test_a_code_can_be_taken_out(cart, db):
    make_code(db, "WELCOME10", basis_points=1000)
    db.commit()
    use(cart, "WELCOME10")

    cart.post("/cart/codes/remove", data={"code": "WELCOME10"})

    assert codes(db) == []
    assert "Check out - €27.90" in cart.get("/cart").text


@pytest.mark.parametrize(
    "typed", ["", "  ", "NOPE", "x" * 5000, "<script>", "'; DROP TABLE", "😀"]
)
def test_what_is_no_code_is_refused_in_a_sentence_and_changes_nothing(cart, db, typed):
    answer = cart.post("/cart/codes", data={"code": typed, "action": "code"})

    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text
    assert "<script>.10" not in answer.text
    assert codes(db) == []


def test_without_a_cart_a_code_is_refused(client, db):
    assert client.post("/cart/codes", data={"code": "X10"}).status_code == 422
    assert client.post("/cart/codes/remove", data={"code": "X10"}).status_code == 303


def test_what_a_code_would_change_is_said_before_it_is_used(cart, db):
    make_code(db, "HALF", basis_points=5000)
    db.commit()

    page = use(cart, "half", action="show")

    assert "You would pay €15.90 instead of €27.90. Delivery stays as it is." in page
    assert codes(db) == []


def test_a_code_for_free_delivery_says_that_delivery_becomes_free(cart, db):
    make_code(db, "POST", kind="free_delivery")
    db.commit()

    assert "Delivery becomes free." in use(cart, "POST", action="show")


def test_a_code_that_needs_more_goods_stays_and_counts_once_they_are_there(cart, db):
    make_code(db, "BIG", name="Big", basis_points=1000, min_spend_minor=4000)
    db.commit()

    page = use(cart, "BIG")
    assert "BIG needs €16.00 more in the cart." in page
    assert codes(db) == ["BIG"]

    cart.post("/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "1"})
    assert "Big, code BIG" in cart.get("/cart").text


def test_a_better_code_takes_the_place_of_the_one_before(cart, db):
    make_code(db, "FIVE", basis_points=500)
    make_code(db, "TEN", basis_points=1000)
    db.commit()
    use(cart, "FIVE")

    use(cart, "TEN")
    page = use(cart, "FIVE")

    assert codes(db) == ["TEN"]
    assert "A better offer counts already" in page


def test_a_gift_card_pays_a_part_and_its_code_is_not_kept(cart, db, app):
    card = gift_cards.issue(db, 1000, app.extensions["storefront"].settings)
    db.commit()

    page = use(cart, card.code)

    assert f"Gift card ending in {card.code[-4:]}" in page
    assert "To pay" in page
    assert "Check out - €17.90" in page
    assert card.code not in str(codes(db))
    assert card.code not in page


def test_a_paid_order_leaves_no_code_in_the_cart(cart, db, gateway, app):
    card = gift_cards.issue(db, 5000, app.extensions["storefront"].settings)
    db.commit()
    use(cart, card.code)

    answer = check_out(cart)

    assert "/orders/" in answer.location
    assert only(db, Order).state == "paid"
    assert codes(db) == []


def test_the_order_page_explains_each_rule(cart, db, gateway):
    make_code(db, "TEN", name="Welcome", basis_points=1000)
    make_promotion(db, kind="free_delivery", name="Free week")
    db.commit()
    use(cart, "TEN")
    check_out(cart, expected_total="2160")

    order = only(db, Order)
    page = cart.get(f"/orders/{order.number}?key={order.key}").text

    assert (order.total_minor, order.discount_minor, order.shipping_minor) == (2160, 240, 0)
    for words in ("€24.00", "Welcome, code TEN", "−€2.40", "Free week", "−€3.90", "€21.60"):
        assert words in page


def test_a_code_in_the_checkout_keeps_what_was_typed_and_places_nothing(cart, db, gateway):
    make_code(db, "TEN", basis_points=1000)
    db.commit()

    answer = check_out(cart, code="ten", expected_total="2790")

    assert answer.status_code == 200
    assert "TEN counts." in answer.text
    assert 'value="Ana Example"' in answer.text
    assert "Pay €25.50" in answer.text
    assert gateway.sessions == {}
    assert check_out(cart, expected_total="2550").status_code == 303


def test_a_code_is_removed_in_the_checkout(cart, db, gateway):
    make_code(db, "TEN", basis_points=1000)
    db.commit()
    use(cart, "TEN")

    answer = check_out(cart, remove_code="TEN")

    assert "Pay €27.90" in answer.text
    assert codes(db) == []


def test_a_code_that_ends_between_cart_and_pay_is_told_before_anything_is_asked(
    cart, db, gateway
):
    make_code(db, "TEN", basis_points=1000)
    db.commit()
    use(cart, "TEN")
    seen = re.search(
        r'name="expected_total"[^>]*value="(\d+)"', cart.get("/checkout").text
    ).group(1)
    db.execute(update(Promotion).values(is_active=False))
    db.commit()

    answer = check_out(cart, expected_total=seen)

    assert answer.status_code == 422
    assert "TEN has ended" in answer.text
    assert "Pay €27.90" in answer.text
    assert gateway.sessions == {}
    assert check_out(cart, expected_total="2790").status_code == 303  # seen, and agreed to


def test_a_price_raised_between_cart_and_pay_is_shown_before_paying(cart, db, gateway):
    db.execute(update(Variant).values(price_minor=2900))
    db.commit()

    answer = check_out(cart, expected_total="2790")

    assert answer.status_code == 409
    assert "€32.90" in answer.text
    assert gateway.sessions == {}


def test_a_price_lowered_between_cart_and_pay_counts_at_once(cart, db, gateway):
    db.execute(update(Variant).values(price_minor=2000))
    db.commit()

    assert "Check out - €23.90" in cart.get("/cart").text
    assert check_out(cart, expected_total="2390").status_code == 303
    assert only(db, Order).total_minor == 2390


EXTRA = [
    {name: value}
    for name in ("price", "unit_price_minor", "total", "total_minor", "currency", "discount", "discount_minor",
                 "shipping_minor", "tax_minor", "gift_minor", "price_list", "email_scope", "codes", "amount",
                 "subtotal_minor", "charge_minor")
    for value in ("1", "-5000")
]  # fmt: skip


@pytest.mark.parametrize("extra", EXTRA, ids=str)
def test_prices_sent_by_the_buyer_are_ignored(client, db, gateway, extra):
    make_product(db)
    db.commit()

    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"} | extra)
    check_out(client, **extra)

    [session] = gateway.sessions.values()
    assert (session.amount_minor, session.currency) == (2790, "EUR")


@pytest.mark.parametrize("extra", EXTRA[::2], ids=str)
def test_prices_sent_to_the_api_are_refused_or_ignored(client, db, gateway, extra):
    make_product(db)
    db.commit()
    address = {name: BUYER[name] for name in ("line1", "city", "postal_code", "country")}
    wish = {
        "items": [{"sku": "ROLL-MINI-M", "quantity": 1}],
        "email": BUYER["email"],
        "name": "Ana",
        "address": address,
    }

    answer = client.post("/api/v1/checkout", json=wish | extra)

    assert answer.status_code in (201, 422)
    assert {each.amount_minor for each in gateway.sessions.values()} <= {2790}
