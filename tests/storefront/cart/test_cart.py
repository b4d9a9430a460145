"""A visitor fills a cart; what cannot be is refused and leaves the cart as it was."""

import pytest
from sqlalchemy import select

from storefront.cart.models import Cart, CartLine
from tests.makers import both, make_kit, make_product, set_stock


def lines(db):
    db.rollback()
    found = db.scalars(select(CartLine).order_by(CartLine.id)).all()
    return {line.variant.sku: line.quantity for line in found}


def add(client, sku="ROLL-MINI-M", **fields):
    return client.post("/cart/lines", data={"sku": sku, **fields})


def line_url(db):
    return f"/cart/lines/{db.scalars(select(CartLine.id)).first()}"


@pytest.fixture
def roller(db):
    variant = make_product(db)
    db.commit()
    return variant


def test_an_empty_cart_leads_on(client):
    page = client.get("/cart")

    assert page.status_code == 200
    assert "Nothing in it yet" in page.text
    assert "Set-Cookie" not in page.headers


@both
def test_adding_fills_the_cart_and_shows_it(client, db):
    make_product(db)
    db.commit()

    answer = add(client, quantity="2")

    assert (answer.status_code, answer.location) == (303, "/cart")
    page = client.get("/cart").text
    assert "Mini foam roller is in your cart" in page
    assert 'data-cart-items="2"' in page
    assert "€48.00" in page
    assert "Free" in page
    assert "including VAT 19 %" in page


@pytest.mark.usefixtures("roller")
def test_a_small_cart_says_what_is_missing_for_free_delivery(client):
    add(client)

    page = client.get("/cart").text

    assert "€16.00 to free delivery" in page
    assert "€27.90" in page


@pytest.mark.usefixtures("roller")
def test_adding_again_takes_one_more(client, db):
    add(client)
    add(client)

    assert lines(db) == {"ROLL-MINI-M": 2}


@pytest.mark.usefixtures("roller")
def test_what_a_routine_needs_is_added_once(client, db):
    make_product(db, "strap", sku="STRAP")
    db.commit()
    add(client)

    client.post(
        "/cart/lines", data={"sku": ["ROLL-MINI-M", "STRAP"], "for_routine": "hamstring-cramps"}
    )
    add(client, for_routine="hamstring-cramps")

    assert lines(db) == {"ROLL-MINI-M": 1, "STRAP": 1}
    assert set(db.scalars(select(CartLine.for_routine))) == {None, "hamstring-cramps"}


@pytest.mark.parametrize(
    "quantity", ["1" * 40, "-1", "0", "1.5", "two", "", "1e3", "\uff11", "100"]
)
@pytest.mark.usefixtures("roller")
def test_a_quantity_that_is_none_is_refused(client, db, quantity):
    add(client)

    refused = add(client, quantity=quantity)

    assert refused.status_code == 422
    assert "Error:" in refused.text
    assert "Enter a whole number from 1 to 99" in refused.text
    assert lines(db) == {"ROLL-MINI-M": 1}


def test_a_line_has_at_most_so_many_pieces(client, db):
    make_product(db, stock=500)
    db.commit()
    add(client, quantity="99")

    refused = add(client, quantity="1")

    assert refused.status_code == 422
    assert lines(db) == {"ROLL-MINI-M": 99}


def test_a_cart_has_at_most_so_many_lines(app, db):
    for number in range(51):
        make_product(db, f"tool-{number}", sku=f"T{number}")
    db.commit()
    client = app.test_client()
    client.post("/cart/lines", data={"sku": [f"T{number}" for number in range(50)]})

    refused = add(client, "T50")

    assert refused.status_code == 422
    assert len(lines(db)) == 50


@pytest.mark.parametrize("sku", ["NOPE", "", "x" * 500])
@pytest.mark.usefixtures("roller")
def test_what_is_not_sold_is_refused(client, db, sku):
    refused = add(client, sku)

    assert refused.status_code == 422
    assert lines(db) == {}
    assert db.scalars(select(Cart)).all() == []


@pytest.mark.usefixtures("roller")
def test_a_form_without_a_sku_is_refused(client):
    assert client.post("/cart/lines").status_code == 422


def test_an_unpublished_product_cannot_be_added(client, db, roller):
    roller.product.is_published = False
    db.commit()

    assert add(client).status_code == 422


def test_more_than_there_is_is_refused_with_what_is_left(client, db):
    make_product(db, stock=2)
    db.commit()
    add(client, quantity="2")

    refused = add(client)

    assert refused.status_code == 409
    assert "Only 2 of Mini foam roller" in refused.text
    assert lines(db) == {"ROLL-MINI-M": 2}


def test_a_sold_out_tool_cannot_be_added(client, db):
    make_product(db, stock=0)
    db.commit()

    refused = add(client)

    assert refused.status_code == 409
    assert "is sold out" in refused.text


def test_a_kit_is_checked_against_its_parts_in_the_same_cart(client, db):
    roller = make_product(db, stock=2)
    make_kit(db, {roller: 1}, price_minor=9900)
    db.commit()
    add(client, "ROLL-MINI-M", quantity="2")

    assert add(client, "KIT").status_code == 409


@pytest.mark.usefixtures("roller")
def test_a_program_gets_the_error_itself(client):
    refused = client.post(
        "/cart/lines", data={"sku": "NOPE"}, headers={"Accept": "application/json"}
    )

    assert refused.status_code == 422
    assert refused.json["code"] == "invalid"


@pytest.mark.usefixtures("roller")
def test_a_line_is_changed_by_its_form(client, db):
    add(client)

    answer = client.post(line_url(db), data={"quantity": "3"})

    assert answer.status_code == 303
    assert lines(db) == {"ROLL-MINI-M": 3}


@pytest.mark.parametrize("form", [{"quantity": "0"}, {"action": "remove"}])
@pytest.mark.usefixtures("roller")
def test_a_removed_line_can_be_put_back(client, db, form):
    add(client, quantity="2", for_routine="calf")

    page = client.post(line_url(db), data=form, follow_redirects=True)

    assert lines(db) == {}
    assert "Mini foam roller was removed" in page.text
    assert 'name="quantity" value="2"' in page.text
    assert 'name="for_routine" value="calf"' in page.text


@pytest.mark.parametrize("quantity", ["-1", "1.5", "9" * 40, "x"])
@pytest.mark.usefixtures("roller")
def test_a_wrong_change_leaves_the_line(client, db, quantity):
    add(client)

    refused = client.post(line_url(db), data={"quantity": quantity})

    assert refused.status_code == 422
    assert lines(db) == {"ROLL-MINI-M": 1}


@pytest.mark.usefixtures("roller")
def test_nobody_reaches_into_another_cart(app, db):
    owner, other = app.test_client(), app.test_client()
    add(owner)
    add(other)
    first = line_url(db)

    refused = other.post(first, data={"quantity": "0"})

    assert refused.status_code == 404
    assert app.test_client().post(first, data={"quantity": "0"}).status_code == 404
    assert len(db.scalars(select(CartLine)).all()) == 2


@pytest.mark.usefixtures("roller")
def test_a_forged_cart_cookie_is_no_cart(client, db):
    add(client)
    cart_id = db.scalars(select(Cart.id)).one()
    forger = client.application.test_client()
    forger.set_cookie("storefront_cart", cart_id)

    assert "Nothing in it yet" in forger.get("/cart").text


def test_the_page_says_what_has_changed_meanwhile(client, db):
    roller = make_product(db, stock=3)
    strap = make_product(db, "strap", sku="STRAP", stock=3)
    db.commit()
    add(client, quantity="3")
    add(client, "STRAP")
    db.execute(
        roller.__table__.metadata.tables["storefront_stock_level"].update().values(on_hand=1)
    )
    strap.product.is_published = False
    db.commit()

    page = client.get("/cart").text

    assert "Only 1 of Mini foam roller can still be had" in page
    assert "Take 1" in page
    assert "Strap is not sold any more" in page


@pytest.mark.usefixtures("roller")
def test_every_change_gives_the_cart_a_new_version(client, db):
    versions = []
    for change in (lambda: add(client), lambda: client.post(line_url(db), data={"quantity": 3}),
                   lambda: client.post(line_url(db), data={"quantity": 3}),
                   lambda: client.post(line_url(db), data={"quantity": 0})):  # fmt: skip
        change()
        db.rollback()
        versions.append(db.scalars(select(Cart.version)).one())

    assert versions == [1, 2, 2, 3]


def test_a_restocked_variant_can_be_added(client, db):
    variant = make_product(db, stock=None)
    db.commit()
    assert add(client).status_code == 409
    set_stock(db, variant, 1)
    db.commit()

    assert add(client).status_code == 303


@pytest.mark.usefixtures("roller")
def test_a_form_from_another_site_is_refused(client, db):
    refused = client.post(
        "/cart/lines", data={"sku": "ROLL-MINI-M"}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert refused.status_code == 403
    assert lines(db) == {}


@pytest.mark.usefixtures("roller")
def test_a_stale_undo_link_offers_nothing(client):
    page = client.get("/cart?removed=NOPE&pieces=2&for_routine=%3Cb%3E")

    assert page.status_code == 200
    assert "Undo" not in page.text


def test_what_is_sold_out_leads_to_the_form_that_tells_when_it_is_back(client, db):
    roller = make_product(db, stock=3)
    db.commit()
    add(client)
    db.execute(
        roller.__table__.metadata.tables["storefront_stock_level"].update().values(on_hand=0)
    )
    db.commit()

    page = client.get("/cart").text

    assert 'href="/shop/mini-foam-roller#tell-me"' in page
    assert 'id="tell-me"' in client.get("/shop/mini-foam-roller").text
