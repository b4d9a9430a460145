"""Put aside for later: it stays, holds nothing, and goes back at today's price."""

import pytest
from sqlalchemy import select, update

from storefront.cart.models import CartLine, SavedLine
from storefront.catalog.models import Variant
from storefront.stock.models import StockLevel
from tests.makers import both, make_product


def add(client, sku="ROLL-MINI-M", **fields):
    return client.post("/cart/lines", data={"sku": sku, **fields})


def save(client, db):
    db.rollback()
    line_id = db.scalars(select(CartLine.id)).first()
    return client.post(f"/cart/lines/{line_id}", data={"action": "save"})


def saved_url(db):
    db.rollback()
    return f"/cart/saved/{db.scalars(select(SavedLine.id)).first()}"


def pieces(db, model):
    db.rollback()
    return db.scalars(select(model.quantity).order_by(model.id)).all()


@pytest.fixture(autouse=True)
def roller(db):
    variant = make_product(db)
    db.commit()
    return variant


@both
def test_a_line_is_put_aside_and_moved_back(client, db):
    add(client, quantity="3", for_routine="calf")

    answer = save(client, db)

    assert answer.status_code == 303
    assert (pieces(db, CartLine), pieces(db, SavedLine)) == ([], [3])
    page = client.get("/cart").text
    assert "Saved for later" in page
    assert "Nothing in it yet" in page
    client.post(saved_url(db), data={})
    assert (pieces(db, CartLine), pieces(db, SavedLine)) == ([3], [])
    assert db.scalars(select(CartLine.for_routine)).one() == "calf"


def test_what_comes_back_is_agreed_at_the_price_of_today(client, db):
    add(client)
    save(client, db)
    db.execute(update(Variant).values(price_minor=2600))
    db.commit()

    client.post(saved_url(db), data={})

    assert db.scalars(select(CartLine.agreed_price_minor)).one() == 2600
    assert client.get("/checkout").status_code == 200


def test_what_is_sold_out_stays_on_the_list(client, db):
    add(client)
    save(client, db)
    db.execute(update(StockLevel).values(on_hand=0))
    db.commit()

    refused = client.post(saved_url(db), data={})

    assert refused.status_code == 409
    assert "sold out" in refused.text
    assert (pieces(db, CartLine), pieces(db, SavedLine)) == ([], [1])


def test_what_is_not_sold_any_more_says_so(client, db, roller):
    add(client)
    save(client, db)
    roller.product.is_published = False
    db.commit()

    assert "Not sold any more" in client.get("/cart").text
    assert client.post(saved_url(db), data={}).status_code == 422
    assert pieces(db, SavedLine) == [1]


def test_saving_the_same_twice_keeps_the_larger_number(client, db):
    add(client, quantity="3")
    save(client, db)
    add(client, quantity="2")
    save(client, db)

    assert pieces(db, SavedLine) == [3]


def test_an_entry_is_forgotten_by_its_form(client, db):
    add(client)
    save(client, db)

    client.post(saved_url(db), data={"action": "remove"})

    assert pieces(db, SavedLine) == []
    assert client.post("/cart/saved/1", data={}).status_code == 404


def test_nobody_reaches_into_another_list(app, client, db):
    add(client)
    save(client, db)
    other = app.test_client()
    add(other)

    assert other.post(saved_url(db), data={"action": "remove"}).status_code == 404
    assert app.test_client().post(saved_url(db), data={}).status_code == 404
    assert pieces(db, SavedLine) == [1]


def test_the_list_is_bounded(app, client, db):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"max_cart_lines": 1})
    make_product(db, "strap", sku="STRAP")
    db.commit()
    add(client)
    save(client, db)
    add(client, "STRAP")

    refused = save(client, db)

    assert refused.status_code == 422
    assert (pieces(db, CartLine), pieces(db, SavedLine)) == ([1], [1])
