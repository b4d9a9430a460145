"""The operator ships, cancels and takes back; what costs money is shown before it is done."""

import pytest
from sqlalchemy import select

from storefront import database
from storefront.aftersales import returns
from storefront.aftersales.models import Return
from storefront.aftersales.returns import Wish
from storefront.cli.group import group
from storefront.orders.models import Order
from storefront.payments.models import Refund
from tests.makers import buy, make_product


@pytest.fixture
def order(app, client, db, gateway):
    make_product(db)
    db.commit()
    return buy(app, client, db, gateway, ROLL_MINI_M=2)


@pytest.fixture
def run(app, db):
    def type_(*words):
        answer = app.test_cli_runner().invoke(group, words)
        db.rollback()
        return answer

    return type_


def test_an_order_is_shipped_in_parts(db, run, order):
    first = run(
        "orders", "ship", order.number, "--line", "ROLL-MINI-M=1", "--lot", "ROLL-MINI-M=L7"
    )
    second = run("orders", "ship", order.number, "--carrier", "dhl", "--tracking", "JD1")

    assert "paid now" in first.output
    assert "fulfilled now" in second.output


@pytest.mark.parametrize(
    "line", ["ROLL-MINI-M", "STRAP=1", "ROLL-MINI-M=x", "ROLL-MINI-M=9999999999"]
)
def test_a_line_that_cannot_be_is_refused(db, run, order, line):
    answer = run("orders", "ship", order.number, "--line", line)

    assert answer.exit_code != 0
    assert db.get_one(Order, order.id).state == "paid"


def test_cancelling_is_shown_first(db, run, order):
    shown = run("orders", "cancel", order.number)
    before = db.scalars(select(Refund)).all()
    done = run("orders", "cancel", order.number, "--yes")

    assert "Would be refunded: €48.00" in shown.output
    assert before == []
    assert "Refunded: €48.00" in done.output
    assert db.get_one(Order, order.id).state == "cancelled"


def test_a_return_is_moved_on_and_its_refund_is_shown_first(app, db, run, order):
    run("orders", "ship", order.number)
    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        shop = app.extensions["storefront"].settings
        number = returns.ask(
            inside, mine, [Wish(mine.lines[0].id, 1)], by="buyer", settings=shop
        ).number

    listed = run("orders", "returns", "--json")
    for step in ("approve", "receive"):
        run("orders", "return", number, step)
    shown = run("orders", "return", number, "close")
    state = db.scalars(select(Return.state)).one()
    done = run("orders", "return", number, "close", "--yes")

    assert number in listed.output
    assert "Would be refunded: €24.00" in shown.output
    assert state == "received"
    assert f"{number} is closed" in done.output
    assert db.scalars(select(Refund.amount_minor)).one() == 2400


def test_a_step_that_the_table_does_not_have_is_refused(app, db, run, order):
    run("orders", "ship", order.number)
    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        shop = app.extensions["storefront"].settings
        number = returns.ask(
            inside, mine, [Wish(mine.lines[0].id, 1)], by="buyer", settings=shop
        ).number

    answer = run("orders", "return", number, "close", "--yes")

    assert answer.exit_code != 0
    assert db.scalars(select(Refund)).all() == []


def test_withdrawals_are_listed(app, run, order):
    data = {"name": "Ana", "email": order.email, "order_number": order.number, "extent": "all"}
    app.test_client().post("/withdraw/confirm", data=data)

    assert order.number in run("orders", "withdrawals", "--open").output
