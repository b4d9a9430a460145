"""One client cannot fill the tables with carts."""

import pytest
from sqlalchemy import select

from storefront.cart.models import Cart, CartLine
from tests.makers import make_product


def add(client):
    return client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})


@pytest.fixture(autouse=True)
def roller(db):
    make_product(db)
    db.commit()


@pytest.fixture(autouse=True)
def few_carts(app):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"limit_cart_client": "2/hour"})


def test_one_client_makes_no_more_carts_than_allowed(app, db):
    answers = [add(app.test_client()) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "Too many tries" in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Set-Cookie" not in answers[-1].headers
    assert len(db.scalars(select(Cart)).all()) == 2


def test_changing_a_cart_is_not_counted(client, db):
    for _ in range(5):
        assert add(client).status_code == 303

    assert db.scalars(select(CartLine.quantity)).all() == [5]
