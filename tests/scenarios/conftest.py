"""One set of scenarios before the till, or before Stripe's own sandbox for whoever has a key."""

import os
import time
import uuid
from datetime import timedelta

import pytest
import requests
import stripe

from storefront import clock
from storefront.orders.models import Order, OrderLine
from storefront.payments.requests import checkout_request
from storefront.payments.stripe_gateway import StripeGateway
from storefront.settings import Settings
from storefront.till.server import Till, TillSettings

TILL, SANDBOX = "till", "sandbox"
NUMBERS = {  # test cards, and what the API calls the same behaviour
    "visa": ("4242424242424242", "pm_card_visa"),
    "disputed": ("4000000000000259", "pm_card_createDispute"),
    "warned": ("4000000000005423", "pm_card_createIssuerFraudRecord"),
    "refund_pends": ("4000000000007726", "pm_card_pendingRefund"),
    "refund_fails": ("4000000000005126", "pm_card_refundFail"),
}


@pytest.fixture(scope="session")
def stands_for(request) -> str:
    """Say who is asked: till or sandbox."""
    return request.config.getoption("--stripe")


@pytest.fixture(autouse=True)
def till_only(request, stands_for):
    """Leave a scenario out that needs the till's form or clock, and say so."""
    marker = request.node.get_closest_marker("till_only")
    if marker and stands_for == SANDBOX:
        pytest.skip(f"till only: {marker.args[0]}")


@pytest.fixture(scope="module")
def till(stands_for, tmp_path_factory):
    if stands_for == SANDBOX:
        yield None
        return
    file = tmp_path_factory.mktemp("till") / "till.sqlite3"
    with Till(TillSettings(file, "http://127.0.0.1:1/", "whsec_till_demo")) as running:
        yield running


@pytest.fixture(scope="module")
def settings(till) -> Settings:
    if till is None:
        key = os.environ["STRIPE_SANDBOX_KEY"]
        return Settings(payments="stripe", stripe_secret_key=key, stripe_api_base="")
    return Settings(stripe_api_base=till.base_address)


@pytest.fixture(scope="module")
def gateway(settings) -> StripeGateway:
    """The shop's own way to Stripe."""
    return StripeGateway(settings)


@pytest.fixture(scope="module")
def client(settings) -> stripe.StripeClient:
    """The bare SDK, for what the shop itself never asks."""
    base = settings.stripe_api_base
    return stripe.StripeClient(
        settings.stripe_secret_key,
        max_network_retries=2,
        base_addresses={"api": base} if base else {},
    )


class Wanted:
    """The request of an order that is not kept anywhere, with a name of its own."""

    def __init__(self, **changes):
        self.key = f"scenario-{uuid.uuid4().hex}"
        sums = {
            "shipping_minor": 390,
            "discount_minor": 0,
            "gift_minor": 0,
            "tax_added_minor": 0,
        }
        line = OrderLine(sku="ROLL", name="Mini roller", quantity=2, unit_price_minor=1200)
        self.order = Order(
            number="SCENARIO", currency="EUR", email="ana@example.com", subtotal_minor=2400,
            lines=[line], **{**sums, **changes},
        )  # fmt: skip
        self.request = checkout_request(
            self.order,
            self.key,
            expires_at=clock.now() + timedelta(minutes=40),
            success_url="http://127.0.0.1:1/thanks",
            cancel_url="http://127.0.0.1:1/cart",
            delivery="Standard",
        )


@pytest.fixture
def wanted():
    return Wanted


@pytest.fixture
def press(stands_for):
    """Pay on the till's form; Stripe's own page takes no script's payment."""

    def pay(url: str, **form) -> int:
        assert stands_for == TILL
        card = {
            "card_number": NUMBERS["visa"][0],
            "expiry": "12/40",
            "cvc": "123",
            "name": "Ana",
        }
        sent = {**card, "email": "ana@example.com", "action": "pay", **form}
        return requests.post(url, data=sent, allow_redirects=False, timeout=15).status_code

    return pay


@pytest.fixture
def paid(stands_for, client, gateway, press):
    """Give the reference of a payment of 24.00 EUR: by the form, or confirmed by the API."""

    def pay(card: str = "visa") -> str:
        number, method = NUMBERS[card]
        if stands_for == TILL:
            wanted = Wanted(shipping_minor=0)
            page = gateway.start_checkout(wanted.request, wanted.key)
            assert press(page.url, card_number=number) == 303
            return gateway.read_session(page.session_id).payment_reference
        never = {"enabled": True, "allow_redirects": "never"}
        facts = {"amount": 2400, "currency": "eur", "payment_method": method, "confirm": True}
        made = client.v1.payment_intents.create({**facts, "automatic_payment_methods": never})
        return made.id

    return pay


@pytest.fixture
def soon(stands_for):
    """Wait until something is there: at once at the till, within a minute at Stripe."""

    def wait(look, seconds: float = 60):
        until = time.monotonic() + (seconds if stands_for == SANDBOX else 5)
        while not (found := look()):
            assert time.monotonic() < until, "it did not come"
            time.sleep(0.05 if stands_for == TILL else 2)
        return found

    return wait
