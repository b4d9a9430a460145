"""What buyers, programs and bad luck do to cart and checkout: the amount asked is the catalogue's."""

import pytest
from sqlalchemy import event, select, update

from storefront import worker
from storefront.cart.models import CartLine
from storefront.catalog.models import Variant
from storefront.orders.models import Order
from storefront.payments import ledger
from storefront.payments.gateway import GatewayRefused, GatewayUnavailable
from storefront.payments.models import PaymentAttempt
from storefront.stock.models import StockLevel
from tests.makers import BUYER, both, check_out, make_product
from tests.storefront.checkout.test_at_once import at_once, count, same_browser

AMOUNTS = (
    "price", "price_minor", "unit_price", "unit_price_minor", "amount", "amount_minor", "total",
    "total_minor", "subtotal_minor", "discount", "discount_minor", "currency", "shipping_minor",
    "tax_minor", "gift_minor", "agreed_price_minor",
)  # fmt: skip
WISH = {
    "items": [{"sku": "ROLL-MINI-M", "quantity": 1}], "email": "ana@example.org", "name": "Ana",
    "address": {"line1": "Way 1", "city": "Berlin", "postal_code": "10115", "country": "DE"},
}  # fmt: skip


@pytest.fixture
def cart(client, db, gateway):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    return client


def asked(gateway):
    """Tell what Stripe was asked to charge."""
    [(request, _key)] = gateway.requests
    goods = sum(
        item["quantity"] * item["price_data"]["unit_amount"] for item in request["line_items"]
    )
    [option] = request["shipping_options"]
    currency = {item["price_data"]["currency"] for item in request["line_items"]}
    return goods, option["shipping_rate_data"]["fixed_amount"]["amount"], currency


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_price_in_a_form_is_never_read(client, db, gateway, name):
    make_product(db)
    db.commit()
    value = "USD" if name == "currency" else "1"

    client.post("/cart/lines", data={"sku": "ROLL-MINI-M", name: value})
    answer = check_out(client, **{name: value})

    assert answer.status_code == 303
    assert asked(gateway) == (2400, 390, {"eur"})


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_price_in_json_is_refused(client, db, gateway, name):
    make_product(db)
    db.commit()
    line = WISH | {"items": [WISH["items"][0] | {name: 1}]}

    answers = [client.post("/api/v1/checkout", json=wish) for wish in (WISH | {name: 1}, line)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert gateway.requests == []


def test_saying_yes_to_a_price_of_ones_own_buys_nothing_cheaper(cart, db, gateway):
    line_id = db.scalars(select(CartLine.id)).one()
    cart.post(f"/cart/lines/{line_id}", data={"action": "accept", "value": "1"})

    refused = check_out(cart)

    assert refused.status_code == 409
    assert gateway.requests == []


@pytest.mark.parametrize(
    "quantity",
    [
        "-1",
        "0",
        "1.5",
        "1e3",
        "1" + "0" * 40,
        " 1",
        "1 ",
        "+1",
        "\u0661",
        "NaN",
        "null",
        "",
        "0x1",
        "1,0",
    ],
)
def test_a_quantity_that_is_none_is_refused_on_every_way_in(cart, db, quantity):
    line_id = db.scalars(select(CartLine.id)).one()
    ways = [
        ("/cart/lines", {"sku": "ROLL-MINI-M", "quantity": quantity}),
        (
            f"/cart/lines/{line_id}",
            {"quantity": quantity} if quantity != "0" else {"quantity": "00x"},
        ),
        (f"/cart/lines/{line_id}", {"action": "take", "value": quantity}),
        ("/cart/add", {"sku": f"ROLL-MINI-M:{quantity}"}),
        ("/checkout", BUYER | {"mend": f"take:{line_id}:{quantity}"}),
    ]

    statuses = [cart.post(url, data=form).status_code for url, form in ways]

    assert statuses == [422] * 5
    db.rollback()
    assert db.scalars(select(CartLine.quantity)).all() == [1]


@both
def test_twenty_presses_at_once_make_one_order_and_one_session(app, client, db, gateway):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    tabs = [same_browser(app, client) for _ in range(20)]

    answers = at_once(*(lambda tab=tab: check_out(tab) for tab in tabs))

    assert [answer.status_code for answer in answers] == [303] * 20
    assert len({answer.location for answer in answers}) == 1
    assert (count(db, Order), count(db, PaymentAttempt), len(gateway.sessions)) == (1, 1, 1)
    assert db.scalar(select(StockLevel.held)) == 1


@both
def test_what_is_charged_is_the_order_that_the_pay_page_showed(app, client, db, gateway):
    make_product(db)
    make_product(db, "strap", sku="STRAP", price_minor=1400)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    [opened] = gateway.sessions
    tab = same_browser(app, client)
    tab.post("/cart/lines", data={"sku": "STRAP"})
    gateway.pay(opened)

    client.get(db.scalars(select(PaymentAttempt)).one().request["success_url"])

    db.rollback()
    order = db.scalars(select(Order)).one()
    assert (order.state, order.paid_minor) == ("paid", gateway.sessions[opened].amount_minor)
    assert [line.sku for line in order.lines] == ["ROLL-MINI-M"]
    left = db.scalars(select(CartLine)).all()
    assert [line.variant.sku for line in left] == ["STRAP"]
    assert ledger.problems(db) == []


@both
def test_a_price_that_changes_while_the_pay_page_is_open_changes_no_order(client, db, gateway):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    db.execute(update(Variant).values(price_minor=9900))
    db.commit()
    [opened] = gateway.sessions
    gateway.pay(opened)

    client.get(db.scalars(select(PaymentAttempt)).one().request["success_url"])

    db.rollback()
    order = db.scalars(select(Order)).one()
    assert (order.state, order.total_minor, order.paid_minor) == ("paid", 2790, 2790)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_product_that_is_taken_off_the_shelf_breaks_no_page(client, db, gateway, when):
    roller = make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    if when == "after":
        check_out(client)
    roller.product.is_published = False
    db.commit()

    pages = [client.get(path).status_code for path in ("/cart", "/checkout")]
    refused = check_out(client, city="Bremen")

    assert pages == [200, 303]
    assert refused.status_code == 422
    if when == "after":
        attempt = db.scalars(select(PaymentAttempt)).first()
        order = attempt.order
        page = client.get(f"/orders/{order.number}?key={order.key}")
        assert (page.status_code, "Mini foam roller" in page.text) == (200, True)


def test_a_buyer_who_lost_every_cookie_finds_the_order_by_its_link(app, cart, db, gateway):
    check_out(cart)
    [opened] = gateway.sessions
    gateway.pay(opened)
    url = db.scalars(select(PaymentAttempt)).one().request["success_url"]

    page = app.test_client().get(url)

    assert page.status_code == 200
    assert "Thank you, it is paid" in page.text
    with app.app_context():
        worker.run("mail")
        letters = app.extensions["storefront"].transport.letters(to="ana@example.org")
    assert any(url in letter["text"] for letter in letters)


def test_a_stranger_costs_the_carts_nothing(app, client, db):
    make_product(db)
    db.commit()
    asked = []
    engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    pages = [client.get(path) for path in ("/", "/shop/", "/shop/mini-foam-roller", "/cart")]

    assert [page.status_code for page in pages] == [200] * 4
    assert [page.headers.get("Set-Cookie") for page in pages] == [None] * 4
    assert asked
    assert not any("storefront_cart" in statement for statement in asked)


@pytest.mark.parametrize("error", [GatewayRefused, GatewayUnavailable])
def test_a_developer_is_told_what_to_do_about_the_pay_page(cart, gateway, monkeypatch, error):
    refused = error("expires_at")
    refused.hint = "Put the till's clock back."

    def refuse(*_):
        raise refused

    monkeypatch.setattr(gateway, "start_checkout", refuse)

    page = check_out(cart)

    assert page.status_code == 503
    assert "Put the till&#39;s clock back." in page.text
