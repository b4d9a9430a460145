"""Customers and coupons are kept the way Stripe keeps them."""

import pytest
import stripe


def test_a_customer_is_made_read_changed_and_deleted(standing_client):
    customers = standing_client.v1.customers
    made = customers.create(
        {
            "email": "ana@example.com",
            "name": "Ana",
            "address": {"city": "Berlin", "country": "DE"},
            "metadata": {"account": "7", "kind": "guest"},
        }
    )

    changed = customers.update(made.id, {"name": "Ana B.", "metadata": {"kind": ""}})

    assert customers.retrieve(made.id) == changed
    assert (changed.email, changed.name, changed.address.city) == (
        "ana@example.com",
        "Ana B.",
        "Berlin",
    )
    assert changed.metadata.to_dict() == {"account": "7"}
    assert customers.delete(made.id).deleted
    with pytest.raises(stripe.InvalidRequestError) as gone:
        customers.retrieve(made.id)
    assert gone.value.http_status == 404


def test_customers_are_listed_by_address(standing_client):
    wanted = standing_client.v1.customers.create({"email": "one@example.com"})
    standing_client.v1.customers.create({"email": "other@example.com"})

    found = standing_client.v1.customers.list({"email": "one@example.com"})

    assert [one.id for one in found.data] == [wanted.id]


def test_customers_are_told_of(client, shop):
    made = client.v1.customers.create({"email": "ana@example.com"})
    client.v1.customers.update(made.id, {"phone": "+49 30 1"})
    client.v1.customers.delete(made.id)

    shop.wait_for("customer.deleted")
    assert shop.types() == ["customer.created", "customer.updated", "customer.deleted"]
    assert shop.events[1]["data"]["previous_attributes"] == {"phone": None}


def test_a_coupon_of_our_own_name_is_made_once(standing_client):
    facts = {"id": "attempt-1", "amount_off": 300, "currency": "eur"}
    standing_client.v1.coupons.create(facts)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        standing_client.v1.coupons.create(facts)

    assert refused.value.code == "resource_already_exists"
    assert standing_client.v1.coupons.delete("attempt-1").deleted
    assert standing_client.v1.coupons.create(facts).id == "attempt-1"
