"""A stranger's page is made once for each version, and nothing of anybody else stands in it."""

import pytest
from flask import Flask
from sqlalchemy import event

from storefront import caching, database
from storefront.extension import Storefront
from storefront.page_memory import LONGEST_PAGE, FinishedPage, PageMemory
from storefront.state import ShopState
from tests.makers import make_product

PATH = "/shop/mini-foam-roller"


@pytest.fixture
def memory(app) -> PageMemory:
    state: ShopState = app.extensions["storefront"]
    return state.pages


@pytest.fixture
def statements(app):
    seen = []
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    event.listen(engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    return seen


@pytest.fixture
def product(app):
    with app.app_context(), database.transaction() as db:
        make_product(db)


@pytest.mark.usefixtures("product")
def test_the_second_stranger_costs_one_statement(app, statements):
    first = app.test_client().get(PATH)
    statements.clear()

    second = app.test_client().get(PATH)

    assert len(statements) == 1
    assert second.data == first.data
    assert dict(second.headers) == dict(first.headers)


@pytest.mark.usefixtures("product")
def test_what_is_published_shows_at_once(app, client):
    client.get(PATH)

    with app.app_context(), database.transaction() as db:
        make_product(db, "strap", sku="STRAP", name="A new strap")
        database.raise_content_revision(db)

    assert b"A new strap" in client.get("/shop/").data


@pytest.mark.usefixtures("product")
def test_nothing_of_somebody_with_a_cart_is_kept(app, memory):
    client = app.test_client()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "3"})
    memory.forget()

    mine = client.get(PATH)

    assert b"Cart (<span data-cart-count>3</span>)" in mine.data
    assert b"Cart (<span data-cart-count>0</span>)" in app.test_client().get(PATH).data


def test_a_host_whose_layout_may_be_personal_gets_every_page_anew(settings):
    host = Flask("host")
    Storefront(host, settings=settings)
    memory = host.extensions["storefront"].pages

    memory.keep("page", FinishedPage(b"", ()))

    assert memory.find("page") is None


def test_a_shop_below_another_path_gets_pages_of_its_own(app):
    with app.test_request_context("/shop/"):
        plain = caching.page_etag()
    with app.test_request_context("/shop/", environ_overrides={"SCRIPT_NAME": "/store"}):
        below = caching.page_etag()

    assert plain != below


def test_the_page_that_nobody_asks_for_makes_room():
    memory, page = PageMemory(most=2), FinishedPage(b"", ())
    memory.keep("old", page)
    memory.keep("asked for", page)
    memory.find("old")

    memory.keep("new", page)

    assert [bool(memory.find(name)) for name in ("old", "asked for", "new")] == [
        True,
        False,
        True,
    ]


def test_a_page_that_is_too_long_is_not_kept():
    memory = PageMemory()

    memory.keep("long", FinishedPage(b"." * (LONGEST_PAGE + 1), ()))

    assert memory.find("long") is None
