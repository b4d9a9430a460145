"""Price lists, tax and delivery in the backoffice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock
from storefront.pricing.models import PriceListEntry, PriceListMember, TaxRate
from tests.makers import both, make_product
from tests.storefront.backoffice.at_the_desk import signed_in

LISTS = "/backoffice/price-lists"
RATES = "/backoffice/tax-and-delivery"


@pytest.fixture
def keeper(app, db):
    make_product(db, name="Mini roller")
    db.commit()
    client = signed_in(app, "keeper")
    client.post(LISTS, data={"key": "pro", "name": "Professionals"})
    return client


def rows(db, model):
    db.rollback()
    db.expire_all()
    return db.scalars(select(model)).all()


@both
def test_a_list_has_prices_and_people(db, keeper):
    price = {"sku": "ROLL-MINI-M", "price": "19,50"}
    for _ in range(2):
        assert keeper.post(f"{LISTS}/pro/prices", data=price).status_code == 303
        assert (
            keeper.post(f"{LISTS}/pro/members", data={"email": "Ana@example.org"}).status_code
            == 303
        )

    text = keeper.get(f"{LISTS}/pro").text
    assert "€19.50" in text
    assert "€24.00" in text
    assert "ana@example.org" in text
    keeper.post(f"{LISTS}/pro/prices", data={"sku": "ROLL-MINI-M", "price": ""})
    keeper.post(f"{LISTS}/pro/members/remove", data={"email": "ana@example.org"})
    assert rows(db, PriceListEntry) == rows(db, PriceListMember) == []


@pytest.mark.parametrize(
    ("path", "sent", "said"),
    [("", {"key": "pro", "name": "Again"}, "such a list already"), ("", {"key": "A B", "name": "x"}, "Small letters"),
     ("", {"key": "x", "name": ""}, "From 1 to"), ("", {}, "Small letters"),
     ("/pro/prices", {"sku": "NONE", "price": "1"}, "no such SKU"),
     ("/pro/prices", {"sku": "ROLL-MINI-M", "price": "x"}, "such as 12.50"),
     ("/pro/members", {"email": "nobody"}, "an address such as")],
)  # fmt: skip
def test_what_no_list_can_have_is_refused(keeper, path, sent, said):
    answer = keeper.post(f"{LISTS}{path}", data=sent)

    assert answer.status_code == 422
    assert said in answer.text


def test_somebody_of_another_list_is_not_there(db, keeper):
    keeper.post(LISTS, data={"key": "club", "name": "Club"})
    keeper.post(f"{LISTS}/pro/members", data={"email": "ana@example.org"})

    answer = keeper.post(f"{LISTS}/club/members/remove", data={"email": "ana@example.org"})

    assert answer.status_code == 404
    assert len(rows(db, PriceListMember)) == 1
    for path in ("/none", "/none/prices", "/none/members"):
        way = keeper.get if path == "/none" else keeper.post
        assert (
            way(
                f"{LISTS}{path}",
                data={"sku": "ROLL-MINI-M", "price": "1", "email": "a@example.org"},
            ).status_code
            == 404
        )


@both
def test_a_rate_holds_from_its_day_on_and_is_replaced_by_itself(db, keeper):
    day = (clock.now() + timedelta(days=40)).date()
    sent = {"country": "DE", "category": "standard", "valid_from": day.isoformat()}

    keeper.post(RATES, data=sent | {"percent": "20"})
    keeper.post(RATES, data=sent | {"percent": "21,5"})

    assert [
        (each.country, each.basis_points, each.valid_from) for each in rows(db, TaxRate)
    ] == [("DE", 2150, day)]
    text = keeper.get(RATES).text
    assert "21.5 %" in text
    assert "19 %" in text
    assert "Delivery: Near" in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"country": "XX"}, "Choose a country"), ({"category": "odd"}, "Choose a category"), ({"percent": ""}, "Enter a percentage"),
     ({"percent": "101"}, "0 to 100"), ({"valid_from": "2001-01-01"}, "a day to come"), ({"valid_from": ""}, "the first day"),
     ({"valid_from": "9999-99-99"}, "such as 2027")],
)  # fmt: skip
def test_a_rate_that_makes_no_sense_is_refused(db, keeper, wrong, said):
    sent = {
        "country": "DE",
        "category": "standard",
        "percent": "20",
        "valid_from": "2099-01-01",
    }

    answer = keeper.post(RATES, data=sent | wrong)

    assert answer.status_code == 422
    assert said in answer.text
    assert rows(db, TaxRate) == []
