"""Products, prices and shipping rates are kept and sold by their ids."""

import pytest
import stripe

from tests.storefront.till.till_makers import request_of


@pytest.fixture
def product(standing_client):
    return standing_client.v1.products.create({"name": "Course"})


def price_of(client, product, **changes):
    facts = {"product": product.id, "currency": "eur", "unit_amount": 900, **changes}
    return client.v1.prices.create(facts)


def test_a_price_is_found_by_its_lookup_key(standing_client, product):
    wanted = price_of(standing_client, product, lookup_key="course-month")
    price_of(standing_client, product)

    found = standing_client.v1.prices.list(
        {"lookup_keys": ["course-month", "none"], "expand": ["data.product"]}
    )

    assert [(one.id, one.product.name) for one in found.data] == [(wanted.id, "Course")]


def test_a_lookup_key_belongs_to_one_price_and_can_be_passed_on(standing_client, product):
    old = price_of(standing_client, product, lookup_key="key")
    with pytest.raises(stripe.InvalidRequestError, match="already uses that lookup key"):
        price_of(standing_client, product, lookup_key="key")

    new = price_of(standing_client, product, lookup_key="key", transfer_lookup_key=True)

    assert standing_client.v1.prices.retrieve(old.id).lookup_key is None
    assert new.lookup_key == "key"


def test_a_session_sells_kept_prices_and_rates(standing_client, product):
    price = price_of(standing_client, product)
    rate = standing_client.v1.shipping_rates.create(
        {
            "display_name": "Parcel",
            "type": "fixed_amount",
            "fixed_amount": {"amount": 390, "currency": "eur"},
        }
    )

    session = standing_client.v1.checkout.sessions.create(
        request_of(
            line_items=[{"price": price.id, "quantity": 2}],
            shipping_options=[{"shipping_rate": rate.id}],
        )
    )

    assert session.amount_total == 2190
    lines = standing_client.v1.checkout.sessions.line_items.list(session.id)
    assert [(one.price.id, one.description) for one in lines.data] == [(price.id, "Course")]


def test_what_is_switched_off_is_not_sold(standing_client, product):
    price = price_of(standing_client, product)
    changed = standing_client.v1.prices.update(price.id, {"active": False, "nickname": "old"})
    assert (changed.active, changed.nickname) == (False, "old")

    with pytest.raises(stripe.InvalidRequestError, match="inactive"):
        standing_client.v1.checkout.sessions.create(
            request_of(line_items=[{"price": price.id, "quantity": 1}])
        )


def test_products_are_changed_listed_and_deleted_without_prices(standing_client, product):
    priced = standing_client.v1.products.create({"name": "Mat", "id": "mat-1"})
    price_of(standing_client, priced)
    standing_client.v1.products.update(product.id, {"name": "Courses", "active": False})

    found = standing_client.v1.products.list({"ids": ["mat-1", product.id]})
    assert {one.name for one in found.data} == {"Mat", "Courses"}
    assert standing_client.v1.products.delete(product.id).deleted
    with pytest.raises(stripe.InvalidRequestError, match="has one or more prices"):
        standing_client.v1.products.delete("mat-1")


@pytest.mark.parametrize(
    "facts",
    [
        {"currency": "eur", "unit_amount": 1},
        {"currency": "eur", "product": "prod_none", "unit_amount": 1},
        {"currency": "eur", "product_data": {"name": "x"}},
        {"currency": "eur", "product_data": {"name": "x"}, "unit_amount_decimal": "-1"},
        {
            "currency": "eur",
            "product_data": {"name": "x"},
            "unit_amount": 1,
            "tiers_mode": "volume",
        },
    ],
)
def test_a_price_that_makes_no_sense_is_refused(standing_client, facts):
    with pytest.raises(stripe.InvalidRequestError):
        standing_client.v1.prices.create(facts)


def test_a_rate_can_be_switched_off(standing_client):
    rate = standing_client.v1.shipping_rates.create(
        {"display_name": "Van", "fixed_amount": {"amount": 0, "currency": "eur"}}
    )

    standing_client.v1.shipping_rates.update(rate.id, {"active": False})

    assert rate.id not in [
        one.id for one in standing_client.v1.shipping_rates.list({"active": True}).data
    ]
    assert standing_client.v1.shipping_rates.retrieve(rate.id).active is False
