"""What a buyer chooses on the pay page: delivery, code, country, terms."""

import re

import pytest
import requests
import stripe

from tests.storefront.till.till_makers import (
    BREAKDOWN,
    get,
    line,
    opened,
    press,
    read,
    shipping,
)


def test_the_buyer_chooses_the_delivery(client):
    session = opened(client, shipping_options=[shipping(390), shipping(990, "Express")])
    express = session.shipping_options[1].shipping_rate
    assert session.amount_total == 2790

    assert press(session.url, shipping="shr_none").status_code == 422
    assert press(session.url, shipping=express).status_code == 303

    paid = read(client, session)
    assert (paid.amount_total, paid.shipping_cost.shipping_rate) == (3390, express)


def test_a_total_that_changed_is_shown_before_it_is_paid(client):
    session = opened(client, shipping_options=[shipping(390), shipping(990, "Express")])
    express = session.shipping_options[1].shipping_rate

    page = press(session.url, shipping=express, shown_total="2790")

    assert (page.status_code, "The total has changed" in page.text) == (422, True)
    assert press(session.url, shipping=express, shown_total="3390").status_code == 303


@pytest.mark.parametrize(
    ("behavior", "country", "total", "tax"),
    [
        ("inclusive", "DE", 2400, 383),
        ("exclusive", "DE", 2856, 456),
        ("exclusive", "US", 2400, 0),
    ],
)
def test_automatic_tax_follows_the_buyers_country(client, behavior, country, total, tax):
    item = line(1200, 2)
    item["price_data"]["tax_behavior"] = behavior
    session = opened(client, line_items=[item], automatic_tax={"enabled": True})
    assert session.automatic_tax.status == "requires_location_inputs"

    assert press(session.url, country=country.lower()).status_code == 303

    paid = read(client, session, **BREAKDOWN)
    assert (paid.amount_total, paid.total_details.amount_tax) == (total, tax)
    assert paid.automatic_tax.status == "complete"
    assert sum(one.amount for one in paid.total_details.breakdown.taxes) == tax
    assert sum(one.amount for one in paid.line_items.data[0].taxes) == tax
    assert paid.customer_details.address.country == country


def test_automatic_tax_knows_a_customers_country_and_taxes_the_delivery(client):
    customer = client.v1.customers.create(
        {"email": "a@b.example", "address": {"country": "AT"}}
    )
    option = shipping(600)
    option["shipping_rate_data"]["tax_behavior"] = "exclusive"
    item = line(1000, 1)
    item["price_data"]["tax_behavior"] = "exclusive"

    session = opened(
        client,
        customer=customer.id,
        line_items=[item],
        shipping_options=[option],
        automatic_tax={"enabled": True},
    )

    assert (session.amount_total, session.total_details.amount_tax) == (1920, 320)
    shown = read(client, session, expand=["shipping_cost.taxes", "shipping_cost.shipping_rate"])
    assert [one.amount for one in shown.shipping_cost.taxes] == [120]
    assert shown.shipping_cost.shipping_rate.display_name == "Parcel"


def test_two_rates_inside_one_price_share_its_tax(client):
    rates = [
        client.v1.tax_rates.create(
            {"display_name": name, "percentage": percent, "inclusive": True}
        ).id
        for name, percent in (("A", 10), ("B", 9))
    ]
    session = opened(client, line_items=[line(1190, 1, tax_rates=rates)])

    shown = read(client, session, **BREAKDOWN)

    assert [one.amount for one in shown.total_details.breakdown.taxes] == [100, 90]
    assert {one.rate.id for one in shown.line_items.data[0].taxes} == set(rates)


def test_the_breakdown_is_sent_only_when_asked_for(client, till):
    session = opened(client)

    plain = get(till, f"/v1/checkout/sessions/{session.id}").json()

    assert "breakdown" not in plain["total_details"]


def test_terms_must_be_accepted_and_news_may_be(client):
    asked = {"terms_of_service": "required", "promotions": "auto"}
    session = opened(client, consent_collection=asked)

    refused = press(session.url)
    assert (refused.status_code, 'href="#terms"' in refused.text) == (422, True)
    assert press(session.url, terms="1", promotions="1").status_code == 303

    consent = read(client, session).consent
    assert (consent.terms_of_service, consent.promotions) == ("accepted", "opt_in")


def test_telephone_and_address_are_asked_for_and_kept(client):
    session = opened(
        client,
        phone_number_collection={"enabled": True},
        shipping_address_collection={"allowed_countries": ["DE", "AT"]},
    )
    page = requests.get(session.url, timeout=30).text
    assert re.findall(r'<option value="(\w+)"', page) == ["DE", "AT"]

    wrong = press(session.url, phone="x", line1="", country="FR")
    assert wrong.status_code == 422
    for field in ("phone", "line1", "country"):
        assert f'href="#{field}"' in wrong.text
    place = {"line1": "Ring 1", "postal_code": "1010", "city": "Wien", "country": "AT"}
    assert press(session.url, phone="+43 1 234567", **place).status_code == 303

    paid = read(client, session)
    assert paid.customer_details.phone == "+43 1 234567"
    sent = paid.collected_information.shipping_details.address.to_dict()
    assert {name: sent[name] for name in place} == place


def test_a_known_customer_pays_and_is_updated(client):
    customer = client.v1.customers.create({"email": "known@example.com"})
    session = opened(
        client,
        customer=customer.id,
        customer_update={"name": "auto", "shipping": "auto"},
        shipping_address_collection={"allowed_countries": ["DE"]},
    )

    assert press(session.url, email="other@example.com").status_code == 303

    paid = read(client, session, expand=["payment_intent.latest_charge", "customer"])
    assert paid.customer_details.email == "known@example.com"
    assert (paid.customer.name, paid.customer.shipping.address.city) == (
        "Ana Example",
        "Testville",
    )
    assert paid.payment_intent.customer == customer.id
    method = client.v1.payment_methods.retrieve(paid.payment_intent.payment_method)
    assert (method.card.last4, method.customer) == ("4242", customer.id)
    listed = client.v1.checkout.sessions.list({"customer": customer.id})
    assert [one.id for one in listed.data] == [session.id]


def test_a_session_makes_a_customer_when_told_to(client):
    made, guest = (opened(client, customer_creation=how) for how in ("always", "if_required"))

    for session in (made, guest):
        press(session.url)

    assert read(client, guest).customer is None
    customer = client.v1.customers.retrieve(read(client, made).customer)
    assert customer.email == "ana@example.com"


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"customer": "cus_none"}, "customer"),
        ({"customer": "cus_1", "customer_email": "a@b.example"}, "customer"),
        ({"customer_update": {"name": "auto"}}, "customer_update"),
    ],
)
def test_customers_that_do_not_fit_are_refused(standing_client, changes, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        opened(standing_client, **changes)

    assert refused.value.param == param
