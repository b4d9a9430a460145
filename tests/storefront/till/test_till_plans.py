"""A plan is changed in the portal: a longer one at once, a shorter one with the next period."""

import pytest
import requests
import stripe

from tests.storefront.till.subscribing import DAY, LATER_DECLINED, open_page, read, subscribe
from tests.storefront.till.till_makers import press

BACK = "http://127.0.0.1:1/manage"


@pytest.fixture
def yearly(client):
    return client.v1.prices.create(
        {"currency": "eur", "unit_amount": 9000, "product_data": {"name": "Year"}, "recurring": {"interval": "year"}}
    )  # fmt: skip


def question(client, sub, price, **changes):
    item = {"id": sub["items"].data[0].id, "price": price.id, "quantity": 1}
    confirm = {"subscription": sub.id, "items": [item]} | changes
    after = {"type": "redirect", "redirect": {"return_url": BACK}}
    flow = {
        "type": "subscription_update_confirm",
        "subscription_update_confirm": confirm,
        "after_completion": after,
    }
    return client.v1.billing_portal.sessions.create(
        {"customer": sub.customer, "flow_data": flow}
    )


def price_of(sub):
    return sub["items"].data[0].price.id


def test_a_longer_plan_is_paid_at_once_less_what_is_left(client, price, yearly, till):
    sub = subscribe(client, price, days=0)
    till.clock.advance(15 * DAY)
    portal = question(client, sub, yearly)
    assert "90.00 EUR" in requests.get(portal.url, timeout=30).text

    answer = press(portal.url, action="change")

    assert (answer.status_code, answer.headers["Location"]) == (303, BACK)
    after = read(client, sub)
    assert (after.status, price_of(after)) == ("active", yearly.id)
    assert after.latest_invoice.status == "paid"
    assert 8500 <= after.latest_invoice.amount_paid < 8600
    assert after["items"].data[0].current_period_end - till.clock.now() > 364 * DAY


def test_a_shorter_plan_begins_with_the_next_period(client, price, yearly, till):
    sub = subscribe(client, yearly, days=0)

    assert press(question(client, sub, price).url, action="change").status_code == 303
    assert price_of(read(client, sub)) == yearly.id
    till.clock.advance(366 * DAY)

    after = read(client, sub)
    assert (after.status, price_of(after), after.latest_invoice.amount_paid) == (
        "active",
        price.id,
        900,
    )


def test_a_trial_goes_on_by_another_plan_without_a_charge(client, price, yearly):
    sub = subscribe(client, price)

    assert press(question(client, sub, yearly).url, action="change").status_code == 303

    after = read(client, sub)
    assert (after.status, after.trial_end, price_of(after)) == (
        "trialing",
        sub.trial_end,
        yearly.id,
    )
    assert after.latest_invoice.id == sub.latest_invoice


def test_a_card_that_declines_changes_nothing(client, price, yearly, till):
    sub = subscribe(client, price, days=0)
    portal = client.v1.billing_portal.sessions.create({"customer": sub.customer})
    press(portal.url, action="card", card_number=LATER_DECLINED)

    answer = press(question(client, sub, yearly).url, action="change")

    assert answer.status_code == 422
    assert "declined" in answer.text
    assert price_of(read(client, sub)) == price.id


def test_only_ones_own_subscription_and_another_recurring_price_can_be_asked_about(
    client, price, yearly
):
    sub, other = subscribe(client, price), subscribe(client, price)
    once = client.v1.prices.create(
        {"currency": "eur", "unit_amount": 9000, "product_data": {"name": "x"}}
    )

    for wanted, changes in ((yearly, {"subscription": other.id}), (price, {}), (once, {})):
        with pytest.raises(stripe.InvalidRequestError):
            question(client, sub, wanted, **changes)
    with pytest.raises(stripe.InvalidRequestError):
        flow = {"type": "payment_method_update"}
        client.v1.billing_portal.sessions.create({"customer": sub.customer, "flow_data": flow})
    plain = client.v1.billing_portal.sessions.create({"customer": sub.customer})
    assert press(plain.url, action="change").status_code == 404


def test_a_payment_names_its_invoice(client, price):
    sub = read(client, subscribe(client, price, days=0))
    paid = sub.latest_invoice.payments.data[0].payment.payment_intent

    wanted = {"payment": {"type": "payment_intent", "payment_intent": paid}}
    found = client.v1.invoice_payments.list(wanted).data

    assert [each.invoice for each in found] == [sub.latest_invoice.id]
    assert open_page(client, price).status == "open"
