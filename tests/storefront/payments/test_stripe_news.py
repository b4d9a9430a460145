"""What Stripe tells of events, disputes and warnings, through its own SDK, over the till."""

from datetime import timedelta

import pytest
import requests

from storefront import clock
from storefront.orders.models import OrderLine
from storefront.payments.attempts import Ways, prepare
from storefront.payments.gateway import GatewayRefused, GatewayUnavailable
from storefront.payments.handlers import HANDLERS
from storefront.payments.stripe_gateway import StripeGateway
from storefront.settings import Settings
from storefront.till.server import Till, TillSettings
from tests.makers import make_order

CARD = {"card_number": "4242424242424242", "expiry": "12/40", "cvc": "123", "name": "Ana"}


@pytest.fixture
def till(tmp_path):
    settings = TillSettings(
        database=tmp_path / "till.sqlite3", webhook_secret="whsec_till_demo",
        webhook_url="http://127.0.0.1:9/payments/webhook",
    )  # fmt: skip
    with Till(settings) as running:
        yield running


@pytest.fixture
def stripe(till):
    return StripeGateway(Settings(stripe_api_base=till.base_address, stripe_max_retries=0))


@pytest.fixture
def pay(db, stripe):
    """Pay an order with some card, and give the facts of its session."""

    def go(card="4242424242424242"):
        order = make_order(db)
        order.lines.append(
            OrderLine(
                sku="ROLL", name="Mini roller", quantity=2, unit_price_minor=1200,
                total_minor=2400, tax_basis_points=1900, tax_minor=383,
            )
        )  # fmt: skip
        ways = Ways("http://localhost/orders/1?key=k", "http://localhost/checkout?back=1")
        attempt = prepare(
            db, order, ways, delivery="Standard", settings=Settings(), now=clock.now()
        )
        page = stripe.start_checkout(attempt.request, attempt.idempotency_key)
        form = CARD | {"card_number": card, "action": "pay"}
        requests.post(page.url, data=form, allow_redirects=False, timeout=20)
        return stripe.read_session(page.session_id)

    return go


def since(hours=1):
    return clock.now() - timedelta(hours=hours)


def test_the_list_of_events_is_told_oldest_first_with_what_each_is_about(stripe, pay):
    first, second = pay(), pay()

    told = stripe.events_since(tuple(HANDLERS), since())

    completed = [hint for hint in told if hint.type == "checkout.session.completed"]
    assert [hint.object_id for hint in completed] == [first.session_id, second.session_id]
    assert [hint.reference for hint in completed] == [first.reference, second.reference]
    assert all(abs((clock.now() - hint.created).total_seconds()) < 60 for hint in told)
    assert {hint.type for hint in told} <= set(HANDLERS)


@pytest.mark.usefixtures("pay")
def test_events_before_the_moment_are_not_listed(stripe, pay):
    pay()

    assert stripe.events_since(tuple(HANDLERS), clock.now() + timedelta(minutes=1)) == []


def test_more_events_than_one_page_are_listed_to_the_end(stripe, pay):
    facts = pay()
    for number in range(110):
        metadata = {"refund": f"ours-{number}"}
        wish = {"payment_intent": facts.payment_reference, "amount": 1, "metadata": metadata}
        stripe.refund(wish, f"key-{number}")

    told = stripe.events_since(["refund.created"], since())

    assert len({hint.event_id for hint in told}) == 110
    assert len(stripe.list_refunds(facts.payment_reference)) == 110


def test_a_dispute_is_read_with_its_payment_and_its_last_day(stripe, pay):
    facts = pay("4000000000000259")
    [hint] = stripe.events_since(["charge.dispute.created"], since())

    dispute = stripe.read_dispute(hint.object_id)

    assert dispute.payment_reference == facts.payment_reference
    assert (dispute.amount_minor, dispute.currency) == (2790, "EUR")
    assert (dispute.status, dispute.reason) == ("needs_response", "fraudulent")
    assert dispute.due_at > clock.now()


@pytest.mark.parametrize(("answer", "status"), [("win", "won"), ("lose", "lost")])
def test_what_the_bank_decides_is_read(stripe, till, pay, answer, status):
    pay("4000000000000259")
    [hint] = stripe.events_since(["charge.dispute.created"], since())

    requests.post(f"{till.base_address}/till/disputes/{hint.object_id}/{answer}", timeout=20)

    assert stripe.read_dispute(hint.object_id).status == status


def test_the_payment_of_a_refund_a_charge_and_a_warning_is_found(stripe, till, pay):
    facts = pay()
    wish = {"payment_intent": facts.payment_reference, "amount": 100, "metadata": {"a": "b"}}
    refund = stripe.refund(wish, "key-1")
    [charge] = stripe.events_since(["charge.refunded"], since())
    requests.post(f"{till.base_address}/till/charges/{charge.object_id}/warn", timeout=20)
    [warning] = stripe.events_since(["radar.early_fraud_warning.created"], since())

    found = [
        stripe.payment_of("refund", refund.stripe_id),
        stripe.payment_of("charge", charge.object_id),
        stripe.payment_of("warning", warning.object_id),
    ]

    assert found == [facts.payment_reference] * 3
    assert refund.reference == ""


@pytest.mark.parametrize("call", ["refund", "charge", "warning"])
def test_what_is_not_there_is_refused(stripe, call):
    with pytest.raises(GatewayRefused):
        stripe.payment_of(call, "xx_nothing")


def test_a_disputed_payment_is_not_refunded(stripe, pay):
    facts = pay("4000000000000259")
    wish = {"payment_intent": facts.payment_reference, "amount": 100, "metadata": {"a": "b"}}

    with pytest.raises(GatewayRefused):
        stripe.refund(wish, "key-1")


def test_the_clock_of_every_answer_is_noted(stripe, pay):
    assert stripe.clock_offset_seconds is None

    pay()

    assert abs(stripe.clock_offset_seconds) < 5


@pytest.mark.parametrize("call", ["events", "dispute", "refunds", "payment"])
def test_silence_is_worth_another_try(call):
    nobody = StripeGateway(Settings(stripe_api_base="http://127.0.0.1:9", stripe_max_retries=0))
    calls = {
        "events": lambda: nobody.events_since(["refund.created"], since()),
        "dispute": lambda: nobody.read_dispute("dp_1"),
        "refunds": lambda: nobody.list_refunds("pi_1"),
        "payment": lambda: nobody.payment_of("refund", "re_1"),
    }

    with pytest.raises(GatewayUnavailable):
        calls[call]()
