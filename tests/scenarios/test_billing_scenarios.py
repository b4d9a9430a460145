"""What stands behind payments: customers, prices, codes, subscriptions."""

import uuid

import pytest
import stripe

DAY = 24 * 60 * 60


def test_a_customer_keeps_and_changes_metadata(client):
    made = client.v1.customers.create(
        {"email": "a@example.com", "metadata": {"a": "1", "b": "2"}}
    )

    changed = client.v1.customers.update(made.id, {"metadata": {"a": "", "c": "3"}})

    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    assert client.v1.customers.delete(made.id).deleted


def price_of(client, key):
    return client.v1.prices.create(
        {
            "currency": "eur",
            "unit_amount": 900,
            "lookup_key": key,
            "recurring": {"interval": "month"},
            "product_data": {"name": "Routines"},
        }
    )


def test_a_price_is_found_by_its_lookup_key_which_is_its_own(client):
    key = uuid.uuid4().hex
    made = price_of(client, key)

    found = client.v1.prices.list({"lookup_keys": [key]}).data

    assert [(one.id, one.recurring.interval) for one in found] == [(made.id, "month")]
    with pytest.raises(stripe.InvalidRequestError):
        price_of(client, key)


def test_a_coupon_of_our_own_name_is_made_once(client):
    facts = {"id": uuid.uuid4().hex, "amount_off": 300, "currency": "eur", "duration": "once"}
    client.v1.coupons.create(facts)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.coupons.create(facts)

    assert refused.value.code == "resource_already_exists"
    assert client.v1.coupons.delete(facts["id"]).deleted


def test_a_promotion_code_belongs_to_a_coupon_and_is_active_once(client):
    off = client.v1.coupons.create({"percent_off": 10, "duration": "once"})
    facts = {
        "promotion": {"type": "coupon", "coupon": off.id},
        "code": uuid.uuid4().hex.upper(),
    }
    made = client.v1.promotion_codes.create(facts)

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.promotion_codes.create(facts)

    found = client.v1.promotion_codes.list({"code": facts["code"]}).data
    assert [one.id for one in found] == [made.id]


@pytest.mark.till_only("a script cannot subscribe on Stripe's own page")
def test_a_trial_ends_in_a_paid_period_by_a_test_clock(client, press, till):
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": till.clock.now()})
    customer = client.v1.customers.create({"email": "a@example.com", "test_clock": clock.id})
    session = client.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "customer": customer.id,
            "line_items": [{"price": price_of(client, uuid.uuid4().hex).id, "quantity": 1}],
            "subscription_data": {"trial_period_days": 14},
            "success_url": "http://127.0.0.1:1/thanks",
        }
    )
    assert press(session.url) == 303
    sub = client.v1.subscriptions.list({"customer": customer.id}).data[0]
    assert sub.status == "trialing"

    moved = {"frozen_time": clock.frozen_time + 15 * DAY}
    client.v1.test_helpers.test_clocks.advance(clock.id, moved)

    after = client.v1.subscriptions.retrieve(sub.id, {"expand": ["latest_invoice"]})
    assert (after.status, after.latest_invoice.amount_paid) == ("active", 900)
    assert after["items"].data[0].current_period_end > sub.trial_end
