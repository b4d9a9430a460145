"""Begin subscriptions on the pay page, for the tests of what becomes of them."""

from tests.storefront.till.till_makers import press, request_of

DAY = 24 * 60 * 60
LATER_DECLINED = "4000000000000341"


def open_page(client, price, *, days=14, **changes):
    data = {"subscription_data": {"trial_period_days": days, "metadata": {"plan": "month"}}}
    asked = {"mode": "subscription", "line_items": [{"price": price.id, "quantity": 1}]}
    return client.v1.checkout.sessions.create(
        request_of(**asked, **(data if days else {}), **changes)
    )


def subscribe(client, price, card="4242424242424242", **changes):
    session = open_page(client, price, **changes)
    answer = press(session.url, card_number=card)
    assert answer.status_code == 303, answer.text
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    return done.subscription


def read(client, sub):
    return client.v1.subscriptions.retrieve(sub.id, {"expand": ["latest_invoice.payments"]})
