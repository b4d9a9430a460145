"""What is counted: orders that were placed and payments that came to nothing, never a typing error."""

import pytest
from sqlalchemy import func, select

from storefront import clock, worker
from storefront.orders.models import Order
from storefront.payments.models import PaymentAttempt
from storefront.stock.models import StockLevel
from tests.makers import both, check_out, make_product


@pytest.fixture
def limited(app):
    def limit(**settings):
        state = app.extensions["storefront"]
        state.settings = state.settings.model_copy(update=settings)

    return limit


@pytest.fixture
def cart(client, db, gateway):
    make_product(db, stock=50)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    return client


def orders(db):
    db.rollback()
    return db.scalar(select(func.count()).select_from(Order))


def test_a_refused_form_does_not_count(cart, db, limited):
    limited(limit_checkout_client="1/hour")
    for _ in range(3):
        assert check_out(cart, city="").status_code == 422

    assert check_out(cart).status_code == 303
    assert orders(db) == 1


def test_pressing_again_for_the_same_order_does_not_count(cart, limited):
    limited(limit_checkout_client="1/hour")

    assert [check_out(cart).status_code for _ in range(3)] == [303, 303, 303]


@both
def test_an_order_over_the_limit_is_taken_back_whole(client, db, gateway, limited):
    make_product(db, stock=50)
    db.commit()
    limited(limit_checkout_client="1/hour")
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    other = client.application.test_client()
    other.post("/cart/lines", data={"sku": "ROLL-MINI-M"})

    refused = check_out(other)

    assert refused.status_code == 429
    assert orders(db) == 1
    assert db.scalar(select(StockLevel.held)) == 1
    assert len(gateway.sessions) == 1


def test_one_mail_address_is_bounded_whoever_asks(app, db, gateway, limited):
    make_product(db, stock=50)
    db.commit()
    limited(limit_checkout_email="2/hour")
    answers = []
    for _ in range(3):
        buyer = app.test_client()
        buyer.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
        answers.append(check_out(buyer).status_code)

    assert answers == [303, 303, 429]


def test_presses_that_only_a_program_makes_are_bounded(cart, limited):
    limited(limit_checkout_press="3/hour")

    answers = [check_out(cart, city="").status_code for _ in range(4)]

    assert answers == [422, 422, 422, 429]


@both
def test_a_cart_whose_payments_come_to_nothing_is_stopped_for_a_while(
    client, db, gateway, limited
):
    make_product(db, stock=50)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    limited(max_unpaid_tries=2)
    for city in ("Berlin", "Bremen"):
        assert check_out(client, city=city).status_code == 303

    stopped = check_out(client, city="Bonn")

    assert stopped.status_code == 429
    db.rollback()
    states = db.scalars(select(PaymentAttempt.state).order_by(PaymentAttempt.id)).all()
    assert states == ["superseded", "created"]


def test_what_came_to_nothing_yesterday_is_forgotten(app, cart, db, gateway, limited):
    limited(max_unpaid_tries=1)
    check_out(cart)
    with app.app_context():
        attempt = db.scalars(select(PaymentAttempt)).one()
        gateway.expire_session(attempt.session_id)
        worker.run("reconcile", clock.now() + worker.timedelta(hours=1))
    db.rollback()
    closed = db.scalars(select(PaymentAttempt)).one()
    assert check_out(cart).status_code == 429
    closed.closed_at -= worker.timedelta(days=1)
    db.commit()

    assert check_out(cart).status_code == 303
