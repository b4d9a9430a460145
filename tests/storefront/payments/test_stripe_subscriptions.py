"""Prices, subscriptions and the portal through Stripe's own SDK, over the till on loopback."""

from datetime import timedelta

import pytest
import requests

from storefront import clock, tokens
from storefront.payments.gateway import GatewayRefused, GatewayUnavailable, NoSuchSession
from storefront.payments.stripe_gateway import StripeGateway
from storefront.payments.subscription_gateway import PlanChange, PriceWanted
from storefront.settings import Settings
from storefront.till.server import Till, TillSettings

DAY = 24 * 60 * 60
CARD = {"card_number": "4242424242424242", "expiry": "12/40", "cvc": "123", "name": "Ana"}
MONTHLY = PriceWanted("monthly", "Monthly", "member_monthly", 900, "EUR", "month")
YEARLY = PriceWanted("yearly", "Yearly", "member_yearly", 9000, "EUR", "year")


@pytest.fixture(scope="module")
def till(tmp_path_factory):
    file = tmp_path_factory.mktemp("till") / "till.sqlite3"
    with Till(TillSettings(file, "http://127.0.0.1:9/payments/webhook", "whsec_x")) as running:
        yield running


@pytest.fixture(scope="module")
def stripe(till):
    return StripeGateway(Settings(stripe_api_base=till.base_address, stripe_max_retries=0))


def request_of(price_id, *, days=14):
    data = {"metadata": {"membership": "ours"}} | ({"trial_period_days": days} if days else {})
    return {
        "mode": "subscription", "ui_mode": "hosted_page", "client_reference_id": "ours",
        "customer_email": "ana@example.org", "success_url": "http://127.0.0.1:1/joined",
        "line_items": [{"price": price_id, "quantity": 1}], "subscription_data": data,
        "payment_method_collection": "always",
    }  # fmt: skip


def join(stripe, price_id, card="4242424242424242", **changes):
    page = stripe.start_checkout(request_of(price_id, **changes), tokens.key())
    requests.post(
        page.url,
        data=CARD | {"card_number": card, "action": "pay"},
        allow_redirects=False,
        timeout=20,
    )
    return stripe.read_subscription(stripe.read_session(page.session_id).subscription_id)


def test_a_price_is_made_once_and_found_by_its_lookup_key(stripe):
    made = stripe.ensure_price(MONTHLY)
    found = stripe.ensure_price(MONTHLY)

    assert (found.price_id, found.is_new) == (made.price_id, False)


def test_another_amount_is_another_price_and_the_key_goes_over(stripe):
    old = stripe.ensure_price(YEARLY)
    member = join(stripe, old.price_id)
    dearer = PriceWanted(**{**vars(YEARLY), "amount_minor": 9900})

    new = stripe.ensure_price(dearer)

    assert new.is_new
    assert new.price_id != old.price_id
    assert stripe.ensure_price(dearer).price_id == new.price_id
    kept = stripe.read_subscription(member.stripe_id)
    assert (kept.plan, kept.amount_minor) == ("yearly", 9000)


def test_a_session_begins_a_trial_of_our_reference_with_the_cards_fingerprint(stripe):
    found = join(stripe, stripe.ensure_price(MONTHLY).price_id)

    assert (found.reference, found.email, found.status) == (
        "ours",
        "ana@example.org",
        "trialing",
    )
    assert (found.plan, found.lookup_key, found.amount_minor, found.currency) == (
        "monthly",
        "member_monthly",
        900,
        "EUR",
    )
    assert found.trial_end == found.period_end
    assert abs(found.trial_end - clock.now() - timedelta(days=14)) < timedelta(minutes=1)
    assert found.card == "till4242"
    assert (found.ends, found.late_since, found.ended_at, found.livemode) == (
        False,
        None,
        None,
        False,
    )
    assert [each.stripe_id for each in stripe.subscriptions_of(found.customer_id)] == [
        found.stripe_id
    ]


def test_it_ends_with_its_period_goes_on_after_all_and_ends_at_once(stripe):
    found = join(stripe, stripe.ensure_price(MONTHLY).price_id)

    assert stripe.end_with_period(found.stripe_id, ends=True).ends
    assert stripe.end_with_period(found.stripe_id, ends=True).ends
    assert not stripe.end_with_period(found.stripe_id, ends=False).ends
    ended = stripe.end_now(found.stripe_id)
    assert (ended.status, ended.ended_at is not None) == ("canceled", True)
    assert stripe.end_now(found.stripe_id).status == "canceled"
    with pytest.raises(GatewayRefused):
        stripe.end_with_period(found.stripe_id, ends=False)


def test_the_portal_is_opened_plain_or_at_a_change_of_plan(stripe, till):
    month, year = (stripe.ensure_price(each).price_id for each in (MONTHLY, YEARLY))
    found = join(stripe, month)

    plain = stripe.portal_url(found.customer_id, "http://127.0.0.1:1/manage")
    asking = stripe.portal_url(
        found.customer_id,
        "http://127.0.0.1:1/manage",
        PlanChange(found.stripe_id, found.item_id, year),
    )

    assert plain.startswith(f"{till.base_address}/portal/")
    assert (
        requests.post(
            asking, data={"action": "change"}, allow_redirects=False, timeout=9
        ).status_code
        == 303
    )
    assert stripe.read_subscription(found.stripe_id).plan == "yearly"


def test_invoices_and_payments_name_their_subscription(stripe):
    found = join(stripe, stripe.ensure_price(MONTHLY).price_id, days=0)
    client = stripe._client.v1
    invoice = client.subscriptions.retrieve(
        found.stripe_id, {"expand": ["latest_invoice.payments"]}
    ).latest_invoice

    paid = invoice.payments.data[0].payment.payment_intent

    told = stripe.read_invoice(invoice.id)
    assert told == found.invoice
    assert (told.subscription_id, told.status, told.amount_minor, told.paid_minor) == (
        found.stripe_id,
        "paid",
        900,
        900,
    )
    assert (told.until, told.page) == (found.period_end, invoice.hosted_invoice_url)
    assert stripe.invoice_of_payment(paid) == told
    assert stripe.invoices_of(found.stripe_id) == [told]
    assert stripe.invoice_of_payment("pi_of_an_order") is None


def test_what_there_is_not_is_said_so(stripe):
    with pytest.raises(NoSuchSession):
        stripe.read_subscription("sub_none")
    with pytest.raises(NoSuchSession):
        stripe.end_now("sub_none")
    with pytest.raises(GatewayRefused):
        stripe.portal_url("cus_none", "http://127.0.0.1:1/manage")


def test_a_late_payment_is_late_since_its_invoice(stripe, till):
    found = join(stripe, stripe.ensure_price(MONTHLY).price_id, "4000000000000341")
    till.clock.advance(14 * DAY + 60)
    try:
        late = stripe.read_subscription(found.stripe_id)
    finally:
        till.clock.back()

    assert late.status == "past_due"
    assert late.late_since == found.trial_end


def test_silence_is_told_and_nothing_is_made(till):
    deaf = StripeGateway(Settings(stripe_api_base="http://127.0.0.1:9", stripe_max_retries=0))

    with pytest.raises(GatewayUnavailable):
        deaf.ensure_price(MONTHLY)
