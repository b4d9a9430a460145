"""Returns and exchanges: every step once, goods and money together."""

import pytest
from sqlalchemy import select

from storefront import database
from storefront.aftersales import cancel, exchange, pieces, return_close, returns, shipments
from storefront.aftersales.models import RETURN_REASONS, RETURN_STATES, Return
from storefront.aftersales.returns import Received, Wish
from storefront.aftersales.states import REASONS, RETURN_MOVES
from storefront.catalog.models import Variant
from storefront.errors import Invalid, SoldOut
from storefront.orders import history
from storefront.orders.models import Fulfilment, Order, OrderLine
from storefront.payments import ledger, refunds
from storefront.payments.models import Refund
from storefront.payments.refunds import Wanted
from storefront.stock.models import StockLevel, StockMove
from tests.makers import both, buy, letters_written, make_product, set_stock

GIVEN = {"by": "ina"}


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


def make_variant(db, product, sku, price_minor, stock=5):
    variant = Variant(
        sku=sku, name=sku.title(), price_minor=price_minor, weight_grams=400, options={}
    )
    product.variants.append(variant)
    db.flush()
    set_stock(db, variant, stock)
    return variant


@pytest.fixture
def order(app, client, db, gateway, shop):
    """A sent order of three rollers at €24 and a strap; the roller comes in other firmnesses."""
    roller = make_product(db)
    make_variant(db, roller.product, "SOFT", 2400)
    make_variant(db, roller.product, "PLAIN", 2000)
    make_variant(db, roller.product, "FINE", 3000)
    make_product(db, "strap", sku="STRAP", price_minor=1400)
    db.commit()
    bought = buy(app, client, db, gateway, ROLL_MINI_M=3, STRAP=1)
    wanted = {line.id: line.quantity for line in bought.lines}
    with database.transaction() as inside:
        mine = inside.get_one(Order, bought.id)
        shipments.ship(inside, mine, wanted, carrier="dhl", by="ina", settings=shop)
    return bought


def asked(order, *wishes, shop, **more):
    with database.transaction() as db:
        mine = db.get_one(Order, order.id)
        return returns.ask(db, mine, wishes, by="buyer", settings=shop, **more).id


def act(do, return_id, *args, shop, **more):
    with database.transaction() as db:
        return do(db, db.get_one(Return, return_id), *args, settings=shop, **GIVEN | more)


def came(db, return_id, **more):
    db.rollback()
    lines = db.get_one(Return, return_id).lines
    return {line.id: Received(line.quantity, **more) for line in lines}


def shelf(db, sku):
    db.rollback()
    mine = select(StockLevel).join(Variant, Variant.id == StockLevel.variant_id)
    return db.scalars(mine.where(Variant.sku == sku)).one().on_hand


def variant_id(db, sku):
    return db.scalars(select(Variant.id).where(Variant.sku == sku)).one()


@both
def test_a_piece_comes_back_and_its_money_goes_back(db, order, shop, gateway):
    rollers = order.lines[0].id
    number = asked(order, Wish(rollers, 1, "too_firm"), shop=shop, note="Ouch")
    act(returns.approve, number, shop=shop)
    act(returns.receive, number, came(db, number), shop=shop)
    seen = return_close.preview(db, db.get_one(Return, number))
    db.rollback()

    act(return_close.close, number, shop=shop, turn=seen.turn)

    refund = db.scalars(select(Refund)).one()
    assert (seen.refund.total_minor, refund.total_minor, refund.reason) == (
        2400,
        2400,
        "withdrawal",
    )
    assert shelf(db, "ROLL-MINI-M") == 8
    assert db.get_one(Return, number).state == "closed"
    refunds.send(refund.id, gateway, shop)
    assert ledger.problems(db) == []
    for letter, to in (("return_asked", shop.support_email), ("return_approved", order.email),
                       ("return_received", order.email), ("return_closed", order.email)):  # fmt: skip
        assert [each["to"] for each in letters_written(db, letter)] == [to]
    kinds = [event.kind for event in history.of(db, order, public_only=True)]
    assert [kind for kind in kinds if kind.startswith("return")] == [
        "return_asked", "return_approved", "return_received", "return_closed",
    ]  # fmt: skip


@both
def test_an_exchange_of_equal_price_goes_out_when_the_piece_has_come(db, order, shop):
    rollers, soft = order.lines[0].id, variant_id(db, "SOFT")
    number = asked(order, Wish(rollers, 2, "too_firm", soft), shop=shop)

    act(returns.approve, number, shop=shop)
    held = shelf(db, "SOFT")
    act(returns.receive, number, came(db, number), shop=shop)
    act(return_close.close, number, shop=shop)

    db.rollback()
    added = db.scalars(select(OrderLine).where(OrderLine.stands_for_id == rollers)).one()
    assert (held, shelf(db, "SOFT"), shelf(db, "ROLL-MINI-M")) == (3, 3, 9)
    assert (added.sku, added.quantity, added.total_minor) == ("SOFT", 2, 0)
    assert db.scalars(select(Refund)).all() == []
    assert db.scalars(select(Fulfilment.state)).one() == "partly_shipped"
    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        shipments.ship(inside, mine, {added.id: 2}, carrier="dhl", by="ina", settings=shop)
    db.rollback()
    assert db.scalars(select(Fulfilment.state)).one() == "shipped"
    assert ledger.problems(db) == []


@both
def test_a_cheaper_exchange_gives_the_difference_back_and_no_more_when_that_comes_too(
    db, order, shop
):
    rollers, plain = order.lines[0].id, variant_id(db, "PLAIN")
    number = asked(order, Wish(rollers, 1, "other", plain), shop=shop)
    act(returns.approve, number, shop=shop)
    act(returns.receive, number, came(db, number), shop=shop)
    act(return_close.close, number, shop=shop)
    db.rollback()
    added = db.scalars(select(OrderLine).where(OrderLine.stands_for_id == rollers)).one()
    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        shipments.ship(inside, mine, {added.id: 1}, carrier="dhl", by="ina", settings=shop)

    again = asked(order, Wish(added.id, 1, "smell"), shop=shop)
    act(returns.approve, again, shop=shop)
    act(returns.receive, again, came(db, again), shop=shop)
    act(return_close.close, again, shop=shop)

    db.rollback()
    back = db.scalars(select(Refund.amount_minor).order_by(Refund.id)).all()
    assert back == [400, 2000]
    assert ledger.problems(db) == []


@both
@pytest.mark.parametrize(("sku", "back"), [("SOFT", [2400]), ("PLAIN", [400, 2000])])
def test_an_exchange_that_is_cancelled_before_it_is_sent_gives_the_money_back(
    db, order, shop, sku, back
):
    rollers = order.lines[0].id
    number = asked(order, Wish(rollers, 1, "other", variant_id(db, sku)), shop=shop)
    act(returns.approve, number, shop=shop)
    act(returns.receive, number, came(db, number), shop=shop)
    act(return_close.close, number, shop=shop)

    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        cancel.cancel(inside, mine, by="ina", settings=shop)

    db.rollback()
    assert db.scalars(select(Refund.amount_minor).order_by(Refund.id)).all() == back
    assert shelf(db, sku) == 5
    assert pieces.of(db, db.get_one(Order, order.id))[rollers].returnable == 2
    assert db.scalars(select(Fulfilment.state)).one() == "shipped"
    assert ledger.problems(db) == []


def test_a_dearer_variant_is_refused_with_a_way_on(db, order, shop):
    with pytest.raises(Invalid, match="costs more than you paid"):
        asked(order, Wish(order.lines[0].id, 1, "other", variant_id(db, "FINE")), shop=shop)


@pytest.mark.parametrize("sku", ["STRAP", "ROLL-MINI-M"])
def test_only_another_variant_of_the_same_product_is_had_instead(db, order, shop, sku):
    with pytest.raises(Invalid):
        asked(order, Wish(order.lines[0].id, 1, "other", variant_id(db, sku)), shop=shop)


def test_what_can_be_had_instead_costs_no_more_and_is_not_the_same(db, order):
    offered = [choice.variant.sku for choice in exchange.choices(db, order.lines[0])]

    assert offered == ["SOFT", "PLAIN"]


def test_what_is_wanted_instead_must_be_there_at_approval(db, order, shop):
    number = asked(
        order, Wish(order.lines[0].id, 3, "other", variant_id(db, "SOFT")), shop=shop
    )
    soft = db.scalars(
        select(StockLevel).where(StockLevel.variant_id == variant_id(db, "SOFT"))
    ).one()
    soft.on_hand = 2
    db.add(
        StockMove(
            variant_id=soft.variant_id, quantity=-3, reason="lost", moved_at=order.placed_at
        )
    )
    db.commit()

    with pytest.raises(SoldOut):
        act(returns.approve, number, shop=shop)

    db.rollback()
    assert db.get_one(Return, number).state == "requested"
    assert shelf(db, "SOFT") == 2


def test_keeping_it_after_all_puts_the_other_one_back(db, order, shop):
    number = asked(
        order, Wish(order.lines[0].id, 2, "other", variant_id(db, "SOFT")), shop=shop
    )
    act(returns.approve, number, shop=shop)

    act(returns.take_back, number, shop=shop)

    assert shelf(db, "SOFT") == 5
    assert pieces.of(db, order)[order.lines[0].id].returnable == 3
    assert ledger.problems(db) == []


def test_what_does_not_come_is_neither_paid_nor_exchanged(db, order, shop):
    number = asked(
        order, Wish(order.lines[0].id, 3, "other", variant_id(db, "SOFT")), shop=shop
    )
    act(returns.approve, number, shop=shop)
    [line_id] = came(db, number)

    act(returns.receive, number, {line_id: Received(1)}, shop=shop)
    act(return_close.close, number, shop=shop)

    assert shelf(db, "SOFT") == 4
    assert pieces.of(db, order)[order.lines[0].id].returnable == 2
    assert ledger.problems(db) == []


@pytest.mark.parametrize(
    ("condition", "restock", "on_shelf"),
    [("as_new", True, 8), ("as_new", False, 7), ("used", True, 7), ("damaged", True, 7)],
)
def test_only_what_is_as_new_can_be_sold_again(db, order, shop, condition, restock, on_shelf):
    number = asked(order, Wish(order.lines[0].id, 1), shop=shop)
    act(returns.approve, number, shop=shop)

    act(
        returns.receive,
        number,
        came(db, number, condition=condition, restock=restock),
        shop=shop,
    )

    assert shelf(db, "ROLL-MINI-M") == on_shelf


def test_all_of_an_order_comes_back_with_its_delivery(app, client, db, gateway, shop):
    make_product(db, "strap", sku="STRAP", price_minor=1400)
    db.commit()
    order = buy(app, client, db, gateway, STRAP=1)
    assert order.shipping_minor > 0
    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        wanted = {order.lines[0].id: 1}
        shipments.ship(inside, mine, wanted, carrier="dhl", by="ina", settings=shop)
    number = asked(order, Wish(order.lines[0].id, 1), shop=shop)
    act(returns.approve, number, shop=shop)
    act(returns.receive, number, came(db, number), shop=shop)

    act(return_close.close, number, shop=shop)

    db.rollback()
    assert db.scalars(select(Refund.amount_minor)).one() == order.total_minor


def test_less_is_paid_for_a_used_piece_and_never_more_than_is_left(db, order, shop):
    number = asked(order, Wish(order.lines[0].id, 1), shop=shop)
    act(returns.approve, number, shop=shop)
    act(returns.receive, number, came(db, number, condition="used"), shop=shop)

    with pytest.raises(Invalid):
        act(return_close.close, number, shop=shop, amount_minor=1_000_000)
    act(return_close.close, number, shop=shop, amount_minor=900)

    db.rollback()
    assert db.scalars(select(Refund.amount_minor)).one() == 900


def test_what_was_paid_back_before_is_not_paid_again(db, order, shop):
    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        everything = Wanted(amount_minor=order.total_minor, reason="goodwill")
        refunds.ask(inside, mine, everything, by="ina", settings=shop)
    number = asked(order, Wish(order.lines[0].id, 1), shop=shop)
    act(returns.approve, number, shop=shop)
    act(returns.receive, number, came(db, number), shop=shop)

    act(return_close.close, number, shop=shop)

    db.rollback()
    assert db.scalars(select(Refund.amount_minor)).all() == [order.total_minor]


def test_somebody_else_refunding_meanwhile_is_noticed(db, order, shop):
    number = asked(order, Wish(order.lines[0].id, 1), shop=shop)
    act(returns.approve, number, shop=shop)
    act(returns.receive, number, came(db, number), shop=shop)
    seen = return_close.preview(db, db.get_one(Return, number))
    db.rollback()
    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        refunds.ask(
            inside, mine, Wanted(amount_minor=100, reason="goodwill"), by="bo", settings=shop
        )

    with pytest.raises(Invalid, match="since"):
        act(return_close.close, number, shop=shop, turn=seen.turn)


ACTIONS = {
    "approved": lambda number, shop, db: act(returns.approve, number, shop=shop),
    "refused": lambda number, shop, db: act(returns.refuse, number, shop=shop, answer="No."),
    "withdrawn": lambda number, shop, db: act(returns.take_back, number, shop=shop),
    "received": lambda number, shop, db: act(
        returns.receive, number, came(db, number), shop=shop
    ),
    "closed": lambda number, shop, db: act(return_close.close, number, shop=shop),
}


@pytest.mark.parametrize("after", sorted(ACTIONS))
@pytest.mark.parametrize("before", RETURN_STATES)
def test_only_the_moves_of_the_table_are_made(db, order, shop, before, after):
    number = asked(order, Wish(order.lines[0].id, 1), shop=shop)
    db.rollback()
    request = db.get_one(Return, number)
    request.state = before
    if before in {"received", "closed"}:
        request.lines[0].received = 1
    db.commit()

    if after in RETURN_MOVES[before]:
        ACTIONS[after](number, shop, db)
    else:
        with pytest.raises(Invalid, match=f"is {before}"):
            ACTIONS[after](number, shop, db)

    db.rollback()
    expected = after if after in RETURN_MOVES[before] else before
    assert db.get_one(Return, number, populate_existing=True).state == expected
    assert len(db.scalars(select(Refund)).all()) == (before == "received" and after == "closed")


def test_the_tables_of_states_and_reasons_are_whole():
    assert set(RETURN_MOVES) == set(RETURN_STATES)
    assert set().union(*RETURN_MOVES.values()) <= set(RETURN_STATES)
    assert set(REASONS) == set(RETURN_REASONS)


def test_a_withdrawal_is_not_refused_and_a_refusal_has_a_reason(order, shop):
    number = asked(order, Wish(order.lines[0].id, 1), shop=shop, is_withdrawal=True)
    other = asked(order, Wish(order.lines[0].id, 1), shop=shop)

    with pytest.raises(Invalid, match="not refused"):
        act(returns.refuse, number, shop=shop, answer="No.")
    with pytest.raises(Invalid, match="Say why"):
        act(returns.refuse, other, shop=shop, answer="  ")


@pytest.mark.parametrize(
    "wish",
    [{"quantity": 4}, {"quantity": 0}, {"quantity": -1}, {"reason": "boredom"}, {"line_id": 10**6},
     {"wanted_variant_id": 10**6}],
)  # fmt: skip
def test_what_cannot_come_back_is_refused_and_nothing_is_written(db, order, shop, wish):
    given = {"line_id": order.lines[0].id, "quantity": 1, "reason": "smell"} | wish

    with pytest.raises(Invalid):
        asked(order, Wish(**given), shop=shop)

    db.rollback()
    assert db.scalars(select(Return)).all() == []


def test_a_piece_is_asked_back_once(order, shop):
    asked(order, Wish(order.lines[0].id, 3), shop=shop)

    with pytest.raises(Invalid, match="at most 0"):
        asked(order, Wish(order.lines[0].id, 1), shop=shop)
