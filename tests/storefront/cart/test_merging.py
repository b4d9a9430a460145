"""Two carts of one proven address become one: nothing is lost, nothing doubled, and it can be undone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock, database, web, worker
from storefront.cart import merging
from storefront.cart.models import Cart, CartLine, CartMerge, SavedLine
from storefront.customers.visitor import HostUser
from storefront.payments.models import PaymentAttempt
from tests.makers import both, check_out, make_order, make_product, proven, waited
from tests.storefront.aftersales.test_buyer_pages import prove as prove_by_code
from tests.storefront.checkout.test_at_once import at_once

ANA, BOB = "ana@example.org", "bob@example.org"


@pytest.fixture(autouse=True)
def shelf(db):
    for number in range(4):
        make_product(db, f"tool-{number}", sku=f"T{number}", stock=50)
    db.commit()


@pytest.fixture
def device(app):
    """Make a device; with an address it has proven that one."""

    def make(email=None, **pieces):
        client = app.test_client()
        if email:
            prove(client, email)
        for sku, quantity in pieces.items():
            client.post("/cart/lines", data={"sku": sku, "quantity": quantity})
        return client

    return make


def prove(client, email, scope="verified"):
    if scope == "verified":
        proven(client, email)
    else:
        waited(client, email)


def join(client, email=ANA):
    """Let a device prove an address as the newsletter's button does."""
    prove(client, email)
    return client.post("/cart/join", data={})


def press(client, action):
    return client.post("/cart/join", data={"action": action})


def pieces(client):
    """Tell what a device has in its cart."""
    app = client.application
    cookie = client.get_cookie("storefront_cart")
    cart_id = app.extensions["storefront"].signer.read(web.CART, cookie.value)
    with app.app_context():
        lines = select(CartLine).where(CartLine.cart_id == merging.service.current(cart_id))
        found = database.session().scalars(lines.order_by(CartLine.id)).all()
        return {line.variant.sku: line.quantity for line in found}


@both
def test_of_what_both_have_the_larger_number_counts(app, client, db, device):
    phone = device(ANA, T0=2, T1=5)
    laptop = device(T0=3, T2=1)

    join(laptop)

    assert pieces(laptop) == {"T0": 3, "T1": 5, "T2": 1}
    assert pieces(phone) == pieces(laptop)
    assert "Two carts became one" in laptop.get("/cart").text


def test_both_devices_go_on_with_the_same_cart(device):
    phone, laptop = device(ANA, T0=1), device(T1=1)
    join(laptop)

    phone.post("/cart/lines", data={"sku": "T2"})

    assert pieces(laptop) == {"T0": 1, "T1": 1, "T2": 1}


def test_a_device_without_a_cart_finds_the_one_it_left_elsewhere(device):
    device(ANA, T0=2)
    laptop = device(ANA)

    assert "You have a cart on another device" in laptop.get("/cart").text
    join(laptop)

    assert pieces(laptop) == {"T0": 2}


def test_a_reader_who_puts_something_in_gets_the_rest_with_it(device):
    device(ANA, T0=2)

    laptop = device(ANA, T1=1)

    assert pieces(laptop) == {"T0": 2, "T1": 1}
    assert "What was in your cart on another device" in laptop.get("/cart").text


@both
def test_one_press_undoes_it_and_keeps_what_was_changed_since(device, db):
    phone, laptop = device(ANA, T0=2, T1=5), device(T0=3, T2=1)
    join(laptop)
    laptop.post("/cart/lines", data={"sku": "T3"})
    laptop.post("/cart/lines", data={"sku": "T0"})

    press(laptop, "undo")

    assert pieces(laptop) == {"T0": 4, "T2": 1, "T3": 1}
    assert pieces(phone) == {"T0": 2, "T1": 5}
    press(laptop, "undo")
    assert pieces(laptop) == {"T0": 4, "T2": 1, "T3": 1}
    assert "Two carts became one" not in laptop.get("/cart").text


def test_what_was_undone_is_not_merged_at_the_next_moment_again(device):
    phone, laptop = device(ANA, T0=2), device(T1=1)
    join(laptop)
    press(laptop, "undo")

    laptop.post("/cart/lines", data={"sku": "T2"})

    assert pieces(laptop) == {"T1": 1, "T2": 1}
    assert pieces(phone) == {"T0": 2}


def test_who_keeps_it_is_not_asked_any_more(device):
    device(ANA, T0=2)
    laptop = device(T1=1)
    join(laptop)

    press(laptop, "keep")

    assert "Two carts became one" not in laptop.get("/cart").text
    press(laptop, "undo")
    assert pieces(laptop) == {"T0": 2, "T1": 1}


def test_after_a_day_it_stays(app, device, db):
    device(ANA, T0=2)
    laptop = device(T1=1)
    join(laptop)
    with app.app_context():
        worker.run("purge", clock.now() + timedelta(days=1, minutes=1))

    press(laptop, "undo")

    assert pieces(laptop) == {"T1": 1, "T0": 2}
    assert db.scalars(select(CartMerge)).all() == []


def test_three_devices_end_in_one_cart_and_part_again(device):
    first, second, third = device(ANA, T0=1), device(T1=1), device(T2=1)
    join(second)
    join(third)
    assert pieces(first) == pieces(second) == pieces(third) == {"T2": 1, "T1": 1, "T0": 1}

    press(third, "undo")

    assert pieces(third) == {"T2": 1}
    assert pieces(first) == pieces(second) == {"T1": 1, "T0": 1}


def test_what_is_too_much_for_one_cart_waits_for_later(app, device, db):
    device(ANA, T0=1, T1=1)
    laptop = device(T2=1)
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"max_cart_lines": 2})

    join(laptop)

    assert pieces(laptop) == {"T2": 1, "T0": 1}
    assert [line.variant.sku for line in db.scalars(select(SavedLine))] == ["T1"]


def test_an_address_that_was_only_opened_for_content_merges_nothing(device):
    device(ANA, T0=2)
    laptop = device(T1=1)
    prove(laptop, ANA, scope="content")

    laptop.post("/cart/join", data={})
    laptop.post("/cart/lines", data={"sku": "T2"})

    assert pieces(laptop) == {"T1": 1, "T2": 1}


def test_a_cart_of_another_address_is_left_alone(device):
    device(BOB, T0=2)
    shared = device(ANA, T1=1)

    join(shared, BOB)

    assert pieces(shared) == {"T1": 1}


@both
def test_ten_at_once_lose_and_double_nothing(app, device, db):
    phone, laptop = device(ANA, T0=2, T1=5), device(T0=3, T2=1)
    prove(laptop, ANA)
    tabs = [app.test_client() for _ in range(10)]
    for tab in tabs:
        for name in (web.CART, web.PASS):
            tab.set_cookie(name, laptop.get_cookie(name).value)

    answers = at_once(*(lambda tab=tab: tab.post("/cart/join", data={}) for tab in tabs))

    assert {answer.status_code for answer in answers} == {303}
    assert pieces(laptop) == pieces(phone) == {"T0": 3, "T1": 5, "T2": 1}
    db.rollback()
    assert len(db.scalars(select(CartMerge)).all()) == 1


@both
def test_adding_on_one_device_while_another_merges_loses_nothing(app, device, db):
    phone, laptop = device(ANA, T0=2), device(T1=1)
    prove(laptop, ANA)

    answers = at_once(
        lambda: laptop.post("/cart/join", data={}),
        lambda: phone.post("/cart/lines", data={"sku": "T2"}),
    )

    assert [answer.status_code for answer in answers] == [303, 303]
    assert pieces(phone) == {"T0": 2, "T1": 1, "T2": 1} or set(pieces(phone)) == {
        "T0",
        "T1",
        "T2",
    }
    assert pieces(laptop) == pieces(phone)


@both
def test_two_devices_that_prove_the_address_at_once_share_one_cart(app, device, db):
    phone, laptop = device(T0=2), device(T1=1)
    device(ANA, T2=1)
    for client in (phone, laptop):
        prove(client, ANA)

    at_once(
        lambda: phone.post("/cart/join", data={}), lambda: laptop.post("/cart/join", data={})
    )
    for client in (phone, laptop):
        client.post("/cart/join", data={})

    assert set(pieces(phone)) == set(pieces(laptop)) == {"T0", "T1", "T2"}
    db.rollback()
    assert len(db.scalars(select(Cart).where(Cart.merged_into.is_(None))).all()) == 1


@both
def test_an_order_that_is_open_on_one_device_is_not_opened_again_on_the_other(
    device, db, gateway
):
    phone = device(ANA, T0=2)
    check_out(phone)
    laptop = device(T1=1)
    join(laptop)

    check_out(laptop)

    db.rollback()
    states = db.scalars(select(PaymentAttempt.state).order_by(PaymentAttempt.id)).all()
    assert states == ["superseded", "created"]


def test_what_is_paid_leaves_the_cart_that_it_was_merged_into(device, db, gateway):
    phone = device(ANA, T0=2)
    check_out(phone)
    attempt = db.scalars(select(PaymentAttempt)).one()
    laptop = device(T1=1)
    join(laptop)
    gateway.pay(attempt.session_id)

    phone.get(f"/orders/{attempt.order.number}?key={attempt.order.key}")

    assert pieces(laptop) == {"T1": 1}


def test_confirming_by_the_letter_brings_the_carts_together(app, device):
    device(ANA, T0=2)
    laptop = device(T1=1)
    laptop.post("/newsletter", data={"email": ANA})
    with app.app_context():
        worker.run("mail")
        [letter] = app.extensions["storefront"].transport.letters(to=ANA)
    link = next(word for word in letter["text"].split() if "/newsletter/confirm/" in word)

    answer = laptop.post(link.removeprefix("http://localhost"))

    assert answer.status_code == 303
    assert pieces(laptop) == {"T1": 1, "T0": 2}
    assert "in your cart now" in laptop.get("/newsletter").text


def test_the_code_of_an_order_brings_the_carts_together(app, device, db):
    device(ANA, T0=2)
    laptop = device(T1=1)
    order = make_order(db)
    db.commit()

    prove_by_code(app, laptop, order, ANA)

    assert pieces(laptop) == {"T1": 1, "T0": 2}


def test_who_is_signed_in_at_the_host_has_one_cart(app, device):
    device(ANA, T0=2)
    app.extensions["storefront"].visitor_from = lambda: HostUser("Ana@Example.org")

    laptop = device(T1=1)

    assert pieces(laptop) == {"T1": 1, "T0": 2}


def test_a_stranger_who_presses_undo_changes_nothing(client):
    assert press(client, "undo").status_code == 303
    assert press(client, "keep").status_code == 303
    assert client.post("/cart/join", data={"action": "x"}).status_code == 303
