"""Two who press at once: one refund, one parcel of an exchange, and nothing from an empty shelf."""

import threading

import pytest
from sqlalchemy import func, select

from storefront import database
from storefront.aftersales import return_close, returns, shipments
from storefront.aftersales.models import Return
from storefront.aftersales.returns import Received, Wish
from storefront.catalog.models import Variant
from storefront.errors import Invalid, SoldOut
from storefront.orders.models import Order, OrderLine
from storefront.payments import ledger
from storefront.payments.models import Refund
from storefront.stock.models import StockLevel
from tests.makers import both, buy, make_product, set_stock


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def sent(app, client, db, gateway, shop):
    """Two orders of a roller each, sent; one piece is left of the other firmness."""
    roller = make_product(db)
    soft = Variant(sku="SOFT", name="Soft", price_minor=2400, weight_grams=1, options={})
    roller.product.variants.append(soft)
    db.flush()
    set_stock(db, soft, 1)
    db.commit()
    orders = []
    for _ in range(2):
        order = buy(app, client, db, gateway, ROLL_MINI_M=1)
        with database.transaction() as inside:
            mine = inside.get_one(Order, order.id)
            wanted = {mine.lines[0].id: 1}
            shipments.ship(inside, mine, wanted, carrier="dhl", by="ina", settings=shop)
        orders.append(order.id)
    return orders


def ask(order_id, shop, sku=None):
    with database.transaction() as db:
        order = db.get_one(Order, order_id)
        wanted = db.scalar(select(Variant.id).where(Variant.sku == sku)) if sku else None
        wish = Wish(order.lines[0].id, 1, "too_firm", wanted)
        return returns.ask(db, order, [wish], by="buyer", settings=shop).id


def at_once(app, *calls):
    """Run calls in threads of their own; give what each raised."""
    raised = []

    def run(call):
        with app.app_context():
            try:
                with database.transaction() as db:
                    call(db)
            except (Invalid, SoldOut) as error:
                raised.append(type(error))

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return raised


@both
def test_closing_a_return_four_times_at_once_refunds_once(app, db, sent, shop):
    number = ask(sent[0], shop)
    with database.transaction() as inside:
        request = inside.get_one(Return, number)
        returns.approve(inside, request, by="ina", settings=shop)
        came = {request.lines[0].id: Received(1)}
        returns.receive(inside, request, came, by="ina", settings=shop)

    def close(inside):
        return_close.close(inside, inside.get_one(Return, number), by="ina", settings=shop)

    raised = at_once(app, *[close] * 4)

    db.rollback()
    assert raised == [Invalid] * 3
    assert db.scalars(select(Refund.amount_minor)).all() == [2790]
    assert ledger.problems(db) == []


@both
def test_the_last_piece_is_promised_to_one_exchange(app, db, sent, shop):
    numbers = [ask(order_id, shop, "SOFT") for order_id in sent]

    def approve(number):
        return lambda inside: returns.approve(
            inside, inside.get_one(Return, number), by="ina", settings=shop
        )

    raised = at_once(app, *map(approve, numbers))

    db.rollback()
    level = db.scalars(
        select(StockLevel)
        .join(Variant, Variant.id == StockLevel.variant_id)
        .where(Variant.sku == "SOFT")
    ).one()
    assert raised == [SoldOut]
    assert level.on_hand == 0
    assert sorted(db.scalars(select(Return.state))) == ["approved", "requested"]
    assert ledger.problems(db) == []


@both
def test_receiving_twice_at_once_puts_one_piece_back(app, db, sent, shop):
    number = ask(sent[0], shop)
    with database.transaction() as inside:
        returns.approve(inside, inside.get_one(Return, number), by="ina", settings=shop)

    def receive(inside):
        request = inside.get_one(Return, number)
        came = {line.id: Received(1) for line in request.lines}
        returns.receive(inside, request, came, by="ina", settings=shop)

    raised = at_once(app, receive, receive)

    db.rollback()
    assert raised == [Invalid]
    assert db.scalar(select(func.count()).select_from(OrderLine)) == 2
    assert ledger.problems(db) == []
