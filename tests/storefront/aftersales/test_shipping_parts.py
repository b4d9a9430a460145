"""Parcels: in parts, with tracking and lots, and never more than is still due."""

import threading

import pytest
from sqlalchemy import func, select

from storefront import database
from storefront.aftersales import cancel, carriers, pieces, shipments
from storefront.aftersales.pieces import Happening, Pieces
from storefront.errors import Invalid
from storefront.events import order_shipped
from storefront.orders import history
from storefront.orders.models import Fulfilment, Order, Shipment, ShipmentLine
from storefront.payments import ledger, refund_sync
from storefront.payments.gateway import RefundFacts
from storefront.payments.models import Payment
from tests.makers import both, buy, letters_written, make_product


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def order(app, client, db, gateway):
    """A paid order of three rollers and a strap."""
    make_product(db, components=("mini-roller",))
    make_product(db, "strap", sku="STRAP", price_minor=1400)
    db.commit()
    return buy(app, client, db, gateway, ROLL_MINI_M=3, STRAP=1)


def ship(order, wanted, settings, **more):
    given = {"carrier": "dhl", "tracking": "JD 0140", "by": "ina@shop.example"} | more
    with database.transaction() as db:
        mine = db.get_one(Order, getattr(order, "id", order))
        return shipments.ship(db, mine, wanted, settings=settings, **given).id


def states(db, order):
    db.rollback()
    found = db.get_one(Order, order.id, populate_existing=True)
    return found.state, db.scalars(select(Fulfilment.state)).one()


@both
def test_two_parcels_fulfil_an_order(db, order, shop):
    rollers, strap = (line.id for line in order.lines)

    ship(order, {rollers: 2}, shop, lots={rollers: " L-7 "})
    after_one = states(db, order)
    ship(order, {rollers: 1, strap: 1}, shop)

    assert after_one == ("paid", "partly_shipped")
    assert states(db, order) == ("fulfilled", "shipped")
    sent = db.execute(
        select(ShipmentLine.order_line_id, ShipmentLine.quantity, ShipmentLine.lot)
    )
    assert sorted(sent) == [(rollers, 1, ""), (rollers, 2, "L-7"), (strap, 1, "")]
    assert ledger.problems(db) == []


def test_the_letter_says_what_is_in_the_parcel_and_what_is_still_to_come(db, order, shop):
    rollers, _strap = (line.id for line in order.lines)

    ship(order, {rollers: 2}, shop)

    [letter] = letters_written(db, "order_shipped")
    told = letter["context"]
    assert [line["quantity"] for line in told["sent"]] == [2]
    assert [line["quantity"] for line in told["rest"]] == [1, 1]
    assert told["tracking_url"].endswith("tracking-id=JD0140")
    assert letter["order_id"] == order.id
    [event] = history.of(db, order, public_only=True)[-1:]
    assert (event.kind, event.by) == ("shipped", "ina@shop.example")


@pytest.mark.parametrize("pieces_of_rollers", [4, -1, 0])
def test_more_than_is_due_or_nothing_is_refused_and_nothing_changes(
    db, order, shop, pieces_of_rollers
):
    rollers = order.lines[0].id

    with pytest.raises(Invalid):
        ship(order, {rollers: pieces_of_rollers}, shop)

    assert states(db, order) == ("paid", "to_ship")
    assert db.scalar(select(func.count()).select_from(Shipment)) == 0
    assert letters_written(db, "order_shipped") == []


def test_a_line_of_another_order_is_refused(app, db, client, gateway, order, shop):
    other = buy(app, client, db, gateway, STRAP=1)

    with pytest.raises(Invalid, match="not of this order"):
        ship(order, {other.lines[0].id: 1}, shop)


@pytest.mark.parametrize("state", ["warning_needs_response", "needs_response", "lost"])
def test_a_dispute_holds_the_goods(db, order, shop, state):
    order.dispute_state = state
    db.commit()

    with pytest.raises(Invalid, match="bank"):
        ship(order, {order.lines[0].id: 1}, shop)


@pytest.mark.parametrize(
    "state", ["awaiting_payment", "expired", "cancelled", "needs_attention"]
)
def test_only_a_paid_order_is_sent(db, order, shop, state):
    order.state = state
    db.commit()

    with pytest.raises(Invalid, match="Only a paid order"):
        ship(order, {order.lines[0].id: 1}, shop)


@both
def test_what_was_all_refunded_at_stripe_is_cancelled_and_not_sent(db, order, shop, gateway):
    payment = db.scalars(select(Payment)).one()
    gateway.refunds["by hand"] = RefundFacts(
        stripe_id="re_hand", payment_reference=payment.reference, status="succeeded",
        amount_minor=payment.amount_minor, currency="EUR", reference="",
    )  # fmt: skip
    payment_id, lines = payment.id, {line.id: line.quantity for line in order.lines}
    db.rollback()
    refund_sync.sync(payment_id, gateway, shop)
    db.refresh(order)
    assert order.attention == refund_sync.TO_CANCEL
    db.rollback()

    with pytest.raises(Invalid, match="money went back"):
        ship(order.id, lines, shop)

    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        cancel.cancel(inside, mine, by="ina", settings=shop)
    db.refresh(order)
    assert (order.state, order.attention) == ("cancelled", "")
    assert ledger.problems(db) == []


@both
def test_a_part_refunded_at_stripe_is_forgotten_once_the_rest_was_sent(
    db, order, shop, gateway
):
    payment = db.scalars(select(Payment)).one()
    gateway.refunds["by hand"] = RefundFacts(
        stripe_id="re_hand", payment_reference=payment.reference, status="succeeded",
        amount_minor=100, currency="EUR", reference="",
    )  # fmt: skip
    payment_id, lines = payment.id, {line.id: line.quantity for line in order.lines}
    db.rollback()
    refund_sync.sync(payment_id, gateway, shop)
    db.refresh(order)
    assert order.attention == refund_sync.TO_CANCEL
    db.rollback()

    ship(order.id, lines, shop)

    db.refresh(order)
    assert (order.state, order.attention) == ("fulfilled", "")


@pytest.mark.parametrize(
    ("field", "value"),
    [("carrier", "pigeon"), ("tracking", "<script>"), ("tracking", "9" * 81),
     ("tracking", "١٢٣")],
)  # fmt: skip
def test_a_carrier_or_number_that_cannot_be_is_refused(order, shop, field, value):
    with pytest.raises(Invalid) as refused:
        ship(order, {order.lines[0].id: 1}, shop, **{field: value})

    assert field in refused.value.fields


@both
def test_two_who_press_at_once_send_one_parcel(app, db, order, shop):
    order_id, wanted, results = order.id, {order.lines[0].id: 1}, []
    db.rollback()

    def press():
        with app.app_context():
            try:
                results.append(ship(order_id, wanted, shop, parcels_seen=0))
            except Invalid as error:
                results.append(error.detail)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    db.rollback()
    assert db.scalar(select(func.count()).select_from(Shipment)) == 1
    assert sum("since" in str(each) for each in results) == 3


def test_the_news_is_told_after_the_commit(order, shop):
    heard = []

    def listen(_sender, **news):
        heard.append(news)

    with order_shipped.connected_to(listen):
        shipment_id = ship(order, {order.lines[0].id: 1}, shop)

    assert heard == [{"order_number": order.number, "shipment_id": shipment_id}]


def test_the_api_tells_the_parcels(client, order, shop):
    ship(order, {order.lines[0].id: 2}, shop)

    told = client.get(f"/api/v1/orders/{order.number}?key={order.key}").json

    [fulfilment] = told["fulfilments"]
    [parcel] = fulfilment["parcels"]
    assert fulfilment["state"] == "partly_shipped"
    assert (parcel["carrier"], parcel["tracking"]) == ("dhl", "JD0140")
    assert parcel["lines"] == [{"sku": "ROLL-MINI-M", "quantity": 2, "lot": ""}]


def test_tracking_addresses_carry_the_number_as_text():
    assert carriers.tracking_url("ups", "1Z-9") == "https://www.ups.com/track?tracknum=1Z-9"
    assert carriers.tracking_url("other", "1Z9") == ""
    assert carriers.tracking_url("dhl", "") == ""


def test_money_back_before_the_parcel_leaves_takes_the_pieces_out_of_it():
    at = [order_time(n) for n in range(4)]
    start = {1: Pieces(ordered=3)}

    paid_back_first = pieces.walked(start, [Happening(1, at[0], -1), Happening(1, at[1], 2)])[1]
    sent_first = pieces.walked(start, [Happening(1, at[0], 1), Happening(1, at[1], -1)])[1]

    assert (paid_back_first.to_send, paid_back_first.refunded_unsent) == (0, 1)
    assert (sent_first.to_send, sent_first.refunded_sent) == (2, 1)


def order_time(minutes):
    from datetime import timedelta

    from storefront import clock

    return clock.now() + timedelta(minutes=minutes)
