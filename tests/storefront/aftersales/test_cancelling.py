"""Cancelling moves goods and money together, before payment and after it."""

import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from storefront import database
from storefront.aftersales import cancel, pieces, shipments, unpaid
from storefront.aftersales.models import CancelledLine
from storefront.errors import Invalid, Unavailable
from storefront.orders import history
from storefront.orders.models import Fulfilment, Order
from storefront.orders.states import ORDER_MOVES
from storefront.payments import ledger, refunds, settle, stuck
from storefront.payments.models import PaymentAttempt, Refund
from storefront.payments.refunds import Wanted
from storefront.pricing import gift_cards
from storefront.pricing.models import GiftCard
from storefront.stock.models import StockLevel
from tests.makers import both, buy, check_out, letters_written, make_kit, make_product


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def order(app, client, db, gateway):
    """A paid order: three rollers at €24, a strap at €14, free delivery."""
    make_product(db)
    make_product(db, "strap", sku="STRAP", price_minor=1400)
    db.commit()
    return buy(app, client, db, gateway, ROLL_MINI_M=3, STRAP=1)


def call_off(order, settings, wanted=None, **more):
    with database.transaction() as db:
        mine = db.get_one(Order, getattr(order, "id", order))
        return cancel.cancel(db, mine, wanted, **{"by": "ina", "settings": settings} | more)


def shelf(db):
    db.rollback()
    return [
        row.on_hand for row in db.scalars(select(StockLevel).order_by(StockLevel.variant_id))
    ]


def states(db, order):
    db.rollback()
    found = db.get_one(Order, order.id, populate_existing=True)
    return found.state, db.scalar(select(Fulfilment.state))


@both
def test_a_whole_order_goes_back_with_all_its_money(app, db, order, shop, gateway):
    before = cancel.preview(db, order)
    db.rollback()

    call_off(order, shop)

    refund = db.scalars(select(Refund)).one()
    assert refund.total_minor == before.refund.total_minor == order.total_minor
    assert states(db, order) == ("cancelled", "cancelled")
    assert shelf(db) == [10, 10]
    refunds.send(refund.id, gateway, shop)
    assert ledger.problems(db) == []
    [letter] = letters_written(db, "order_cancelled")
    assert letter["context"]["is_whole"]
    assert "cancelled" in [event.kind for event in history.of(db, order, public_only=True)]


def test_what_was_noted_on_an_order_ends_with_it(db, order, shop):
    order.attention = "The card network takes it for fraud."
    db.commit()

    call_off(order, shop)

    assert states(db, order) == ("cancelled", "cancelled")
    assert db.get_one(Order, order.id).attention == ""


@both
def test_a_line_goes_back_and_the_rest_is_sent(db, order, shop):
    rollers, strap = (line.id for line in order.lines)

    call_off(order, shop, {rollers: 1})
    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        shipments.ship(
            inside, mine, {rollers: 2, strap: 1}, carrier="dhl", by="ina", settings=shop
        )

    assert states(db, order) == ("fulfilled", "shipped")
    assert shelf(db) == [8, 9]
    assert db.scalars(select(Refund.amount_minor)).one() == 2400
    assert ledger.problems(db) == []


def test_what_was_cancelled_is_never_sent(db, order, shop):
    rollers, _strap = (line.id for line in order.lines)
    call_off(order, shop, {rollers: 1})

    with pytest.raises(Invalid, match="at most 2"), database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        shipments.ship(inside, mine, {rollers: 3}, carrier="dhl", by="ina", settings=shop)


def test_what_was_paid_back_unsent_is_neither_sent_nor_cancelled_again(db, order, shop):
    rollers, _strap = (line.id for line in order.lines)
    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        refunds.ask(
            inside, mine, Wanted({rollers: 1}, reason="goodwill"), by="ina", settings=shop
        )

    db.rollback()
    assert pieces.of(db, db.get_one(Order, order.id))[rollers].to_send == 2
    with pytest.raises(Invalid, match="at most 2"):
        call_off(order, shop, {rollers: 3})


def test_what_was_sent_is_not_cancelled_and_its_delivery_is_kept(db, order, shop):
    rollers, strap = (line.id for line in order.lines)
    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        shipments.ship(inside, mine, {rollers: 3}, carrier="dhl", by="ina", settings=shop)

    with pytest.raises(Invalid):
        call_off(order, shop, {rollers: 1})
    call_off(order, shop)

    assert states(db, order) == ("fulfilled", "shipped")
    assert db.scalars(select(CancelledLine.order_line_id)).all() == [strap]
    with pytest.raises(Invalid, match="sent or cancelled already"):
        call_off(order, shop)


@both
def test_two_who_press_at_once_cancel_once(app, db, order, shop):
    wanted, turn, told = {order.lines[0].id: 1}, cancel.preview(db, order).turn, []
    order_id = order.id
    db.rollback()

    def press():
        with app.app_context():
            try:
                call_off(order_id, shop, wanted, turn=turn)
            except Invalid as error:
                told.append(error.detail)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    db.rollback()
    assert len(told) == 3
    assert db.scalars(select(CancelledLine.quantity)).all() == [1]
    assert db.scalars(select(Refund.amount_minor)).all() == [2400]


def test_an_open_dispute_holds_the_money(db, order, shop):
    order.dispute_state = "needs_response"
    db.commit()

    with pytest.raises(Invalid, match="disputes"):
        call_off(order, shop)


def test_a_line_of_another_order_is_refused(app, client, db, gateway, order, shop):
    other = buy(app, client, db, gateway, STRAP=1)

    with pytest.raises(Invalid, match="not of this order"):
        call_off(order, shop, {other.lines[0].id: 1})


def test_a_kit_goes_back_as_its_parts(app, client, db, gateway, shop):
    ball = make_product(db, "ball", sku="BALL", price_minor=900)
    make_kit(db, {ball: 2}, sku="KIT", price_minor=2000)
    db.commit()
    kit = buy(app, client, db, gateway, KIT=2)
    assert shelf(db) == [6]

    call_off(kit, shop)

    assert shelf(db) == [10]
    assert ledger.problems(db) == []


@pytest.fixture
def waiting(client, db, gateway):
    """An order on its pay page."""
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    return db.scalars(select(Order)).one()


@both
def test_before_payment_the_pay_page_is_closed_first(db, waiting, gateway, shop):
    db.rollback()

    unpaid.cancel_unpaid(waiting.id, gateway, shop, by="buyer")

    [facts] = gateway.sessions.values()
    assert facts.status == "expired"
    assert states(db, waiting) == ("cancelled", None)
    level = db.scalars(select(StockLevel)).one()
    assert (level.on_hand, level.held) == (10, 0)
    assert not letters_written(db, "order_cancelled")[0]["context"]["is_paid"]
    assert ledger.problems(db) == []


def test_money_that_came_first_wins(db, waiting, gateway, shop):
    [session_id] = gateway.sessions
    gateway.pay(session_id)
    db.rollback()

    with pytest.raises(Invalid, match="paid meanwhile"):
        unpaid.cancel_unpaid(waiting.id, gateway, shop, by="buyer")

    assert states(db, waiting) == ("paid", "to_ship")


def test_while_stripe_is_silent_nothing_changes(db, waiting, gateway, shop):
    gateway.is_silent = True
    db.rollback()

    with pytest.raises(Unavailable):
        unpaid.cancel_unpaid(waiting.id, gateway, shop, by="buyer")

    assert states(db, waiting) == ("awaiting_payment", None)
    assert db.scalars(select(PaymentAttempt.state)).one() == "created"


@pytest.mark.parametrize("state", sorted(set(ORDER_MOVES) - {"awaiting_payment", "expired"}))
def test_only_what_waits_for_its_payment_is_closed_unpaid(db, waiting, gateway, shop, state):
    waiting.state = state
    db.commit()

    with pytest.raises(Invalid):
        unpaid.cancel_unpaid(waiting.id, gateway, shop, by="buyer")

    assert states(db, waiting)[0] == state


def test_an_order_that_waits_for_a_person_is_cancelled_whole(db, order, shop):
    order.state, order.attention = "needs_attention", "Something is odd."
    db.commit()

    call_off(order, shop)

    assert states(db, order) == ("cancelled", "cancelled")
    assert db.get_one(Order, order.id).attention == ""
    assert shelf(db) == [10, 10]


@pytest.mark.parametrize("state", sorted(set(ORDER_MOVES) - cancel.CANCELLABLE))
def test_only_what_was_paid_is_cancelled_with_its_money(db, order, shop, state):
    order.state = state
    db.commit()

    with pytest.raises(Invalid, match="Only a paid order"):
        call_off(order, shop)


@both
def test_an_order_is_not_closed_under_a_pay_page_that_opens_meanwhile(
    client, db, waiting, gateway, shop, monkeypatch
):
    [session_id] = gateway.sessions
    gateway.expire_session(session_id)
    settle.settle(db.scalars(select(PaymentAttempt.id)).one(), gateway, shop)
    db.refresh(waiting)
    path, key, asked = f"/orders/{waiting.number}/pay", waiting.key, []
    db.rollback()

    def transaction():
        """Let the buyer press "pay" after the first look and before the last."""
        asked.append(1)
        if len(asked) == 2:
            assert client.post(path, data={"key": key}).status_code == 303
        return database.transaction()

    monkeypatch.setattr(unpaid, "database", SimpleNamespace(transaction=transaction))
    with pytest.raises(Invalid, match="opened meanwhile"):
        unpaid.cancel_unpaid(waiting.id, gateway, shop, by="ina")

    assert states(db, waiting)[0] == "awaiting_payment"
    assert db.scalars(select(StockLevel.held)).one() == 1


@both
def test_an_order_that_was_never_filled_is_decided_and_not_cancelled(
    app, client, db, gateway, shop
):
    make_product(db)
    code = gift_cards.issue(db, 1000, shop).code
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": 2})
    client.post("/cart/codes", data={"code": code})
    check_out(client)
    attempt = db.scalars(select(PaymentAttempt)).one()
    gateway.pay(attempt.session_id, amount_minor=9000)  # more than was asked
    settle.settle(attempt.id, gateway, shop)

    with pytest.raises(Invalid, match="decide"):
        call_off(attempt.order_id, shop)

    with database.transaction() as inside:
        stuck.give_up(inside, inside.get_one(Order, attempt.order_id), shop, by="ina")
    db.rollback()
    assert db.scalars(select(Refund.amount_minor)).one() == 9000
    assert db.scalars(select(GiftCard.balance_minor)).one() == 1000
    assert ledger.problems(db) == []
