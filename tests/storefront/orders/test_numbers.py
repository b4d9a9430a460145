"""Order numbers tell nothing about volume, and none is given twice."""

import re

import pytest
from sqlalchemy.exc import IntegrityError

from storefront import tokens
from storefront.orders import links, numbers
from storefront.orders.models import Order
from tests.makers import both, make_order


@both
def test_a_number_that_is_taken_is_drawn_again(db, monkeypatch):
    taken = make_order(db).number
    drawn = iter([taken, taken, "FREE-0001"])
    monkeypatch.setattr(tokens, "number", lambda: next(drawn))

    assert numbers.free(db, Order.number) == "FREE-0001"


def test_when_every_draw_is_taken_it_is_said(db, monkeypatch):
    taken = make_order(db).number
    monkeypatch.setattr(tokens, "number", lambda: taken)

    with pytest.raises(RuntimeError, match="no free number"):
        numbers.free(db, Order.number)


@both
def test_the_database_keeps_two_orders_from_one_number(db):
    first = make_order(db)

    with pytest.raises(IntegrityError):
        make_order(db, number=first.number)


def test_numbers_are_random_and_read_aloud(db):
    found = {numbers.free(db, Order.number, "R-") for _ in range(300)}

    assert len(found) == 300
    assert all(
        re.fullmatch(r"R-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", each) for each in found
    )


def test_the_link_of_letters_is_the_page(app, db):
    order = make_order(db)
    with app.test_request_context():
        from flask import url_for

        path = url_for("storefront_orders.order_page", number=order.number, key=order.key)

    assert (
        links.order_url(order, app.extensions["storefront"].settings)
        == f"http://localhost{path}"
    )
