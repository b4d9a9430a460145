"""The checkout page: one form, the total on its button, nothing typed is ever lost."""

import re

import pytest
from sqlalchemy import func, select, update

from storefront.cart.models import CartLine
from storefront.catalog.models import Variant
from storefront.newsletter.models import SignupRequest
from storefront.orders.models import Order
from storefront.payments.models import PaymentAttempt
from storefront.stock.models import StockHold, StockLevel
from tests.makers import BUYER, both, check_out, make_product, make_promotion


@pytest.fixture
def cart(client, db):
    make_product(db, components=("mini-roller",))
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M", "for_routine": "calf"})
    return client


def count(db, model):
    db.rollback()
    return db.scalar(select(func.count()).select_from(model))


def only(db, model):
    db.rollback()
    return db.scalars(select(model)).one()


def test_an_empty_cart_has_no_checkout(client):
    assert client.get("/checkout").location == "/cart"


def test_the_page_names_its_total_and_its_fields(cart):
    page = cart.get("/checkout").text

    assert "Pay €27.90" in page
    for token in ("email", "shipping name", "shipping country", "shipping address-line1",
                  "shipping address-line2", "shipping postal-code", "shipping address-level2"):  # fmt: skip
        assert f'autocomplete="{token}"' in page
    assert 'type="tel"' not in page
    assert 'name="expected_total"' in page
    assert not re.search(r'name="(terms|newsletter)"[^>]*checked', page)


def test_what_cannot_be_bought_is_shown_in_the_cart_first(cart, db):
    db.execute(StockLevel.__table__.update().values(on_hand=0))
    db.commit()

    assert cart.get("/checkout").location == "/cart"


def test_another_country_changes_delivery_tax_and_total(cart, gateway):
    page = cart.post("/checkout", data=BUYER | {"country": "FI", "action": "update"})

    assert page.status_code == 200
    assert "Pay €31.90" in page.text
    assert "including VAT 25.5 %" in page.text
    assert "Express" not in page.text
    assert gateway.requests == []


@both
@pytest.mark.usefixtures("gateway")
def test_the_form_places_an_order_and_leads_to_the_pay_page(client, db):
    make_product(db, components=("mini-roller",))
    db.commit()
    client.post(
        "/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": 2, "for_routine": "calf"}
    )

    answer = check_out(client, line2="2nd floor", expected_total="4800")

    order, attempt = only(db, Order), only(db, PaymentAttempt)
    assert answer.status_code == 303
    assert (
        answer.location == attempt.pay_url == f"http://127.0.0.1:8001/pay/{attempt.session_id}"
    )
    assert (order.state, attempt.state) == ("awaiting_payment", "created")
    assert (order.subtotal_minor, order.shipping_minor, order.total_minor) == (4800, 0, 4800)
    assert order.tax_minor == 766
    assert order.address["line2"] == "2nd floor"
    line = order.lines[0]
    assert (line.quantity, line.name, line.components) == (
        2, "Mini foam roller, Medium", ["mini-roller"],
    )  # fmt: skip
    assert line.for_routine == "calf"
    assert only(db, StockHold).quantity == 2


def test_what_is_asked_of_stripe_is_stored_whole(cart, db, gateway):
    check_out(cart)

    attempt = only(db, PaymentAttempt)
    request, key = gateway.requests[0]
    assert (request, key) == (attempt.request, attempt.idempotency_key)
    assert request["client_reference_id"] == attempt.reference
    assert request["expires_at"] == int(attempt.expires_at.timestamp())
    assert request["success_url"].endswith(f"key={attempt.order.key}")
    assert request["cancel_url"].endswith("/checkout?back=1")
    assert request["adaptive_pricing"] == {"enabled": False}
    assert "consent_collection" not in request
    amount = request["shipping_options"][0]["shipping_rate_data"]["fixed_amount"]
    assert amount == {"amount": 390, "currency": "eur"}


@both
def test_pressing_twice_makes_one_order_and_one_session(client, db, gateway):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})

    first, second = check_out(client), check_out(client)

    assert first.location == second.location
    assert (count(db, Order), len(gateway.sessions)) == (1, 1)
    assert only(db, StockLevel).held == 1


@both
def test_a_changed_cart_makes_a_new_order_and_closes_the_old_page(client, db, gateway):
    make_product(db, stock=1)
    make_product(db, "strap", sku="STRAP")
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    client.post("/cart/lines", data={"sku": "STRAP"})

    answer = check_out(client)

    db.rollback()
    old, new = db.scalars(select(PaymentAttempt).order_by(PaymentAttempt.id))
    assert (old.state, old.order.state) == ("superseded", "cancelled")
    assert gateway.sessions[old.session_id].status == "expired"
    assert answer.location == new.pay_url
    assert len(new.order.lines) == 2
    held = select(func.sum(StockLevel.held))
    assert db.scalar(held) == 2


def test_other_details_make_a_new_order_of_the_same_cart(cart, db, gateway):
    check_out(cart)

    check_out(cart, line1="Another way 2")

    db.rollback()
    old, new = db.scalars(select(Order).order_by(Order.id))
    assert (old.state, new.address["line1"]) == ("cancelled", "Another way 2")
    assert old.cart_version != new.cart_version
    assert len(gateway.sessions) == 2


def test_an_old_order_that_was_paid_meanwhile_is_shown_instead(cart, db, gateway):
    check_out(cart)
    paid = only(db, PaymentAttempt)
    gateway.pay(paid.session_id)

    answer = check_out(cart, line1="Another way 2")

    order = only(db, Order)
    assert order.state == "paid"
    assert f"/orders/{order.number}" in answer.location


def test_a_silent_pay_page_charges_nothing_and_may_be_tried_again(cart, db, gateway):
    gateway.is_silent = True

    silent = check_out(cart)

    assert silent.status_code == 503
    assert silent.headers["Retry-After"] == "5"
    assert "Nothing was charged" in silent.text
    assert 'value="Ana Example"' in silent.text
    assert only(db, PaymentAttempt).state == "prepared"

    gateway.is_silent = False
    again = check_out(cart)

    assert again.status_code == 303
    assert gateway.requests[0] == gateway.requests[1]
    assert count(db, Order) == 1


def test_a_refused_request_gives_the_pieces_back(cart, db, gateway):
    gateway.refuses = True

    refused = check_out(cart)

    assert refused.status_code == 503
    assert only(db, PaymentAttempt).state == "failed"
    assert only(db, StockLevel).held == 0
    gateway.refuses = False
    assert check_out(cart).status_code == 303


@pytest.mark.usefixtures("gateway")
def test_a_lower_price_needs_another_press(cart, db):
    db.execute(update(Variant).values(price_minor=2300))
    db.commit()

    changed = check_out(cart, expected_total="2790")

    assert changed.status_code == 409
    assert "The total has changed" in changed.text
    assert "now costs €23.00 instead of €24.00" in changed.text
    assert "Pay €26.90" in changed.text
    assert 'value="2690"' in changed.text
    assert count(db, Order) == 0
    assert check_out(cart, expected_total="2690").status_code == 303


@both
@pytest.mark.usefixtures("gateway")
def test_a_higher_price_needs_a_visible_yes(client, db):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    db.execute(update(Variant).values(price_minor=2500))
    db.commit()
    line_id = only(db, CartLine).id

    refused = check_out(client, expected_total="2890")

    assert refused.status_code == 409
    assert "now costs €25.00. It was €24.00 when you put it in" in refused.text
    assert f'value="accept:{line_id}:2500"' in refused.text
    assert client.get("/checkout").location == "/cart"
    mended = client.post(
        "/checkout", data=BUYER | {"mend": f"accept:{line_id}:2500", "city": "Bremen"}
    )
    assert (mended.status_code, 'value="Bremen"' in mended.text) == (200, True)
    assert only(db, CartLine).agreed_price_minor == 2500
    assert check_out(client, expected_total="2890").status_code == 303


@pytest.mark.usefixtures("gateway")
def test_a_yes_to_yesterdays_price_is_no_yes(cart, db):
    line_id = only(db, CartLine).id
    db.execute(update(Variant).values(price_minor=2600))
    db.commit()

    page = cart.post("/checkout", data=BUYER | {"mend": f"accept:{line_id}:2500"})

    assert "now costs €26.00. It was €25.00" in page.text
    assert check_out(cart).status_code == 409


@pytest.mark.parametrize(
    "mend", ["", "x", "take:0:1", "take:1", "burn:1:1", "accept:1:1e3", "take:1:\u0661"]
)
def test_a_mend_that_is_none_changes_nothing(cart, db, mend):
    refused = cart.post("/checkout", data=BUYER | {"mend": mend})

    assert refused.status_code == 422
    assert 'value="10115"' in refused.text
    assert only(db, CartLine).quantity == 1


@pytest.mark.usefixtures("gateway")
def test_what_is_short_is_mended_without_leaving_the_checkout(cart, db):
    line_id = only(db, CartLine).id
    cart.post(f"/cart/lines/{line_id}", data={"quantity": "3"})
    db.execute(update(StockLevel).values(on_hand=2))
    db.commit()

    refused = check_out(cart)
    mended = cart.post("/checkout", data=BUYER | {"mend": f"take:{line_id}:2"})

    assert refused.status_code == 409
    assert f'value="take:{line_id}:2"' in refused.text
    assert 'name="city" required type="text" value="Berlin"' in mended.text
    assert only(db, CartLine).quantity == 2
    assert check_out(cart).status_code == 303


@pytest.mark.usefixtures("gateway")
def test_the_last_piece_is_ordered_by_one_buyer(app, db):
    make_product(db, stock=1)
    db.commit()
    buyers = [app.test_client(), app.test_client()]
    for buyer in buyers:
        buyer.post("/cart/lines", data={"sku": "ROLL-MINI-M"})

    answers = [check_out(buyer).status_code for buyer in buyers]

    assert answers == [303, 409]
    assert count(db, Order) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "nobody"}, "Enter an address such as"),
        ({"name": "  "}, "Enter the name for the parcel"),
        ({"line1": None}, "Enter street and number"),
        ({"city": "x" * 101}, "At most 100 characters"),
        ({"postal_code": "1011"}, "This is no postal code of Germany. It looks like 26133."),
        ({"country": "IT", "postal_code": "00144"}, "Choose the province."),
        ({"gift_note": "x" * 501}, "At most 500 characters"),
        ({"country": "US"}, "We do not deliver to this country yet"),
        ({"shipping": "balloon"}, "Choose one of the ways to deliver"),
        ({"terms": None}, "Agree to the terms"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(cart, db, gateway, fields, sentence):
    refused = check_out(cart, **fields)

    assert refused.status_code == 422
    assert sentence in refused.text
    assert "Error:" in refused.text
    assert 'value="Ana Example"' in refused.text or "name" in fields
    assert (count(db, Order), gateway.requests) == (0, [])


def test_every_error_is_linked_to_its_field_and_none_is_folded_away(cart):
    page = check_out(cart, email="", line1="", gift_note="x" * 501).text

    for name in ("email", "line1", "gift_note"):
        assert f'<a href="#{name}">' in page
        assert re.search(rf'aria-describedby="[^"]*{name}-error"[^>]*id="{name}"', page)
        assert f'id="{name}-error"' in page
    assert 'tabindex="-1" autofocus' in page
    assert re.search(r'<details class="fold" open>', page)


def test_the_form_asks_what_the_chosen_country_asks(cart):
    page = cart.post("/checkout", data=BUYER | {"country": "IT", "action": "update"}).text

    assert "Province" in page
    assert '<option value="RM">Roma</option>' in page
    assert 'autocomplete="shipping address-level1"' in page
    irish = cart.post("/checkout", data=BUYER | {"country": "IE", "action": "update"}).text
    assert "Eircode" in irish
    assert irish.index('name="city"') < irish.index('name="postal_code"')


@pytest.mark.usefixtures("gateway")
def test_a_region_is_kept_with_the_address(cart, db):
    check_out(cart, country="IT", postal_code="00144", city="Roma", region="roma")

    assert only(db, Order).address == {
        "line1": "Way 1", "line2": "", "postal_code": "00144", "city": "Roma", "region": "RM",
        "country": "IT",
    }  # fmt: skip


@pytest.mark.usefixtures("gateway")
def test_a_gift_note_goes_with_the_order(cart, db):
    check_out(cart, gift_note="Get well soon.\r\nYours, B. <3", is_gift="y")

    order = only(db, Order)
    page = cart.get(f"/orders/{order.number}?key={order.key}").text
    assert (order.gift_note, order.is_gift) == ("Get well soon.\nYours, B. <3", True)
    assert "Yours, B. &lt;3" in page
    assert "the slip in the parcel shows no prices" in page


@pytest.mark.usefixtures("gateway")
def test_the_newsletter_asks_for_a_confirmation_of_its_own(cart, db):
    check_out(cart, newsletter="y")

    assert only(db, Order).wants_newsletter
    assert only(db, SignupRequest).email == "ana@example.org"


@pytest.mark.usefixtures("gateway")
def test_without_the_tick_nobody_is_signed_up(cart, db):
    check_out(cart)

    assert not only(db, Order).wants_newsletter
    assert count(db, SignupRequest) == 0


@both
def test_an_order_with_nothing_to_pay_never_meets_stripe(client, db, gateway):
    make_promotion(db, kind="free_delivery")
    make_product(db, price_minor=0)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})

    answer = check_out(client)

    order = only(db, Order)
    assert (order.total_minor, order.state) == (0, "paid")
    assert only(db, PaymentAttempt).state == "no_payment_required"
    assert only(db, StockLevel).on_hand == 9
    assert f"/orders/{order.number}" in answer.location
    assert gateway.requests == []


@pytest.mark.usefixtures("gateway")
def test_coming_back_without_paying_finds_the_cart(cart):
    check_out(cart)

    page = cart.get("/checkout?back=1")

    assert page.status_code == 200
    assert "Nothing was charged, and your cart is as you left it" in page.text


@pytest.mark.usefixtures("gateway")
def test_too_many_orders_from_one_client_are_put_off(app, cart):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"limit_checkout_client": "1/hour"})
    first = check_out(cart)

    refused = check_out(cart, city="Bremen")

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert 'value="Bremen"' in refused.text
    assert check_out(cart).location == first.location


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("total", ["", "27.90", "x", "-1", "9" * 11])
def test_a_total_that_cannot_be_read_is_never_taken_as_agreed(cart, db, total):
    refused = check_out(cart, expected_total=total)

    assert refused.status_code == 409
    assert "Pay €27.90" in refused.text
    assert 'value="10115"' in refused.text
    assert count(db, Order) == 0


@both
def test_a_bank_debit_under_way_does_not_keep_the_next_thing_from_being_bought(
    client, db, gateway
):
    make_product(db)
    make_product(db, "strap", sku="STRAP")
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    [debited] = gateway.sessions
    gateway.change(debited, status="complete", is_processing=True)
    order = only(db, Order)
    client.get(f"/orders/{order.number}?key={order.key}")

    client.post("/cart/lines", data={"sku": "STRAP"})
    answer = check_out(client)

    db.rollback()
    first, second = db.scalars(select(Order).order_by(Order.id))
    assert (first.state, second.state) == ("processing", "awaiting_payment")
    assert [line.sku for line in second.lines] == ["STRAP"]
    assert (
        answer.location
        == db.scalars(select(PaymentAttempt.pay_url).order_by(PaymentAttempt.id.desc())).first()
    )


@both
def test_a_page_that_stripe_has_forgotten_is_replaced(client, db, gateway):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    gateway.sessions.clear()

    answer = check_out(client, line1="Another way 2")

    assert answer.status_code == 303
    db.rollback()
    assert db.scalars(select(Order.state).order_by(Order.id)).all() == [
        "cancelled", "awaiting_payment",
    ]  # fmt: skip
    assert only(db, StockLevel).held == 1


@both
def test_what_was_paid_leaves_the_cart_and_what_came_later_stays(client, db, gateway):
    make_product(db)
    make_product(db, "strap", sku="STRAP")
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    [opened] = gateway.sessions
    order = only(db, Order)
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "2"})
    client.post("/cart/lines", data={"sku": "STRAP"})
    before = {line.variant_id: line.quantity for line in db.scalars(select(CartLine))}

    gateway.pay(opened)
    client.get(f"/orders/{order.number}?key={order.key}")

    db.rollback()
    roller = order.lines[0].variant_id
    after = {line.variant_id: line.quantity for line in db.scalars(select(CartLine))}
    assert after == before | {roller: before[roller] - 1}
    assert only(db, Order).state == "paid"
