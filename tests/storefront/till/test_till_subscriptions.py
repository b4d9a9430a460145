"""Subscriptions from the pay page over trial, renewal and dunning to their end."""

import pytest
import requests
import stripe

from tests.storefront.till.subscribing import DAY, LATER_DECLINED, open_page, read, subscribe
from tests.storefront.till.till_makers import press, request_of, shipping


def test_a_trial_begins_with_an_invoice_of_nothing(client, price, shop):
    session = open_page(client, price)
    assert (session.amount_total, session.payment_method_collection) == (0, "always")
    assert "card_number" in requests.get(session.url, timeout=30).text

    assert press(session.url).status_code == 303

    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    sub = read(client, done.subscription)
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    assert (sub.status, sub.trial_end - sub.trial_start) == ("trialing", 14 * DAY)
    assert sub["items"].data[0].current_period_end == sub.trial_end
    assert sub.metadata["plan"] == "month"
    invoice = sub.latest_invoice
    assert (invoice.amount_paid, invoice.status) == (0, "paid")
    assert invoice.billing_reason == "subscription_create"
    assert invoice.parent.subscription_details.subscription == sub.id
    assert client.v1.customers.retrieve(done.customer).email == "ana@example.com"
    assert shop.types() == [
        "price.created",
        "customer.created",
        "payment_method.attached",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "checkout.session.completed",
    ]


def test_without_a_trial_the_first_period_is_paid_at_once(client, price):
    sub = read(client, subscribe(client, price, days=0))

    assert (sub.status, sub.trial_end) == ("active", None)
    assert sub.latest_invoice.amount_paid == 900
    paid = sub.latest_invoice.payments.data[0]
    intent = client.v1.payment_intents.retrieve(paid.payment.payment_intent)
    assert (intent.amount_received, intent.customer) == (900, sub.customer)


@pytest.mark.parametrize("days", [0, 14])
def test_a_declined_card_begins_nothing(client, price, days):
    session = open_page(client, price, days=days)

    answer = press(session.url, card_number="4000000000000002")

    assert (answer.status_code, "declined" in answer.text) == (402, True)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert client.v1.subscriptions.list().data == []


def test_three_d_secure_comes_before_the_subscription(client, price):
    session = open_page(client, price)
    asked = press(session.url, card_number="4000002760003184")
    assert asked.headers["Location"].endswith("/secure")

    assert press(f"{session.url}/secure", action="fail").status_code == 402
    press(session.url, card_number="4000002760003184")
    assert press(f"{session.url}/secure", action="complete").status_code == 303

    assert len(client.v1.subscriptions.list().data) == 1


def test_a_trial_is_announced_ends_and_is_paid(client, price, shop, till):
    sub = subscribe(client, price)

    till.clock.advance(12 * DAY)
    shop.wait_for("customer.subscription.trial_will_end")
    till.clock.advance(2 * DAY + 60)
    shop.wait_for("invoice.paid", times=2)

    after = read(client, sub)
    assert (after.status, after.latest_invoice.amount_paid) == ("active", 900)
    assert after.latest_invoice.billing_reason == "subscription_cycle"
    assert after["items"].data[0].current_period_start == after.trial_end
    kinds = shop.types()
    assert kinds.index("customer.subscription.updated") < len(kinds) - kinds[::-1].index(
        "invoice.paid"
    )


def test_renewals_keep_the_day_of_the_month(client, price, till):
    sub = subscribe(client, price, days=0)

    till.clock.advance(95 * DAY)

    invoices = client.v1.invoices.list({"subscription": sub.id}).data
    assert [one.amount_paid for one in invoices] == [900] * 4
    assert read(client, sub)["items"].data[0].current_period_end > till.clock.now()


def test_a_card_that_fails_later_is_tried_again_and_then_ends_it(client, price, shop, till):
    sub = subscribe(client, price, LATER_DECLINED)

    till.clock.advance(14 * DAY + 60)
    late = read(client, sub)
    assert (late.status, late.latest_invoice.status) == ("past_due", "open")
    assert late.latest_invoice.next_payment_attempt > till.clock.now()
    till.clock.advance(16 * DAY)

    gone = read(client, sub)
    assert (gone.status, gone.cancellation_details.reason) == ("canceled", "payment_failed")
    assert gone.latest_invoice.attempt_count == 4
    shop.wait_for("customer.subscription.deleted")
    assert shop.types().count("invoice.payment_failed") == 4


def subscribe_securely(client, price, card):
    session = open_page(client, price)
    press(session.url, card_number=card)
    assert press(f"{session.url}/secure", action="complete").status_code == 303
    return client.v1.subscriptions.list().data[0]


def intent_of(client, invoice):
    listed = client.v1.invoice_payments.list(
        {"invoice": invoice.id, "expand": ["data.payment.payment_intent"]}
    )
    return listed.data[0].payment.payment_intent


@pytest.mark.parametrize("action", ["pay", "fail"])
def test_a_bank_that_asks_at_each_renewal_is_answered_on_the_invoice(
    client, price, shop, till, action
):
    sub = subscribe_securely(client, price, "4000002760003184")

    till.clock.advance(14 * DAY + 60)
    shop.wait_for("invoice.payment_action_required")
    late = read(client, sub)
    assert (late.status, late.latest_invoice.status) == ("past_due", "open")
    assert intent_of(client, late.latest_invoice).status == "requires_action"
    till.clock.advance(4 * DAY)  # it is tried again, and the bank is not asked anew
    assert read(client, sub).latest_invoice.attempt_count == 2
    shop.wait_for("invoice.payment_failed", times=2)
    assert shop.types().count("invoice.payment_action_required") == 1

    answer = press(late.latest_invoice.hosted_invoice_url, action=action)

    after = read(client, sub)
    intent = intent_of(client, after.latest_invoice)
    if action == "pay":
        assert (answer.status_code, after.status, intent.status) == (200, "active", "succeeded")
        assert after.latest_invoice.amount_paid == 900
    else:
        assert (answer.status_code, after.status) == (402, "past_due")
        assert intent.status == "requires_payment_method"


def test_a_card_that_was_confirmed_once_is_renewed_without_its_owner(client, price, till):
    sub = subscribe_securely(client, price, "4000002500003155")

    till.clock.advance(14 * DAY + 60)

    assert read(client, sub).status == "active"


def test_an_invoice_that_was_declined_is_paid_on_its_page_by_another_card(client, price, till):
    sub = subscribe(client, price, LATER_DECLINED)
    till.clock.advance(14 * DAY + 60)
    page = read(client, sub).latest_invoice.hosted_invoice_url
    assert press(page, action="pay").status_code == 402
    portal = client.v1.billing_portal.sessions.create({"customer": sub.customer})
    press(portal.url, action="card")

    assert press(page, action="pay").status_code == 200

    assert read(client, sub).status == "active"
    assert press(page, action="pay").status_code == 402  # nothing is paid twice


def test_a_subscription_is_ended_at_once_by_the_api(client, price, shop):
    sub = subscribe(client, price)

    gone = client.v1.subscriptions.cancel(sub.id, {"cancellation_details": {"comment": "x"}})

    assert (gone.status, gone.cancellation_details.comment) == ("canceled", "x")
    shop.wait_for("customer.subscription.deleted")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.subscriptions.update(sub.id, {"description": "x"})
    assert refused.value.http_status == 404


def test_a_trial_can_be_cut_short(client, price):
    sub = subscribe(client, price)

    after = client.v1.subscriptions.update(sub.id, {"trial_end": "now"})

    assert after.status == "active"
    assert read(client, sub).latest_invoice.amount_paid == 900


def test_a_trial_without_a_card_ends_by_itself(client, price, till):
    ends = {"end_behavior": {"missing_payment_method": "cancel"}}
    session = client.v1.checkout.sessions.create(
        request_of(
            mode="subscription",
            line_items=[{"price": price.id, "quantity": 1}],
            payment_method_collection="if_required",
            subscription_data={"trial_period_days": 14, "trial_settings": ends},
        )
    )
    assert "card_number" not in requests.get(session.url, timeout=30).text
    assert press(session.url, card_number="").status_code == 303
    sub = client.v1.subscriptions.list().data[0]

    till.clock.advance(15 * DAY)

    assert read(client, sub).status == "canceled"


def test_the_tills_page_moves_its_time(client, price, till):
    sub = subscribe(client, price)
    address = f"{till.base_address}/till/clock"
    assert "An hour on" in requests.get(f"{till.base_address}/till", timeout=30).text

    before = till.clock.now()
    moved = requests.post(address, json={"advance": 15 * DAY}, timeout=30).json()["now"]

    assert moved - before >= 15 * DAY
    assert read(client, sub).status == "active"
    for wrong in ("0", "-5", "soon", "99999999999"):
        assert requests.post(address, data={"advance": wrong}, timeout=30).status_code == 400


def test_a_test_clock_moves_only_its_own_customers(client, price, till, shop):
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": till.clock.now()})
    mine = client.v1.customers.create({"email": "m@example.com", "test_clock": clock.id})
    sub = subscribe(client, price, customer=mine.id)
    other = subscribe(client, price)

    moved = client.v1.test_helpers.test_clocks.advance(
        clock.id, {"frozen_time": clock.frozen_time + 15 * DAY}
    )

    assert moved.status == "ready"
    after = read(client, sub)
    assert (after.status, after.test_clock) == ("active", clock.id)
    assert read(client, other).status == "trialing"
    shop.wait_for("test_helpers.test_clock.ready")
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": clock.frozen_time})
    assert client.v1.test_helpers.test_clocks.delete(clock.id).deleted
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.retrieve(mine.id)


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"shipping_options": [shipping()]}, "shipping_options"),
        ({"customer_creation": "always"}, "customer_creation"),
        (
            {"subscription_data": {"trial_period_days": 0}},
            "subscription_data[trial_period_days]",
        ),
        (
            {"subscription_data": {"trial_period_days": 731}},
            "subscription_data[trial_period_days]",
        ),
    ],
)
def test_what_does_not_go_with_subscriptions_is_refused(client, price, changes, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_page(client, price, days=0, **changes)

    assert refused.value.param == param


def test_one_time_and_recurring_prices_keep_to_their_mode(client, price):
    with pytest.raises(stripe.InvalidRequestError, match="recurring price"):
        client.v1.checkout.sessions.create(request_of(mode="subscription"))
    with pytest.raises(stripe.InvalidRequestError, match="one-time prices"):
        client.v1.checkout.sessions.create(
            request_of(line_items=[{"price": price.id, "quantity": 1}])
        )


def test_a_single_payment_may_have_an_invoice(client):
    session = client.v1.checkout.sessions.create(request_of(invoice_creation={"enabled": True}))
    press(session.url)

    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice.payments"]})

    assert (done.invoice.amount_paid, done.invoice.status) == (2400, "paid")
    assert done.invoice.payments.data[0].payment.payment_intent == done.payment_intent
