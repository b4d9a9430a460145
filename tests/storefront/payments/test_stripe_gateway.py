"""Our port to Stripe, through Stripe's own SDK, over the till on loopback."""

from datetime import timedelta

import pytest
import requests

from storefront import clock, tokens
from storefront.orders.models import OrderLine
from storefront.payments import stripe_gateway
from storefront.payments.attempts import Ways, prepare
from storefront.payments.gateway import (
    GatewayRefused,
    GatewayUnavailable,
    KeySpent,
    NoSuchSession,
)
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
    settings = Settings(stripe_api_base=till.base_address, stripe_max_retries=1)
    return StripeGateway(settings)


@pytest.fixture
def attempt(db):
    order = make_order(db)
    order.lines.append(
        OrderLine(
            sku="ROLL", name="Mini roller", quantity=2, unit_price_minor=1200,
            total_minor=2400, tax_basis_points=1900, tax_minor=383,
        )
    )  # fmt: skip
    ways = Ways("http://localhost/orders/1?key=k", "http://localhost/checkout?back=1")
    return prepare(db, order, ways, delivery="Standard", settings=Settings(), now=clock.now())


def around_now():
    return clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)


def start(stripe, attempt):
    return stripe.start_checkout(attempt.request, attempt.idempotency_key)


def test_a_stored_request_opens_a_pay_page_with_exactly_our_sums(stripe, till, attempt):
    page = start(stripe, attempt)

    facts = stripe.read_session(page.session_id)
    assert page.url == facts.url == f"{till.base_address}/pay/{page.session_id}"
    assert (facts.status, facts.payment_status) == ("open", "unpaid")
    assert (facts.subtotal_minor, facts.amount_minor) == (2400, 2790)
    assert (facts.currency, facts.livemode) == ("EUR", False)
    assert facts.reference == attempt.reference


@pytest.mark.parametrize(
    ("discount", "gift", "tax"), [(300, 0, 0), (0, 2600, 0), (300, 2200, 0), (100, 50, 456)]
)
def test_a_coupon_a_gift_card_and_tax_leave_exactly_our_sum(db, stripe, discount, gift, tax):
    order = make_order(db, discount_minor=discount, gift_minor=gift, tax_added_minor=tax,
                       total_minor=2790, subtotal_minor=2400 + discount - tax)  # fmt: skip
    order.lines.append(
        OrderLine(
            sku="ROLL", name="Mini roller", quantity=1, unit_price_minor=order.subtotal_minor,
            discount_minor=discount, total_minor=order.goods_minor, tax_basis_points=0,
            tax_minor=0,
        )
    )  # fmt: skip
    ways = Ways("http://localhost/orders/1?key=k", "http://localhost/checkout?back=1")
    attempt = prepare(
        db, order, ways, delivery="Standard", settings=Settings(), now=clock.now()
    )

    page = start(stripe, attempt)
    assert start(stripe, attempt) == page

    facts = stripe.read_session(page.session_id)
    assert facts.amount_minor == order.charge_minor == 2790 - gift
    assert facts.subtotal_minor == 2400 + discount


def test_a_coupon_that_is_there_already_is_used(db, stripe, attempt):
    coupon = {"id": "order-x", "amount_off": 100, "currency": "eur", "duration": "once"}
    request = attempt.request | {"coupon": coupon, "discounts": [{"coupon": "order-x"}]}
    first = stripe.start_checkout(request, tokens.key())

    second = stripe.start_checkout(request, tokens.key())

    assert first != second
    assert stripe.read_session(second.session_id).amount_minor == 2690


def pay(page):
    requests.post(page.url, data=CARD | {"action": "pay"}, allow_redirects=False, timeout=20)


def refund_of(facts, amount, reference="ours"):
    metadata = {"refund": reference, "order": "A-1"}
    return {"payment_intent": facts.payment_reference, "amount": amount, "metadata": metadata}


def test_money_goes_back_once_for_each_key_and_is_listed(stripe, attempt):
    page = start(stripe, attempt)
    pay(page)
    facts = stripe.read_session(page.session_id)

    first = stripe.refund(refund_of(facts, 1000), "key-1")
    again = stripe.refund(refund_of(facts, 1000), "key-1")

    assert first == again
    assert (first.amount_minor, first.currency, first.status) == (1000, "EUR", "succeeded")
    assert (first.reference, first.payment_reference) == ("ours", facts.payment_reference)
    assert stripe.list_refunds(facts.payment_reference) == [first]
    with pytest.raises(GatewayRefused):
        stripe.refund(refund_of(facts, 2000), "key-2")


def test_a_refund_that_came_back_says_why(stripe, till, attempt):
    page = start(stripe, attempt)
    pay(page)
    facts = stripe.read_session(page.session_id)
    made = stripe.refund(refund_of(facts, 1000), "key-1")

    requests.post(f"{till.base_address}/till/refunds/{made.stripe_id}/fail", timeout=20)

    [failed] = stripe.list_refunds(facts.payment_reference)
    assert (failed.status, failed.failure) == ("failed", "lost_or_stolen_card")


def test_the_same_bytes_and_key_open_the_same_page(stripe, attempt):
    assert start(stripe, attempt) == start(stripe, attempt)


def test_the_same_key_with_other_bytes_is_refused(stripe, attempt):
    start(stripe, attempt)

    with pytest.raises(GatewayRefused):
        stripe.start_checkout(
            attempt.request | {"expires_at": attempt.request["expires_at"] + 1},
            attempt.idempotency_key,
        )


def test_a_request_that_breaks_a_rule_is_refused(stripe, attempt):
    with pytest.raises(GatewayRefused):
        stripe.start_checkout(attempt.request | {"ui_mode": "hosted"}, tokens.key())


def test_an_answer_that_was_cut_off_is_found_again_by_the_sdk(stripe, till, attempt):
    till.faults.switch({"cut_after_commit": 1})

    page = start(stripe, attempt)

    assert stripe.find_session(attempt.reference, *around_now()) is not None
    assert start(stripe, attempt) == page


def test_an_answer_that_never_came_is_found_by_our_reference(stripe, till, attempt):
    till.faults.switch({"cut_after_commit": 1})
    once = Settings(stripe_api_base=till.base_address, stripe_max_retries=0)
    with pytest.raises(GatewayUnavailable):
        start(StripeGateway(once), attempt)

    found = stripe.find_session(attempt.reference, *around_now())

    assert found is not None
    assert found.reference == attempt.reference


@pytest.mark.usefixtures("attempt")
def test_what_was_never_made_is_not_found(stripe):
    assert stripe.find_session("nothing", *around_now()) is None


@pytest.mark.parametrize("fault", ["fail_after_commit", "too_many", "conflict"])
def test_server_faults_and_limits_are_worth_another_try(stripe, till, attempt, fault):
    till.faults.switch({fault: 5})

    with pytest.raises(GatewayUnavailable):
        start(stripe, attempt)


def test_nobody_listening_is_worth_another_try(attempt):
    nobody = StripeGateway(Settings(stripe_api_base="http://127.0.0.1:9", stripe_max_retries=0))

    with pytest.raises(GatewayUnavailable):
        start(nobody, attempt)


def test_too_slow_an_answer_is_worth_another_try(till, attempt):
    till.faults.switch({"slow": 1})
    settings = Settings(
        stripe_api_base=till.base_address, stripe_max_retries=0, stripe_timeout_seconds=0.2
    )

    with pytest.raises(GatewayUnavailable):
        start(StripeGateway(settings), attempt)


def test_a_wrong_key_is_refused(till, attempt):
    settings = Settings(stripe_api_base=till.base_address, stripe_secret_key="sk_test_other")

    with pytest.raises(GatewayRefused):
        start(StripeGateway(settings), attempt)


@pytest.mark.parametrize("call", ["read_session", "expire_session"])
def test_an_unknown_session_is_told_as_such(stripe, call):
    with pytest.raises(NoSuchSession):
        getattr(stripe, call)("cs_test_nothing")


def test_a_wrong_key_never_looks_like_an_unknown_session(till):
    settings = Settings(stripe_api_base=till.base_address, stripe_secret_key="sk_test_other")

    with pytest.raises(GatewayRefused) as refused:
        StripeGateway(settings).read_session("cs_test_nothing")

    assert not isinstance(refused.value, NoSuchSession)


def test_a_failure_that_stripe_has_saved_is_told_when_it_comes_again(till, attempt):
    once = StripeGateway(Settings(stripe_api_base=till.base_address, stripe_max_retries=0))
    till.faults.switch({"fail_after_commit": 1})

    with pytest.raises(GatewayUnavailable) as first:
        start(once, attempt)
    with pytest.raises(KeySpent):
        start(once, attempt)

    assert not isinstance(first.value, KeySpent)


def test_more_sessions_than_can_be_looked_through_are_not_taken_for_none(
    stripe, attempt, monkeypatch
):
    monkeypatch.setattr(stripe_gateway, "MOST_SESSIONS_LISTED", 2)
    for number in range(3):
        request = attempt.request | {"client_reference_id": f"other-{number}"}
        stripe.start_checkout(request, tokens.key())

    with pytest.raises(GatewayUnavailable):
        stripe.find_session(attempt.reference, *around_now())


def test_an_open_page_is_closed_once(stripe, attempt):
    page = start(stripe, attempt)

    assert stripe.expire_session(page.session_id).status == "expired"
    assert stripe.expire_session(page.session_id).status == "expired"


def test_closing_a_page_that_was_paid_tells_of_the_money(stripe, attempt):
    page = start(stripe, attempt)
    requests.post(page.url, data=CARD | {"action": "pay"}, allow_redirects=False, timeout=20)

    facts = stripe.expire_session(page.session_id)

    assert (facts.status, facts.payment_status) == ("complete", "paid")
    assert facts.payment_reference.startswith("pi_")


@pytest.mark.parametrize(
    ("answer", "paid", "failed"), [("succeed", True, False), ("fail", False, True)]
)
def test_a_bank_debit_is_under_way_and_then_known(stripe, till, attempt, answer, paid, failed):
    page = start(stripe, attempt)
    requests.post(page.url, data=CARD | {"action": "debit"}, allow_redirects=False, timeout=20)
    assert stripe.read_session(page.session_id).is_processing

    url = f"{till.base_address}/till/sessions/{page.session_id}/debit/{answer}"
    requests.post(url, timeout=20)

    facts = stripe.read_session(page.session_id)
    assert (facts.payment_status == "paid", facts.has_failed) == (paid, failed)
    assert not facts.is_processing


def test_a_till_whose_clock_is_ahead_says_what_to_do(stripe, till, attempt):
    till.clock.advance(31 * 86_400)

    with pytest.raises(GatewayRefused, match="clock is ahead") as refused:
        start(stripe, attempt)

    assert f"{till.base_address}/till" in refused.value.hint


def test_nothing_of_the_till_is_told_in_production(till, attempt):
    stripe = StripeGateway(
        Settings(stripe_api_base=till.base_address).model_copy(
            update={"environment": "production"}
        )
    )
    till.clock.advance(31 * 86_400)

    with pytest.raises(GatewayRefused) as refused:
        start(stripe, attempt)

    assert (refused.value.hint, "till" in str(refused.value)) == ("", False)


def test_whoever_does_not_answer_is_named_in_one_sentence(attempt):
    base = "http://127.0.0.1:9"
    stripe = StripeGateway(Settings(stripe_api_base=base, stripe_max_retries=0))

    with pytest.raises(GatewayUnavailable) as silent:
        start(stripe, attempt)

    assert str(silent.value) == f"{base} did not answer"
