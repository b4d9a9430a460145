"""The API's checkout and orders: one key, one body, one order."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storefront import clock, database, tokens, web, worker
from storefront.api.models import ApiRequest
from storefront.catalog.models import Variant
from storefront.newsletter.models import SignupRequest
from storefront.orders.models import Order
from storefront.payments.models import PaymentAttempt
from storefront.stock.models import StockLevel
from tests.makers import both, make_kit, make_product

ADDRESS = {"line1": "Way 1", "city": "Berlin", "postal_code": "10115", "country": "DE"}
WISH = {
    "items": [{"sku": "ROLL-MINI-M", "quantity": 2}], "email": "Ana@Example.org",
    "name": "Ana Example", "address": ADDRESS,
}  # fmt: skip
TOTAL = 2 * 2400


@pytest.fixture(autouse=True)
def shelf(app):
    with app.app_context(), database.transaction() as db:
        make_product(db, stock=5)


@pytest.fixture
def post(client, gateway):
    """Send a wish as a program would."""

    def send(wish=WISH, key="k-1", **headers):
        headers |= {"Idempotency-Key": key} if key else {}
        return client.post("/api/v1/checkout", json=wish, headers=headers)

    send.gateway = gateway
    return send


def count(app, model) -> int:
    with app.app_context():
        return database.session().scalar(select(func.count()).select_from(model))


@both
def test_an_order_is_placed_and_leads_to_its_pay_page(app, post):
    answer = post()

    assert answer.status_code == 201
    body = answer.json
    assert set(body) == {"order", "key", "total_minor", "currency", "pay_url", "expires_at"}
    assert body["currency"] == "EUR"
    assert body["pay_url"].startswith("http://127.0.0.1:8001/pay/")
    with app.app_context():
        order = database.session().scalar(select(Order))
        assert (order.number, order.total_minor) == (body["order"], body["total_minor"])
        assert order.subtotal_minor == TOTAL
        assert order.email == "ana@example.org"
        assert database.session().scalar(select(StockLevel.held)) == 2


@both
def test_the_same_key_and_body_give_the_same_answer_and_one_order(app, post):
    first = post()

    again = post(dict(reversed(WISH.items())))  # the same body, written in another order

    assert (again.status_code, again.json) == (201, first.json)
    assert count(app, Order) == count(app, PaymentAttempt) == 1
    assert len(post.gateway.requests) == 1


def test_the_same_key_with_another_body_is_refused(app, post):
    post()

    answer = post(WISH | {"name": "Bo Example"})

    assert answer.status_code == 409
    assert answer.json["code"] == "idempotency_key_reused"
    assert count(app, Order) == 1


def test_without_a_key_each_request_is_an_order(app, post):
    post(key=None)
    post(key=None)

    assert count(app, Order) == 2
    assert count(app, ApiRequest) == 0


def test_a_silent_stripe_is_asked_again_for_the_same_order(app, post):
    post.gateway.is_silent = True
    away = post()
    post.gateway.is_silent = False

    back = post()

    assert away.status_code == 503
    assert int(away.headers["Retry-After"]) > 0
    assert back.status_code == 201
    assert count(app, Order) == 1
    assert len({key for _, key in post.gateway.requests}) == 1


@both
@pytest.mark.parametrize("accident", ["refused", "silent", "expired"])
def test_an_order_that_was_closed_unpaid_does_not_use_its_key_up(app, post, accident):
    post.gateway.refuses, post.gateway.is_silent = accident == "refused", accident == "silent"
    first = post()
    post.gateway.refuses = post.gateway.is_silent = False
    if accident != "refused":
        with app.app_context():
            worker.run("reconcile", clock.now() + timedelta(hours=1))

    second, third = post(), post()

    assert first.status_code == (201 if accident == "expired" else 503)
    assert (second.status_code, third.json) == (201, second.json)
    with app.app_context():
        db = database.session()
        assert db.scalar(select(StockLevel.held)) == 2
        states = select(PaymentAttempt.state).order_by(PaymentAttempt.id)
        closed = "failed" if accident == "refused" else "expired"
        assert db.scalars(states).all() == [closed, "created"]
        page = db.scalars(select(PaymentAttempt.pay_url).order_by(PaymentAttempt.id)).all()[1]
        assert second.json["pay_url"] == page


@both
def test_a_page_whose_time_is_over_is_closed_and_another_order_placed(app, post):
    first = post().json
    [old] = post.gateway.sessions
    with app.app_context(), database.transaction() as db:
        db.scalars(select(PaymentAttempt)).one().expires_at = clock.now()

    second = post()

    assert second.status_code == 201
    assert second.json["order"] != first["order"]
    assert post.gateway.sessions[old].status == "expired"
    with app.app_context():
        assert database.session().scalar(select(StockLevel.held)) == 2


def test_a_paid_order_is_answered_as_it_was(app, post):
    first = post().json
    [page] = post.gateway.sessions
    post.gateway.pay(page)
    with app.app_context():
        worker.run("reconcile", clock.now() + timedelta(hours=1))

    assert post().json == first
    assert count(app, Order) == 1


def test_a_refusal_says_as_data_what_would_mend_it(post):
    few = post(WISH | {"items": [{"sku": "ROLL-MINI-M", "quantity": 6}]}).json["problems"]
    gone = post(WISH | {"items": [{"sku": "NOTHING", "quantity": 1}]}).json["problems"]

    assert [(each["kind"], each["sku"]) for each in few] == [("too_few", "ROLL-MINI-M")]
    assert few[0]["mends"][0] == {"action": "take", "label": "Take 5", "value": "5"}
    assert [(each["kind"], each["sku"]) for each in gone] == [("not_sold", "NOTHING")]


def test_a_refused_order_leaves_its_key_free(app, post):
    wish = WISH | {"items": [{"sku": "ROLL-MINI-M", "quantity": 6}]}

    refused = post(wish)

    assert refused.status_code == 409
    assert refused.json["code"] == "sold_out"
    assert count(app, Order) == count(app, ApiRequest) == 0
    assert post().status_code == 201


def test_a_total_that_the_buyer_did_not_see_is_not_charged(app, post):
    answer = post(WISH | {"expected_total_minor": 1})

    assert answer.status_code == 409
    assert answer.json["code"] == "price_changed"
    assert answer.json["total_minor"] >= TOTAL
    assert count(app, Order) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"items": []}, "items"),
        ({"items": [{"sku": "ROLL-MINI-M", "quantity": 0}]}, "items.0.quantity"),
        ({"items": [{"sku": "ROLL-MINI-M", "quantity": "2"}]}, "items.0.quantity"),
        ({"items": [{"sku": "ROLL-MINI-M", "quantity": 1.5}]}, "items.0.quantity"),
        ({"items": [{"sku": "ROLL-MINI-M", "quantity": True}]}, "items.0.quantity"),
        ({"items": [{"sku": "NOTHING", "quantity": 1}]}, "items"),
        ({"items": [{"sku": "ROLL-MINI-M", "quantity": 60}] * 2}, "items"),
        ({"email": "ana"}, "email"),
        ({"name": " "}, "name"),
        ({"address": ADDRESS | {"country": "XX"}}, "country"),
        ({"address": {"line1": "Way 1"}}, "address.city"),
        ({"consents": {"terms": False}}, "terms"),
        ({"code": "SAVE10"}, "code"),
        ({"price_minor": 1}, "price_minor"),
        ({"name": "x\x00"}, None),
        ({"shipping": "by dragon"}, "shipping"),
    ],
)
def test_what_cannot_be_used_is_named(app, post, change, field):
    answer = post(WISH | change)

    assert answer.status_code == 422
    assert answer.json["code"] == "invalid"
    assert field is None or field in answer.json["fields"]
    assert count(app, Order) == 0


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"items": 1}', b"\xff", b"[" * 500]
)
def test_a_body_that_is_no_wish_is_refused(client, gateway, body):
    answer = client.post("/api/v1/checkout", data=body, content_type="application/json")

    assert answer.status_code == 422
    assert gateway.requests == []


def test_a_key_that_is_too_long_is_refused(post):
    assert post(key="x" * 201).status_code == 422


def test_no_cookie_is_read_and_other_sites_may_ask(app, client, post):
    signer = app.extensions["storefront"].signer
    client.set_cookie(web.CART, signer.sign(web.CART, tokens.key()))

    answer = post(**{"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 201
    assert "Set-Cookie" not in answer.headers
    with app.app_context():
        assert database.session().scalar(select(Order.cart_id)) is None


def test_consent_to_letters_is_a_request_and_never_a_subscription(app, post):
    post(WISH | {"consents": {"terms": True, "newsletter": True}})

    with app.app_context():
        wish = database.session().scalar(select(SignupRequest))
        assert (wish.email, wish.form, wish.confirmed_at) == (
            "ana@example.org",
            "checkout",
            None,
        )


def test_orders_of_one_client_are_bounded(app, post):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"limit_checkout_client": "1/hour"})
    assert post(key=None).status_code == 201

    answer = post(key=None)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


@both
@pytest.mark.usefixtures("gateway")
def test_the_same_key_twice_at_once_places_one_order(app):
    answers = []
    start = threading.Barrier(2)

    def buy() -> None:
        start.wait()
        answer = app.test_client().post(
            "/api/v1/checkout", json=WISH, headers={"Idempotency-Key": "together"}
        )
        answers.append((answer.status_code, answer.json))

    buyers = [threading.Thread(target=buy) for _ in range(2)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()

    assert [status for status, _ in answers] == [201, 201]
    assert answers[0][1] == answers[1][1]
    assert count(app, Order) == 1


def test_an_order_is_told_to_whoever_holds_its_key(client, post):
    placed = post().json

    answer = client.get(f"/api/v1/orders/{placed['order']}?key={placed['key']}")

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.json == {
        "order": placed["order"], "state": "awaiting_payment", "currency": "EUR",
        "total_minor": placed["total_minor"], "paid_minor": 0, "refunded_minor": 0,
        "lines": [
            {"sku": "ROLL-MINI-M", "name": "Mini foam roller, Medium", "quantity": 2,
             "unit_price_minor": 2400, "discount_minor": 0, "total_minor": 4800}
        ],
        "sums": {
            "subtotal_minor": 4800, "discount_minor": 0, "shipping_minor": 0, "tax_minor": 766,
            "tax_added_minor": 0, "gift_minor": 0, "charge_minor": 4800, "explained": [],
        },
        "fulfilments": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "status"), [("?key=wrong", 404), ("?key=", 404), ("", 422), ("?key=%C3%BC", 404)]
)
def test_an_order_without_its_key_is_not_there(client, post, key, status):
    number = post().json["order"]

    assert client.get(f"/api/v1/orders/{number}{key}").status_code == status
    assert client.get(f"/api/v1/orders/NONE-NONE{key}").status_code == status


def test_a_line_keeps_the_pieces_of_the_kit_as_it_was_ordered(app, post):
    with app.app_context(), database.transaction() as db:
        ball = make_product(db, "ball", sku="BALL")
        roller = db.scalars(select(Variant).where(Variant.sku == "ROLL-MINI-M")).one()
        make_kit(db, {roller: 1, ball: 2})
        parts = [[roller.id, 1], [ball.id, 2]]

    assert post(WISH | {"items": [{"sku": "KIT", "quantity": 1}]}).status_code == 201

    with app.app_context():
        line = database.session().scalars(select(Order)).one().lines[0]
        assert line.parts == parts
