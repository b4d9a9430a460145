"""Stripe saves a failure under its key and repeats it for a day: the buyer can pay all the same."""

import pytest
import requests
from sqlalchemy import select

from storefront.orders.models import Order
from storefront.payments import ledger
from storefront.payments.models import PaymentAttempt
from storefront.payments.stripe_gateway import StripeGateway
from storefront.settings import Settings
from storefront.stock.models import StockLevel
from storefront.till import api
from storefront.till.server import Till, TillSettings
from tests.makers import check_out, make_product

CARD = {"card_number": "4242424242424242", "expiry": "12/40", "cvc": "123", "name": "Ana"}


@pytest.fixture
def till(tmp_path):
    settings = TillSettings(
        database=tmp_path / "till.sqlite3", webhook_secret="whsec_till_demo",
        webhook_url="http://127.0.0.1:9/payments/webhook",
    )  # fmt: skip
    with Till(settings) as running:
        yield running


@pytest.fixture(params=[0, 1], ids=["asked once", "asked twice by the SDK"])
def buyer(app, client, db, till, request):
    """Somebody with a tool in the cart, in a shop that talks to the till."""
    settings = Settings(stripe_api_base=till.base_address, stripe_max_retries=request.param)
    app.extensions["storefront"].gateway = StripeGateway(settings)
    make_product(db, stock=1)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    return client


def press_until_there_is_a_page(buyer):
    """Press as often as the page asks for it, which may be once."""
    first = check_out(buyer)
    if first.status_code == 303:
        return first.location
    assert first.status_code == 503
    assert "Nothing was charged. Please press the button again." in first.text
    again = check_out(buyer)
    assert again.status_code == 303
    return again.location


def pay(buyer, db, url):
    """Pay on the till's own page and come back."""
    paid = requests.post(url, data=CARD | {"action": "pay"}, allow_redirects=False, timeout=20)
    assert paid.status_code == 303
    db.rollback()
    order = db.scalars(select(Order).order_by(Order.id.desc())).first()
    return buyer.get(f"/orders/{order.number}?key={order.key}").text


def sessions_of(app):
    """List what the till has opened."""
    client = app.extensions["storefront"].gateway._client
    return [session.id for session in client.v1.checkout.sessions.list().data]


def test_a_page_that_was_made_behind_a_failure_is_found_and_paid(app, db, till, buyer):
    till.faults.switch({"fail_after_commit": 1})

    page = pay(buyer, db, press_until_there_is_a_page(buyer))

    assert "Thank you, it is paid" in page
    [attempt] = db.scalars(select(PaymentAttempt))
    assert (attempt.state, sessions_of(app)) == ("paid", [attempt.session_id])
    assert ledger.problems(db) == []


def test_a_failure_that_made_nothing_is_replaced_by_another_order(app, db, buyer, monkeypatch):
    work, failures = api.performed, iter([1])

    def fail_once(desk, endpoint, params, path, turn):
        if endpoint.method == "POST" and next(failures, 0):
            return api.Answer(500, api.BROKEN.envelope("req_1"), "req_1")
        return work(desk, endpoint, params, path, turn)

    monkeypatch.setattr(api, "performed", fail_once)
    page = pay(buyer, db, press_until_there_is_a_page(buyer))

    assert "Thank you, it is paid" in page
    old, new = db.scalars(select(PaymentAttempt).order_by(PaymentAttempt.id))
    assert (old.state, old.session_id, old.order.state) == ("failed", None, "expired")
    assert (new.state, sessions_of(app)) == ("paid", [new.session_id])
    assert old.idempotency_key != new.idempotency_key
    level = db.scalars(select(StockLevel)).one()
    assert (level.on_hand, level.held) == (0, 0)
    assert ledger.problems(db) == []
