"""A visit that buys: from the shelf over the real pay page of the till to the letter."""

import re
import threading
from datetime import timedelta

import pytest
import requests
from sqlalchemy import select
from werkzeug.serving import make_server

import storefront
from storefront import clock, database, outbox, worker
from storefront.orders.models import Order
from storefront.payments import ledger
from storefront.payments.models import StripeEvent
from storefront.payments.stripe_gateway import StripeGateway
from storefront.till.server import Till, TillSettings
from tests.makers import BUYER, make_product

GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"


@pytest.fixture
def shop(settings, tmp_path):
    """The shop and its till, each on a port of its own, as `storefront serve` starts them."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    base = f"http://127.0.0.1:{server.server_port}"
    till_settings = TillSettings(
        database=tmp_path / "till.sqlite3",
        webhook_url=f"{base}/payments/webhook",
        webhook_secret=settings.stripe_webhook_secrets[0],
    )
    with Till(till_settings) as till:
        wanted = {"base_url": base, "stripe_api_base": till.base_address}
        app = storefront.create_app(settings.model_copy(update=wanted))
        server.app = app
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        yield app
        server.shutdown()
        serving.join()
        server.server_close()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def buyer(shop):
    """A browser without scripts, with a filled cart."""
    with shop.app_context(), database.transaction() as db:
        make_product(db, components=("mini-roller",), stock=3)
    with requests.Session() as browser:
        browser.trust_env = False
        browser.base = shop.extensions["storefront"].settings.base_url
        added = browser.post(f"{browser.base}/cart/lines", data={"sku": "ROLL-MINI-M"})
        assert "is in your cart" in added.text
        yield browser


def to_pay_page(buyer):
    """Fill the checkout form and follow it to the pay page."""
    form = buyer.get(f"{buyer.base}/checkout").text
    total = re.search(r'name="expected_total"[^>]*value="(\d+)"', form)[1]
    answer = buyer.post(f"{buyer.base}/checkout", data=BUYER | {"expected_total": total})
    assert answer.status_code == 200
    assert "27.90" in answer.text
    return answer.url


def pay(buyer, url, card=GOOD_CARD, action="pay"):
    form = {
        "card_number": card,
        "expiry": "12/40",
        "cvc": "123",
        "name": "Ana",
        "action": action,
    }
    return buyer.post(url, data=form)


def books(shop, model):
    with shop.app_context():
        return database.session().scalars(select(model)).all()


def test_a_tool_is_bought_and_a_letter_sent(shop, buyer):
    thanks = pay(buyer, to_pay_page(buyer))

    assert thanks.url.startswith(f"{buyer.base}/orders/")
    assert "Thank you, it is paid" in thanks.text
    assert "Nothing in it yet" in buyer.get(f"{buyer.base}/cart").text

    state = shop.extensions["storefront"]
    with shop.app_context():
        outbox.drain(state.outbox_handlers)
        assert ledger.problems(database.session()) == []
    [letter] = state.transport.letters(to="ana@example.org")
    assert "is paid" in letter["subject"]
    link = re.search(r"http\S+/orders/\S+", letter["text"])[0]
    assert "Thank you, it is paid" in requests.get(link, timeout=30).text
    assert {event.outcome for event in books(shop, StripeEvent)} <= {"paid", "not_needed"}


def test_a_declined_card_leaves_the_pay_page_open(shop, buyer):
    url = to_pay_page(buyer)

    declined = pay(buyer, url, DECLINED_CARD)
    assert declined.status_code == 402
    assert [order.state for order in books(shop, Order)] == ["awaiting_payment"]

    assert "Thank you, it is paid" in pay(buyer, url).text


def test_who_turns_back_finds_cart_and_page_again(shop, buyer):
    url = to_pay_page(buyer)

    back = buyer.get(f"{buyer.base}/checkout?back=1")

    assert "Nothing was charged" in back.text
    assert to_pay_page(buyer) == url
    assert len(books(shop, Order)) == 1


def lose_webhooks(shop):
    """Let the shop believe no news: they are signed with another secret."""
    state = shop.extensions["storefront"]
    other = {"stripe_webhook_secrets": ("whsec_another",)}
    state.gateway = StripeGateway(state.settings.model_copy(update=other))


def test_a_changed_cart_closes_the_first_pay_page(shop, buyer):
    lose_webhooks(shop)  # Stripe's news of the closed page may come before our own mark
    first = to_pay_page(buyer)
    buyer.post(f"{buyer.base}/checkout", data=BUYER | {"line1": "Another way 2"})

    assert pay(buyer, first).status_code == 410
    assert sorted(order.state for order in books(shop, Order)) == [
        "awaiting_payment",
        "cancelled",
    ]


def test_a_bank_debit_is_paid_days_later(shop, buyer):
    under_way = pay(buyer, to_pay_page(buyer), action="debit")

    assert "Your bank is at work" in under_way.text
    assert [order.state for order in books(shop, Order)] == ["processing"]


def test_with_every_webhook_lost_the_sweep_still_finds_the_money(shop, buyer):
    lose_webhooks(shop)
    url = to_pay_page(buyer)
    form = {"card_number": GOOD_CARD, "expiry": "12/40", "cvc": "123", "name": "Ana"}
    buyer.post(url, data=form | {"action": "pay"}, allow_redirects=False)
    assert [order.state for order in books(shop, Order)] == ["awaiting_payment"]

    later = clock.now() + timedelta(minutes=5)
    with shop.app_context():
        assert worker.run("reconcile", later)["changed"] == 1
        assert worker.run("reconcile", later)["changed"] == 0

    assert [order.state for order in books(shop, Order)] == ["paid"]
