"""One walk through everything: each endpoint asked, each event type sent, all as the SDK has it."""

import re
from typing import Literal, get_args, get_origin

import pytest
import requests
import stripe

from storefront.till import contract
from storefront.till.endpoints import ENDPOINTS
from storefront.till.event_types import EVENT_TYPES
from tests.storefront.till import sdk_schema
from tests.storefront.till.till_makers import CheckedClient, get, line, press, request_of

DAY = 24 * 60 * 60

ASKS_AGAIN = "4000002760003184"


class Walk:
    """The checked client, the till's buttons and the pay page in one hand."""

    def __init__(self, till):
        self.till = till
        self.line = CheckedClient(timeout=(3, 15))
        client = stripe.StripeClient(
            "sk_test_till_walk",
            base_addresses={"api": till.base_address},
            http_client=self.line,
        )
        self.v1 = client.v1

    def button(self, path: str, **form) -> None:
        answer = requests.post(f"{self.till.base_address}/till/{path}", data=form, timeout=30)
        assert answer.status_code == 200, answer.text

    def session(self, **changes):
        return self.v1.checkout.sessions.create(request_of(**changes))

    def pay(self, session, card="4242424242424242", **form):
        press(session.url, card_number=card, terms="1", **form)
        return self.v1.checkout.sessions.retrieve(
            session.id, {"expand": ["payment_intent.latest_charge", "subscription"]}
        )

    def asked(self) -> set[tuple[str, str]]:
        """The endpoints that have been asked."""
        found = set()
        for endpoint in ENDPOINTS:
            pattern = re.sub("<[a-z_]+>", "[^/]+", endpoint.path)
            for method, path in self.line.visited:
                if method == endpoint.method and re.fullmatch(pattern, path):
                    found.add((endpoint.method, endpoint.path))
        return found


def keep_things(walk: Walk) -> str:
    """Make, read, change, list and delete what is kept by id; give a recurring price."""
    v1 = walk.v1
    customer = v1.customers.create({"email": "a@b.example"})
    v1.customers.update(customer.id, {"name": "A"})
    v1.customers.retrieve(customer.id)
    v1.customers.list()
    v1.customers.delete(customer.id)
    product = v1.products.create({"name": "Course"})
    v1.products.update(product.id, {"description": "x"})
    v1.products.retrieve(product.id)
    v1.products.list()
    v1.products.delete(v1.products.create({"name": "gone"}).id)
    facts = {"product": product.id, "currency": "eur", "unit_amount": 900}
    price = v1.prices.create({**facts, "recurring": {"interval": "month"}})
    v1.prices.update(price.id, {"nickname": "x"})
    v1.prices.retrieve(price.id)
    v1.prices.list()
    rate = v1.shipping_rates.create(
        {"display_name": "Van", "fixed_amount": {"amount": 1, "currency": "eur"}}
    )
    v1.shipping_rates.update(rate.id, {"active": False})
    v1.shipping_rates.retrieve(rate.id)
    v1.shipping_rates.list()
    tax = v1.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": True})
    v1.tax_rates.retrieve(tax.id)
    v1.tax_rates.list()
    endpoint = v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:1/", "enabled_events": ["*"]}
    )
    v1.webhook_endpoints.update(endpoint.id, {"disabled": True})
    v1.webhook_endpoints.retrieve(endpoint.id)
    v1.webhook_endpoints.list()
    v1.webhook_endpoints.delete(endpoint.id)
    return price.id


def sell_once(walk: Walk) -> None:
    """Sell with a code, automatic tax and an invoice; decline, challenge, debit and expire."""
    v1 = walk.v1
    off = v1.coupons.create({"percent_off": 10, "duration": "once"})
    v1.coupons.retrieve(off.id)
    v1.coupons.list()
    v1.coupons.delete(v1.coupons.create({"percent_off": 1, "duration": "once"}).id)
    code = v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": off.id}})
    v1.promotion_codes.update(code.id, {"metadata": {"a": "b"}})
    v1.promotion_codes.retrieve(code.id)
    v1.promotion_codes.list()
    session = walk.session(
        allow_promotion_codes=True,
        automatic_tax={"enabled": True},
        consent_collection={"terms_of_service": "required"},
        customer_creation="always",
        invoice_creation={"enabled": True},
        shipping_address_collection={"allowed_countries": ["DE"]},
    )
    press(session.url, card_number="4000000000000002", terms="1")
    press(session.url, card_number="4000002760003184", terms="1", code=code.code)
    press(f"{session.url}/secure", action="complete")
    expand = ["total_details.breakdown", "line_items.data.taxes", "invoice", "customer"]
    v1.checkout.sessions.retrieve(session.id, {"expand": expand})
    v1.checkout.sessions.line_items.list(session.id)
    v1.checkout.sessions.list()
    tried = walk.session()
    press(tried.url, card_number="4000000000000002")
    v1.checkout.sessions.expire(tried.id)
    for result in ("succeed", "fail"):
        debit = walk.session(line_items=[line()])
        press(debit.url, action="debit")
        walk.button(f"sessions/{debit.id}/debit/{result}")


def give_back(walk: Walk) -> None:
    """Refund, let a refund fail, dispute, warn."""
    v1 = walk.v1
    paid = walk.pay(walk.session()).payment_intent
    refund = v1.refunds.create({"payment_intent": paid.id, "amount": 100})
    v1.refunds.update(refund.id, {"metadata": {"a": "b"}})
    v1.refunds.retrieve(refund.id)
    v1.refunds.list()
    walk.button(f"refunds/{refund.id}/fail")
    v1.payment_intents.retrieve(paid.id)
    v1.payment_intents.list()
    v1.charges.retrieve(paid.latest_charge.id)
    v1.charges.list()
    v1.payment_methods.retrieve(paid.payment_method)
    walk.button(f"charges/{paid.latest_charge.id}/warn")
    warning = v1.radar.early_fraud_warnings.list().data[0]
    v1.radar.early_fraud_warnings.retrieve(warning.id)
    won = walk.pay(walk.session(), "4000000000000259").payment_intent
    lost = walk.pay(walk.session(), "4000000000000259").payment_intent
    disputes = [v1.disputes.list({"payment_intent": one.id}).data[0] for one in (won, lost)]
    v1.disputes.update(disputes[0].id, {"evidence": {"customer_name": "A"}})
    v1.disputes.retrieve(disputes[0].id)
    walk.button(f"disputes/{disputes[0].id}/win")
    v1.disputes.close(disputes[1].id)


def subscribe(walk: Walk, price: str) -> None:
    """Begin, renew, fail, pause, resume and end subscriptions; move a test clock."""
    v1 = walk.v1
    clock = v1.test_helpers.test_clocks.create({"frozen_time": walk.till.clock.now()})
    v1.test_helpers.test_clocks.retrieve(clock.id)
    v1.test_helpers.test_clocks.list()
    pause = {"end_behavior": {"missing_payment_method": "pause"}}
    data = {"trial_period_days": 14, "trial_settings": pause}

    def begin(card="4242424242424242", **changes):
        customer = v1.customers.create({"email": "t@b.example", "test_clock": clock.id})
        session = walk.session(
            mode="subscription",
            customer=customer.id,
            line_items=[{"price": price, "quantity": 1}],
            subscription_data=data,
            **changes,
        )
        return walk.pay(session, card).subscription

    def begin_secure():
        customer = v1.customers.create({"email": "s@b.example", "test_clock": clock.id})
        items = [{"price": price, "quantity": 1}]
        session = walk.session(
            mode="subscription", customer=customer.id, line_items=items, subscription_data=data
        )
        press(session.url, card_number=ASKS_AGAIN)
        assert press(f"{session.url}/secure", action="complete").status_code == 303
        return v1.checkout.sessions.retrieve(
            session.id, {"expand": ["subscription"]}
        ).subscription

    good, late, asking = begin(), begin("4000000000000341"), begin_secure()
    paused = begin("", payment_method_collection="if_required")
    moved = {"frozen_time": clock.frozen_time + 15 * DAY}
    v1.test_helpers.test_clocks.advance(clock.id, moved)
    v1.subscriptions.update(good.id, {"cancel_at_period_end": True})
    v1.subscriptions.resume(paused.id, {})
    v1.subscriptions.cancel(late.id)
    waits = {"invoice": v1.subscriptions.retrieve(asking.id).latest_invoice}
    v1.invoice_payments.list(waits | {"expand": ["data.payment.payment_intent"]})
    v1.subscriptions.retrieve(good.id, {"expand": ["latest_invoice", "customer"]})
    v1.subscriptions.list()
    v1.invoice_payments.list({"invoice": late.latest_invoice})
    portal = v1.billing_portal.sessions.create({"customer": late.customer})
    assert press(portal.url, action="card").status_code == 303
    portal = v1.billing_portal.sessions.create({"customer": paused.customer})
    assert press(portal.url, action="card").status_code == 303
    invoice = v1.invoices.list({"subscription": paused.id}).data[0]
    v1.invoices.pay(invoice.id)
    v1.invoices.retrieve(invoice.id, {"expand": ["payments"]})
    v1.test_helpers.test_clocks.delete(clock.id)


@pytest.fixture(scope="module")
def walked(standing_till):
    walk = Walk(standing_till)
    price = keep_things(walk)
    sell_once(walk)
    give_back(walk)
    subscribe(walk, price)
    walk.events = list(raw_events(standing_till))
    walk.v1.events.list()
    walk.v1.events.retrieve(walk.events[0]["id"])
    return walk


def raw_events(till):
    """Read every event as it stands on the wire."""
    after = ""
    while True:
        page = get(till, f"/v1/events?limit=100{after}").json()
        yield from page["data"]
        if not page["has_more"]:
            return
        after = f"&starting_after={page['data'][-1]['id']}"


def test_every_endpoint_has_answered_as_the_sdk_declares_it(walked):
    every = {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}

    assert every - walked.asked() == set()


def test_every_event_type_was_sent_as_the_sdk_declares_it(walked):
    assert EVENT_TYPES - {event["type"] for event in walked.events} == set()
    for event in walked.events:
        assert sdk_schema.problems(event) == [], event["type"]


def test_stripe_knows_every_event_type_of_the_till():
    fields = contract.fields(contract.params_type("WebhookEndpointCreateParams"))

    assert set(words(fields["enabled_events"])) > EVENT_TYPES


def words(hint) -> list[str]:
    """List the words of every Literal inside a hint."""
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    return [word for part in get_args(hint) for word in words(part)]
