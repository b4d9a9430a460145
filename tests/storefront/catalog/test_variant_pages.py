"""Each variant has a page that says its own price and stock; specifications, safety and spares are told."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from storefront import clock, database
from storefront.catalog.models import Variant
from storefront.stock import preorders, service
from tests.makers import both, check_out, make_product, set_stock


@pytest.fixture
def shop(demo_app):
    with time_machine.travel("2026-11-18T09:00:00Z", tick=False):
        yield demo_app.test_client()


def structured(page):
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    return {value["@type"]: value for value in map(json.loads, blocks)}


def two_variants(db, free=(5, 0)):
    medium = make_product(db, "roller", sku="R-M", stock=free[0])
    firm = Variant(sku="R-F", slug="firm", name="Firm", price_minor=3000, weight_grams=1, options={}, position=1)  # fmt: skip
    medium.product.variants.append(firm)
    db.flush()
    set_stock(db, firm, free[1])
    return medium, firm


def test_each_variant_has_an_address_with_its_own_price_and_stock(shop):
    medium = shop.get("/shop/long-foam-roller/medium").text
    firm = shop.get("/shop/long-foam-roller/firm").text

    assert '<link rel="canonical" href="http://localhost/shop/long-foam-roller/firm">' in firm
    assert re.search(r'value="ROLL-LONG-M" checked', medium)
    assert "59 kg/m³" in medium
    assert "68 kg/m³" in firm
    assert not re.search(r'value="ROLL-LONG-[MF]" checked', firm)
    link = '<a href="/shop/long-foam-roller/firm">Firm (sold out: tell me when it is back)</a>'
    assert link in medium


@pytest.mark.parametrize(
    "path", ["/shop/long-foam-roller/huge", "/shop/pressure-ball/65-mm", "/shop/long-foam-roller/%00"]
)  # fmt: skip
def test_there_is_no_page_of_a_variant_that_is_not(shop, path):
    assert shop.get(path).status_code in (400, 404)


def test_page_json_ld_and_api_say_the_same_of_every_variant(shop):
    for product in shop.get("/api/v1/products/stretching-strap").json["variants"]:
        group = structured(shop.get(product["url"]).text)["ProductGroup"]
        told = next(each for each in group["hasVariant"] if each["sku"] == product["sku"])
        offer = told["offers"][0]
        assert offer["price"].replace(".", "") == str(product["price_minor"])
        assert offer["url"] == told["url"] == f"http://localhost{product['url']}"
        band = {"in_stock": "InStock", "few": "LimitedAvailability", "preorder": "PreOrder"}
        assert offer["availability"].endswith(band[product["stock"]])
        values = {each["propertyID"]: each["value"] for each in told["additionalProperty"]}
        assert values == {each["slug"]: each["value"] for each in product["attributes"]}


def test_a_preorder_says_when_it_ships(shop):
    page = shop.get("/shop/stretching-strap/3-m").text

    assert "Preorder, ships from 1 March 2027" in page
    assert "preorder, from 1 March 2027" in page
    assert "Order now, delivered Wed 3 – Fri 5 Mar" in page
    offer = structured(page)["ProductGroup"]["hasVariant"][2]["offers"][0]
    assert offer["availabilityStarts"] == "2027-03-01"


def test_safety_is_told_with_maker_and_responsible_person(shop):
    page = shop.get("/shop/long-foam-roller").text

    assert "Demo Foam Works (no real company)" in page
    assert "Responsible in the EU" in page
    assert "Do not stand on it." in page
    assert "Stamped into the end face" in page


def test_a_spare_part_and_its_whole_lead_to_each_other(shop):
    assert '<a href="/shop/t-handle">T-handle</a>' in shop.get("/shop/pressure-tool-set").text
    spare = shop.get("/shop/t-handle").text
    assert '<a href="/shop/pressure-tool-set">Pressure tool set</a>' in spare


def test_a_shelf_shows_what_lies_on_the_shelves_below_it(shop):
    page = shop.get("/shop/c/press-and-roll").text

    assert "9 products" in page
    assert 'href="/shop/c/pressure-tools"' in page
    trail = structured(shop.get("/shop/t-handle").text)["BreadcrumbList"]["itemListElement"]
    names = [each["name"] for each in trail]
    assert names == [
        "Home",
        "Shop",
        "Press and roll",
        "Pressure tools",
        "Spare parts",
        "T-handle",
    ]


def test_the_shelf_filters_by_latex(shop):
    page = shop.get("/shop/?latex=free").text

    assert "11 products" in page
    assert 'href="/shop/pressure-ball"' not in page


@both
def test_held_pieces_are_in_stock_nowhere(app, client, db, gateway):
    _medium, firm = two_variants(db, (1, 3))
    db.commit()
    buyer = app.test_client()
    buyer.post("/cart/lines", data={"sku": "R-M"})
    assert check_out(buyer).status_code == 303

    page, api = client.get("/shop/roller"), client.get("/api/v1/products/roller").json
    assert re.search(r'value="R-M" disabled', page.text)
    assert [each["available"] for each in api["variants"]] == [False, True]
    offers = [each["offers"][0] for each in structured(page.text)["ProductGroup"]["hasVariant"]]
    assert offers[0]["availability"].endswith("OutOfStock")
    with database.transaction():
        service.receive(db, firm.id, -3, few=5)
    assert "0 products" in client.get("/shop/?stock=in").text


def test_a_blocked_variant_says_why_and_cannot_be_bought(client, db):
    medium, _firm = two_variants(db, (5, 5))
    db.commit()
    with database.transaction():
        service.block(db, medium.id, "The seam may open. We look into it.")

    page = client.get("/shop/roller/r-m").text

    assert "Not sold at the moment" in page
    assert "The seam may open." in page
    assert client.post("/cart/lines", data={"sku": "R-M"}).status_code == 409


@both
def test_a_preorder_ends_at_its_moment_on_cached_pages_too(client, db):
    noon = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
    with time_machine.travel(noon, tick=False) as now:
        medium, _firm = two_variants(db, (0, 0))
        db.commit()
        with database.transaction():
            preorders.open_until(
                db, medium.id, 2, (noon + timedelta(days=9)).date(), few=5,
                until=clock.now() + timedelta(minutes=5),
            )  # fmt: skip
        assert "Preorder, ships from 29 November 2026" in client.get("/shop/roller").text
        now.shift(timedelta(minutes=5))
        page = client.get("/shop/roller").text
        assert "Preorder" not in page
        assert "Sold out" in page
