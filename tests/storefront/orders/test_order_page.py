"""The order page: its key opens it, it says plainly how the order stands."""

import pytest
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storefront.hooks import PageSection, hookimpl
from storefront.orders.models import Order
from storefront.orders.states import ORDER_MOVES
from tests.makers import both, check_out, make_order, make_product


@pytest.fixture
def order(client, db, gateway):
    assert gateway.sessions == {}
    make_product(db, components=("mini-roller",))
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    return db.scalars(select(Order)).one()


def page_of(client, order, key=None):
    return client.get(f"/orders/{order.number}?key={key or order.key}")


def test_a_paid_order_says_so_and_the_cart_is_empty(client, order, gateway):
    [session_id] = gateway.sessions
    gateway.pay(session_id)

    page = page_of(client, order)

    assert page.status_code == 200
    assert "Thank you, it is paid" in page.text
    assert order.number in page.text
    assert "€27.90" in page.text
    assert "Germany" in page.text
    assert "Nothing in it yet" in client.get("/cart").text


def test_an_order_cancelled_before_it_was_paid_is_not_called_replaced(client, order):
    client.post(f"/orders/{order.number}/cancel", data={"key": order.key})

    text = page_of(client, order).text

    assert "It was taken back or replaced before it was paid." in text
    assert "You changed your cart" not in text


def test_an_open_order_is_checked_once_and_renews_itself(client, order, gateway):
    page = page_of(client, order)

    assert "This order is not paid yet" in page.text
    assert 'http-equiv="refresh"' in page.text
    assert gateway.reads == 1
    assert 'data-cart-items="1"' in client.get("/cart").text


def test_without_an_answer_the_page_still_stands(client, order, gateway):
    gateway.is_silent = True

    page = page_of(client, order)

    assert page.status_code == 200
    assert "We are checking your payment" in page.text


@pytest.mark.parametrize("state", sorted(ORDER_MOVES))
def test_every_state_is_said_in_words(app, db, state):
    order = make_order(db, state=state)
    db.commit()

    page = page_of(app.test_client(), order)

    assert page.status_code == 200
    assert state not in page.text.replace(f'data-order-state="{state}"', "") or state == "paid"


@pytest.mark.parametrize("key", ["x", "", "é", "a" * 3000])
def test_a_wrong_key_and_a_wrong_number_look_the_same(app, order, key):
    stranger = app.test_client()
    wrong_key = stranger.get(f"/orders/{order.number}", query_string={"key": key})
    wrong_number = stranger.get("/orders/0000-0000", query_string={"key": key})

    assert (wrong_key.status_code, wrong_number.status_code) == (404, 404)
    assert wrong_key.text.replace(order.number, "0000-0000") == wrong_number.text


def test_the_page_is_nobody_elses(client, order):
    answer = page_of(client, order)

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "noindex" in answer.text


class Notes:
    """A plugin with something to say about a paid order."""

    @hookimpl
    def order_notes(self, skus):
        return [PageSection("kit", "note.html", context={"skus": skus})]


def test_what_an_order_opens_is_shown_once_it_is_paid(app, client, order, gateway):
    app.extensions["storefront"].hooks._manager.register(Notes())
    app.jinja_env.loader = ChoiceLoader(
        [
            DictLoader({"note.html": "Opened by {{ section.context.skus[0] }}"}),
            app.jinja_env.loader,
        ]
    )
    assert "Opened by" not in page_of(client, order).text
    [session_id] = gateway.sessions
    gateway.pay(session_id)

    assert "Opened by ROLL-MINI-M" in page_of(client, order).text


@both
@pytest.mark.parametrize(
    "fields",
    [{"total_minor": 1, "subtotal_minor": 2}, {"refunded_minor": 1}, {"state": "sent"},
     {"total_minor": -390, "subtotal_minor": -780}],
    ids=["total", "refund", "state", "negative"],
)  # fmt: skip
def test_the_database_refuses_impossible_orders(db, fields):
    with pytest.raises(IntegrityError):
        make_order(db, **fields)
    db.rollback()


@both
def test_one_version_of_a_cart_is_ordered_once(db):
    make_order(db, cart_id="c", cart_version=1)

    with pytest.raises(IntegrityError):
        make_order(db, cart_id="c", cart_version=1)
    db.rollback()
