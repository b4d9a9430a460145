"""The portal, where a customer ends, resumes and pays."""

import pytest
import requests
import stripe

from tests.storefront.till.subscribing import DAY, LATER_DECLINED, read, subscribe
from tests.storefront.till.till_makers import press


def test_another_card_saves_a_subscription_that_is_late(client, price, till):
    sub = subscribe(client, price, LATER_DECLINED)
    till.clock.advance(14 * DAY + 60)
    late = read(client, sub)
    portal = client.v1.billing_portal.sessions.create({"customer": late.customer})

    assert press(portal.url, action="card", card_number="4000000000000002").status_code == 422
    assert press(portal.url, action="card").status_code == 303
    paid = client.v1.invoices.pay(late.latest_invoice.id)

    assert (paid.status, read(client, sub).status) == ("paid", "active")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.invoices.pay(paid.id)
    assert refused.value.code == "invoice_already_paid"


def test_the_portal_ends_a_subscription_with_its_period_and_takes_it_back(
    client, price, shop, till
):
    sub = subscribe(client, price, days=0)
    portal = client.v1.billing_portal.sessions.create(
        {"customer": sub.customer, "return_url": "http://127.0.0.1:1/account"}
    )
    shown = requests.get(portal.url, timeout=30).text
    assert "End it with this period" in shown
    assert 'href="http://127.0.0.1:1/account"' in shown

    for action in ("cancel", "resume", "cancel"):
        answer = press(portal.url, action=action, subscription=sub.id)
        assert answer.status_code == 303
        assert read(client, sub).cancel_at_period_end is (action == "cancel")
    till.clock.advance(32 * DAY)

    assert read(client, sub).status == "canceled"
    shop.wait_for("customer.subscription.deleted")
    assert client.v1.subscriptions.list({"customer": sub.customer}).data == []
    listed = client.v1.subscriptions.list({"customer": sub.customer, "status": "all"})
    assert [one.id for one in listed.data] == [sub.id]


def test_the_portal_shows_invoices_and_nobody_elses_subscription(client, price):
    sub, other = subscribe(client, price, days=0), subscribe(client, price, days=0)
    portal = client.v1.billing_portal.sessions.create({"customer": sub.customer})

    page = requests.get(portal.url, timeout=30).text
    invoice = read(client, sub).latest_invoice
    assert invoice.hosted_invoice_url in page
    assert "9.00 EUR" in requests.get(invoice.hosted_invoice_url, timeout=30).text
    assert press(portal.url, action="cancel", subscription=other.id).status_code == 404
    assert press(portal.url, action="steal").status_code == 422
    assert press(portal.url, action="card", cvc="1").status_code == 422
    assert read(client, other).cancel_at_period_end is False


def test_a_portal_runs_out(client, price, till):
    sub = subscribe(client, price)
    portal = client.v1.billing_portal.sessions.create({"customer": sub.customer})

    till.clock.advance(3700)

    assert requests.get(portal.url, timeout=30).status_code == 410
