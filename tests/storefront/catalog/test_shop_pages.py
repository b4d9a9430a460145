"""What a stranger sees of the demo shop."""

import json
import re

import pytest
import time_machine


@pytest.fixture
def shop(demo_app):
    return demo_app.test_client()


def structured(page):
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    return {value["@type"]: value for value in map(json.loads, blocks)}


def test_home_says_what_the_shop_does_and_leads_on(shop):
    page = shop.get("/").text

    assert page.count("<h1") == 1
    assert "Undo the knot." in page
    assert 'href="/shop/"' in page
    assert 'href="/shop/mini-foam-roller"' in page
    assert 'action="/newsletter"' in page


def test_the_shop_lists_every_product_with_price_and_stock(shop):
    page, rest = shop.get("/shop/").text, shop.get("/shop/?page=2").text

    assert "13 products" in page
    assert (page + rest).count('class="cardlet product"') == 13
    assert "€24.00" in page
    assert "In stock" in page


def test_filters_are_a_plain_form_and_chips_that_take_them_off(shop):
    page = shop.get("/shop/?action=stretch&stock=in&sort=price").text

    assert 'method="get"' in page
    assert 'value="stretch" checked' in page
    assert re.search(r'href="/shop/\?action=stretch&amp;sort=price"><span class="sr">Remove filter ', page)  # fmt: skip
    names = re.findall(r'<h2><a href="/shop/([a-z-]+)"', page)
    assert names[0] == "stretching-strap"


def test_nothing_left_says_which_filter_to_drop_with_counts(shop):
    page = shop.get("/shop/?action=stretch&pressure=firm").text

    assert "Nothing fits all of this" in page
    assert re.search(r"Without “Firm”: \d+ products", page)


def test_a_collection_is_a_shelf_of_its_own(shop):
    page = shop.get("/shop/c/kits").text

    assert "<h1>Kits</h1>" in page
    assert "2 products" in page


def test_a_filter_that_is_no_option_of_ours_changes_nothing(shop):
    assert "13 products" in shop.get("/shop/?action=fly&price=free&sort=upwards").text


def test_a_product_page_tells_what_is_needed_to_decide(shop):
    with time_machine.travel("2026-11-18T09:00:00Z", tick=False):
        page = shop.get("/shop/mini-foam-roller").text

    assert "€24.00" in page
    assert "incl. VAT · delivery €3.90" in page
    assert "Order before 14:00, delivered Fri 20 – Tue 24 Nov" in page
    assert "30 days to send it back" in page
    assert "Do not roll over varicose veins" in page
    assert "EVA foam" in page


def test_delivery_is_free_where_one_piece_is_dear_enough(shop):
    assert "incl. VAT · free delivery" in shop.get("/shop/pressure-tool-set").text


def test_the_form_sends_what_the_cart_needs(shop):
    page = shop.get("/shop/mini-foam-roller?for=calf-loosener").text
    form = re.search(
        r'<form id="buy" method="post" action="/cart/lines".*?</form>', page, re.S
    )[0]

    assert re.findall(r'name="([a-z_]+)"', form) == ["for_routine", "sku", "sku", "quantity"]
    assert 'value="ROLL-MINI-M" checked' in form
    assert 'name="for_routine" value="calf-loosener"' in form


def test_a_sold_out_variant_stays_visible_and_cannot_be_chosen(shop):
    page = shop.get("/shop/long-foam-roller?sku=ROLL-LONG-F").text

    assert re.search(r'value="ROLL-LONG-F" disabled><span>Firm, sold out', page)
    assert 'value="ROLL-LONG-M" checked' in page


def test_the_variant_of_a_link_is_chosen(shop):
    assert (
        'value="ROLL-MINI-F" checked' in shop.get("/shop/mini-foam-roller?sku=ROLL-MINI-F").text
    )


def test_a_kit_says_what_is_in_it(shop):
    page = shop.get("/shop/hamstring-kit").text

    assert "In the kit" in page
    assert "Mini foam roller, Medium" in page


def test_search_engines_read_the_same_price_and_stock(shop):
    found = structured(shop.get("/shop/long-foam-roller").text)
    group = found["ProductGroup"]
    medium, firm = (each["offers"][0] for each in group["hasVariant"])

    assert (medium["price"], medium["priceCurrency"]) == ("34.00", "EUR")
    assert medium["availability"].endswith("/InStock")
    assert firm["availability"].endswith("/OutOfStock")
    assert medium["shippingDetails"]["shippingRate"]["value"] == "3.90"
    assert medium["hasMerchantReturnPolicy"]["merchantReturnDays"] == 30
    assert group["image"][0].startswith("http://localhost/media/")
    assert len(found["BreadcrumbList"]["itemListElement"]) == 5  # with the shelf above rollers


def test_a_page_that_is_not_there_leads_on(shop):
    answer = shop.get("/shop/never-sold")

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert 'action="/search"' in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/shop/%00", 404),
        ("/shop/c/%00", 404),
        ("/shop/%ED%A0%80", 404),
        ("/shop/" + "9" * 40, 404),
        ("/shop/" + "x" * 3000, 404),
        ("/shop/..%2f..%2fetc%2fpasswd", 404),
        ("/shop/' OR 1=1 --", 404),
        ("/shop/c/🦵", 404),
        ("/shop/?page=" + "9" * 22, 404),
        ("/shop/?page=0", 404),
        ("/shop/?page=-1", 404),
        ("/shop/?page=3", 404),
        ("/shop/?page=1e3", 404),
        ("/shop/?page=", 404),
        ("/shop/?page=%D9%A3", 404),
        ("/shop/?action=%00", 422),
        ("/shop/?%00=1", 422),
        ("/shop/?component=" + "9" * 40, 200),
        ("/shop/?component=' OR 1=1 --", 200),
        ("/shop/?sort=" + "9" * 40, 200),
        ("/shop/?action=" + "x" * 20_001, 422),
        ("/shop/mini-foam-roller?sku=%F0%9F%A6%B5&for=%22%3E%3Cscript%3E", 200),
        ("/shop/mini-foam-roller?sku=%00", 422),
        ("/help/%00", 404),
        ("/help/" + "9" * 40, 404),
        ("/help/..%2f..%2fREADME", 404),
        ("/?%00", 422),
        ("/sitemap.xml?page=%00", 422),
    ],
)
def test_input_never_breaks_a_page(shop, path, status):
    answer = shop.get(path)

    assert answer.status_code == status
    assert b"<script>" not in answer.data


def test_ticked_boxes_and_links_choose_alike(shop):
    link = shop.get("/shop/?action=roll&action=press").text
    boxes = shop.get("/shop/?action[]=roll&action[]=press").text

    listed = 'class="cardlet product"'
    assert 0 < link.count(listed) == boxes.count(listed) < 13
