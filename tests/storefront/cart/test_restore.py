"""A cart as a link: a GET shows it, a press puts it in, and what cannot be had is told."""

import re

import pytest
from sqlalchemy import select, update

from storefront import web, worker
from storefront.cart.models import Cart, CartLine
from storefront.stock.models import StockLevel
from tests.makers import both, make_kit, make_product


@pytest.fixture(autouse=True)
def shelf(db):
    roller = make_product(db)
    make_product(db, "strap", sku="STRAP", price_minor=1400)
    db.commit()
    return roller


def lines(db):
    db.rollback()
    found = db.scalars(select(CartLine).order_by(CartLine.id)).all()
    return {line.variant.sku: line.quantity for line in found}


def shown_link(client):
    return re.search(
        r'value="http://localhost(/cart/restore/[^"]+)"', client.get("/cart").text
    )[1]


@pytest.fixture
def link(client):
    """Give the path that a filled cart shows."""
    client.post(
        "/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "2", "for_routine": "calf"}
    )
    client.post("/cart/lines", data={"sku": "STRAP"})
    return shown_link(client)


def clear(db):
    for line in db.scalars(select(CartLine)):
        db.delete(line)
    db.commit()


def test_opening_a_link_shows_the_cart_and_stores_nothing(app, db, link):
    page = app.test_client().get(link)

    assert page.status_code == 200
    assert "Mini foam roller" in page.text
    assert "€48.00" in page.text
    assert "Set-Cookie" not in page.headers
    db.rollback()
    assert len(db.scalars(select(Cart)).all()) == 1


@both
def test_a_press_puts_it_in_the_cart_and_pressing_twice_adds_nothing(app, client, db):
    make_product(db, "peanut", sku="PEANUT")
    db.commit()
    client.post(
        "/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "2", "for_routine": "calf"}
    )
    path = shown_link(client)
    clear(db)
    other = app.test_client()
    other.post("/cart/lines", data={"sku": "PEANUT"})

    answer = other.post(path)
    other.post(path)

    assert answer.status_code == 303
    assert lines(db) == {"PEANUT": 1, "ROLL-MINI-M": 2}
    assert set(db.scalars(select(CartLine.for_routine))) == {None, "calf"}


def test_a_press_makes_a_cart_for_who_has_none(app, db, link):
    clear(db)
    stranger = app.test_client()

    stranger.post(link)

    assert lines(db) == {"ROLL-MINI-M": 2, "STRAP": 1}
    assert stranger.get_cookie("storefront_cart") is not None


def test_what_cannot_be_had_is_told_and_the_rest_is_put_in(app, db, link, shelf):
    clear(db)
    db.execute(update(StockLevel).where(StockLevel.variant_id == shelf.id).values(on_hand=1))
    db.commit()
    other = app.test_client()

    shown = other.get(link).text
    page = other.post(link, follow_redirects=True).text

    assert "Only 1 of Mini foam roller can be had" in shown
    assert "Only 1 of Mini foam roller can be had" in page
    assert lines(db) == {"ROLL-MINI-M": 1, "STRAP": 1}


def test_a_link_of_which_nothing_is_left_puts_nothing_in(app, db, link):
    clear(db)
    db.execute(update(StockLevel).values(on_hand=0))
    db.commit()
    other = app.test_client()

    assert "Nothing of it can be had now" in other.get(link).text
    assert other.post(link).status_code == 422
    assert lines(db) == {}


@pytest.mark.parametrize("token", ["x", "WyJ4Il0.abc.def", "a" * 3000])
def test_a_forged_link_is_none(client, token):
    assert client.get(f"/cart/restore/{token}").status_code == 410
    assert client.post(f"/cart/restore/{token}").status_code == 410


def test_an_old_link_says_so(client, link, monkeypatch):
    monkeypatch.setattr("storefront.cart.links.KEPT_SECONDS", -1)

    assert "too old" in client.get(link).text


def test_the_cookie_of_a_cart_is_no_link(client, link):
    cookie = client.get_cookie(web.CART).value

    assert client.get(f"/cart/restore/{cookie}").status_code == 410


def test_a_permalink_names_things_by_sku(client, db):
    page = client.get("/cart/add?sku=ROLL-MINI-M:2&sku=STRAP&sku=NOPE&for_routine=calf")

    assert page.status_code == 200
    assert 'name="sku" value="ROLL-MINI-M:2"' in page.text
    assert 'name="for_routine" value="calf"' in page.text
    assert "NOPE is not sold here" in page.text
    assert lines(db) == {}
    client.post("/cart/add", data={"sku": ["ROLL-MINI-M:2", "STRAP:1", "NOPE:1"]})
    assert lines(db) == {"ROLL-MINI-M": 2, "STRAP": 1}


@pytest.mark.parametrize(
    "query",
    [
        "", "sku=STRAP:0", "sku=STRAP:-1", "sku=STRAP:1e3", "sku=STRAP:" + "9" * 40, "sku=STRAP:",
        "sku=STRAP:%D9%A1", "&".join(f"sku=S{n}" for n in range(51)),
    ],
)  # fmt: skip
def test_a_permalink_that_makes_no_sense_is_refused(client, db, query):
    form = [pair.split("=", 1) for pair in query.split("&") if pair]

    assert client.get(f"/cart/add?{query}").status_code == 422
    assert client.post("/cart/add", data={"sku": [text for _, text in form]}).status_code == 422
    assert lines(db) == {}


def test_pieces_that_a_kit_shares_are_counted_once(client, db, shelf):
    make_kit(db, {shelf: 4}, price_minor=9900)
    db.commit()

    client.post("/cart/add", data={"sku": ["KIT:2", "ROLL-MINI-M:5"]})

    assert lines(db) == {"KIT": 2, "ROLL-MINI-M": 2}


def test_another_site_cannot_fill_a_cart(client, db, link):
    clear(db)

    refused = client.post(link, headers={"Sec-Fetch-Site": "cross-site"})

    assert refused.status_code == 403
    assert lines(db) == {}


@pytest.mark.usefixtures("link")
def test_the_link_is_sent_by_mail(app, client):
    answer = client.post("/cart/send", data={"email": "Ana@Example.org"})

    assert answer.status_code == 303
    with app.app_context():
        worker.run("mail")
        [letter] = app.extensions["storefront"].transport.letters(to="ana@example.org")
    assert "2 x Mini foam roller" in letter["text"]
    sent = next(word for word in letter["text"].split() if "/cart/restore/" in word)
    assert app.test_client().get(sent.removeprefix("http://localhost")).status_code == 200


@pytest.mark.usefixtures("link")
def test_a_wrong_address_is_said_on_the_cart_page(client):
    refused = client.post("/cart/send", data={"email": "nobody"})

    assert refused.status_code == 422
    assert "Enter an address such as" in refused.text
    assert "Mini foam roller" in refused.text


def test_an_empty_cart_is_not_sent(client):
    assert client.post("/cart/send", data={"email": "ana@example.org"}).status_code == 422


@pytest.mark.usefixtures("link")
def test_letters_to_one_address_are_bounded(client):
    answers = [
        client.post("/cart/send", data={"email": "a@example.org"}).status_code for _ in range(4)
    ]

    assert answers == [303, 303, 303, 429]
