"""A cart that no parcel can hold is shown with its lines, so that it can be mended."""

import pytest
from sqlalchemy import select

from storefront.cart.models import CartLine
from storefront.zones import Band, Way, Zone
from tests.makers import BUYER, check_out, make_product

LIGHT = Way(
    key="standard",
    label="Standard",
    days=(1, 3),
    bands=(Band(price_minor=390, up_to_grams=20_000),),
)


@pytest.fixture
def heavy(app, client, db, gateway):
    state = app.extensions["storefront"]
    zones = (Zone(name="Near", countries=("DE",), ways=(LIGHT,)),)
    state.settings = state.settings.model_copy(update={"shipping_zones": zones})
    variant = make_product(db, stock=99)
    variant.weight_grams = 30_000
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "50"})
    return client


def test_the_cart_says_why_and_can_be_mended(heavy, db):
    page = heavy.get("/cart")
    line_id = db.scalars(select(CartLine.id)).one()

    assert page.status_code == 200
    assert "too heavy" in page.text
    assert "Check out -" not in page.text
    heavy.post(f"/cart/lines/{line_id}", data={"action": "remove"})
    assert "Nothing in it yet" in heavy.get("/cart").text


def test_the_checkout_leads_back_to_the_cart(heavy, gateway):
    refused = check_out(heavy)
    updated = heavy.post("/checkout", data=BUYER | {"action": "update"})

    assert heavy.get("/checkout").location == "/cart"
    assert (refused.status_code, updated.status_code) == (422, 422)
    assert "too heavy" in refused.text
    assert gateway.requests == []


def test_a_program_is_told_as_data(heavy, client):
    wish = {
        "items": [{"sku": "ROLL-MINI-M", "quantity": 50}], "email": "ana@example.org", "name": "Ana",
        "address": {"line1": "Way 1", "city": "Berlin", "postal_code": "10115", "country": "DE"},
    }  # fmt: skip

    heavy_answer = client.post("/api/v1/checkout", json=wish).json
    far = wish | {"address": wish["address"] | {"country": "AQ"}}
    far_answer = client.post("/api/v1/checkout", json=far).json

    assert [each["kind"] for each in heavy_answer["problems"]] == ["no_delivery"]
    assert [each["kind"] for each in far_answer["problems"]] == ["no_delivery"]
