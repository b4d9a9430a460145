"""What was paid can go back, once, and never more of it than came."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock, database, events
from storefront.errors import Invalid
from storefront.money import shares
from storefront.orders.models import Fulfilment, Order, OrderLine
from storefront.outbox import OutboxRow, drain
from storefront.ownership.service import owned_components
from storefront.payments import books, refunds
from storefront.payments.gateway import GatewayUnavailable, KeySpent
from storefront.payments.models import Payment, Refund
from storefront.payments.refunds import Wanted
from tests.makers import both, make_attempt, make_order


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


def paid_order(db, gateway, *, lines=((2400, 1, 0),), shipping=390, gift=0, tax_added=0):
    """Make an order that was paid: (unit price, quantity, discount) for each line."""
    order = make_order(db, total_minor=shipping, shipping_minor=shipping)
    for unit, quantity, discount in lines:
        order.lines.append(
            OrderLine(
                sku=f"SKU-{unit}", name=f"Tool for {unit}", quantity=quantity,
                unit_price_minor=unit, discount_minor=discount,
                total_minor=unit * quantity - discount, tax_basis_points=0,
                tax_minor=tax_added // len(lines), components=[f"tool-{unit}"],
            )
        )  # fmt: skip
    order.subtotal_minor = sum(unit * quantity for unit, quantity, _ in lines)
    order.discount_minor = sum(discount for *_, discount in lines)
    order.tax_added_minor = tax_added
    order.total_minor = order.goods_minor + shipping + tax_added
    order.gift_minor, order.paid_minor = gift, order.total_minor - gift
    order.state, order.paid_at = "paid", clock.now()
    db.add(Fulfilment(order_id=order.id, created_at=clock.now()))
    attempt = make_attempt(db, order, state="paid", session_id=f"cs_{order.number}")
    request = {
        "client_reference_id": attempt.reference,
        "line_items": [],
        "shipping_options": [],
    }
    gateway.sessions[attempt.session_id] = gateway.facts_of(request, attempt.session_id)
    gateway.pay(attempt.session_id, amount_minor=order.charge_minor)
    db.add(
        Payment(
            order_id=order.id, attempt_id=attempt.id, reference=f"pi_{attempt.session_id}",
            amount_minor=order.charge_minor, currency="EUR", received_at=clock.now(),
        )
    )  # fmt: skip
    db.commit()
    return order.id


def ask(shop, order_id, **wanted):
    with database.transaction() as db:
        order = db.get_one(Order, order_id)
        return refunds.ask(db, order, Wanted(**wanted), by="kim@example.org", settings=shop).id


def after_grace():
    return clock.now() + timedelta(days=15)


def read(db, model, row_id):
    db.rollback()
    return db.get_one(model, row_id, populate_existing=True)


def letters(db):
    db.rollback()
    rows = db.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id))
    return [row.payload["letter"] for row in rows]


@both
def test_everything_goes_back_and_the_buyer_reads_so(db, gateway, shop):
    order_id = paid_order(db, gateway)
    line_id = read(db, Order, order_id).lines[0].id
    told = []
    with events.order_refunded.connected_to(lambda _, **facts: told.append(facts)):
        refund_id = ask(
            shop, order_id, lines={line_id: 1}, shipping_minor=390, reason="withdrawal"
        )
        assert read(db, Order, order_id).refunded_minor == 2790
        assert letters(db) == []

        assert refunds.send(refund_id, gateway, shop) == "succeeded"

    [made] = gateway.refunds.values()
    assert (made.amount_minor, read(db, Refund, refund_id).stripe_id) == (2790, made.stripe_id)
    assert letters(db) == ["order_refunded"]
    order = read(db, Order, order_id)
    assert told == [{"order_number": order.number, "refund": made.reference}]
    assert owned_components(db, order.email, after_grace()) == frozenset()


@both
def test_the_worker_sends_what_was_asked_for(app, db, gateway, shop):
    order_id = paid_order(db, gateway)
    ask(shop, order_id, amount_minor=500, reason="goodwill")

    drain({refunds.KIND: app.extensions["storefront"].outbox_handlers[refunds.KIND]}, most=1)

    assert [one.amount_minor for one in gateway.refunds.values()] == [500]
    assert letters(db) == ["order_partly_refunded"]


@both
@pytest.mark.parametrize(("total", "pieces"), [(1000, 3), (999, 7), (2, 3), (7200, 3)])
def test_pieces_refunded_one_by_one_come_to_exactly_what_was_paid(
    db, gateway, shop, total, pieces
):
    order_id = paid_order(
        db, gateway, lines=((3000, pieces, 3000 * pieces - total),), shipping=500
    )
    line_id = read(db, Order, order_id).lines[0].id
    got = []
    for _piece in range(pieces):
        try:
            refund_id = ask(shop, order_id, lines={line_id: 1})
        except Invalid:  # a piece that cost nothing
            got.append(0)
            continue
        got.append(read(db, Refund, refund_id).amount_minor)

    assert sum(got) == sum(shares(total, [1] * pieces)) == total


@both
def test_no_more_pieces_and_no_more_money_go_back_than_came(db, gateway, shop):
    order_id = paid_order(db, gateway, lines=((2400, 2, 0),))
    line_id = read(db, Order, order_id).lines[0].id
    ask(shop, order_id, lines={line_id: 1})

    for wish in ({"lines": {line_id: 2}}, {"amount_minor": 2791}, {"shipping_minor": 391},
                 {"lines": {line_id + 1: 1}}, {"lines": {line_id: -1}}, {"amount_minor": 0},
                 {"shipping_minor": -1}, {"amount_minor": 1, "reason": "because"}):  # fmt: skip
        with pytest.raises(Invalid):
            ask(shop, order_id, **wish)

    assert read(db, Order, order_id).refunded_minor == 2400
    ask(shop, order_id, amount_minor=2790)
    assert read(db, Order, order_id).refunded_minor == 5190


@both
def test_a_line_after_a_goodwill_refund_gives_back_the_rest_only(db, gateway, shop):
    order_id = paid_order(db, gateway, shipping=0)
    line_id = read(db, Order, order_id).lines[0].id
    ask(shop, order_id, amount_minor=400, reason="goodwill")

    refund = read(db, Refund, ask(shop, order_id, lines={line_id: 1}))

    assert (refund.amount_minor, refund.lines[0].amount_minor) == (2000, 2000)


@both
def test_tax_on_top_of_the_price_goes_back_with_its_line(db, gateway, shop):
    order_id = paid_order(db, gateway, lines=((1000, 3, 0),), shipping=100, tax_added=320)
    order = read(db, Order, order_id)
    order.lines[0].tax_minor = 300
    db.commit()

    rest = refunds.left(db, read(db, Order, order_id))

    assert (sum(rest.lines[0].pieces), rest.shipping_minor) == (3300, 120)
    assert rest.total_minor == 3420


@both
def test_the_card_has_its_money_back_before_the_gift_card(db, gateway, shop, monkeypatch):
    given = []
    monkeypatch.setattr(
        "storefront.pricing.gift_cards.give_back", lambda *told: given.append(told[2])
    )
    order_id = paid_order(db, gateway, gift=2000)

    first = ask(shop, order_id, amount_minor=1000)
    second = ask(shop, order_id, amount_minor=1790)
    for refund_id in (first, second, second):
        refunds.send(refund_id, gateway, shop)

    parts = [
        (r.amount_minor, r.gift_minor) for r in (read(db, Refund, i) for i in (first, second))
    ]
    assert parts == [(790, 210), (0, 1790)]
    assert given == [210, 1790]
    order = read(db, Order, order_id)
    assert (order.refunded_minor, order.gift_back_minor) == (790, 2000)


@both
@pytest.mark.parametrize("had_succeeded", [True, False])
def test_a_gift_card_keeps_its_part_of_a_refund_that_fails_only_if_it_had_it(
    db, gateway, shop, monkeypatch, had_succeeded
):
    monkeypatch.setattr("storefront.pricing.gift_cards.give_back", lambda *told: told[2])
    order_id = paid_order(db, gateway, gift=2000)
    gateway.refund_status = "succeeded" if had_succeeded else "pending"
    refund_id = ask(shop, order_id, amount_minor=1000)
    refunds.send(refund_id, gateway, shop)
    [made] = gateway.refunds.values()

    refunds.record(refund_id, replace(made, status="failed"), shop)

    order = read(db, Order, order_id)
    given = 210 if had_succeeded else 0
    assert (order.refunded_minor, order.gift_back_minor) == (0, given)
    rest = refunds.left(db, order)
    assert (rest.card_minor, rest.gift_minor) == (790, 2000 - given)


@both
@pytest.mark.parametrize(
    ("amount", "line", "shipping", "free"), [(1395, 1200, 195, 0), (3000, 2400, 390, 210)]
)
def test_another_sum_than_the_pieces_cost_is_shared_among_them(
    db, gateway, shop, amount, line, shipping, free
):
    order_id = paid_order(db, gateway, lines=((2400, 2, 0),))
    line_id = read(db, Order, order_id).lines[0].id
    db.rollback()

    seen = refunds.preview(
        db, read(db, Order, order_id), Wanted({line_id: 1}, 390, amount, reason="damaged")
    )

    assert (seen.lines[0].amount_minor, seen.shipping_minor, seen.free_minor) == (
        line,
        shipping,
        free,
    )


@both
def test_two_of_the_staff_pressing_at_once_make_one_refund(db, gateway, shop):
    order_id = paid_order(db, gateway)
    turn = refunds.left(db, read(db, Order, order_id)).turn
    first = ask(shop, order_id, amount_minor=500, reason="goodwill", turn=turn)
    again = ask(shop, order_id, amount_minor=500, reason="goodwill", turn=turn)

    with pytest.raises(Invalid, match="meanwhile"):
        ask(shop, order_id, amount_minor=600, reason="goodwill", turn=turn)

    for refund_id in (first, again, first):
        refunds.send(refund_id, gateway, shop)
    assert first == again
    assert len(gateway.refunds) == 1


@both
@pytest.mark.parametrize("has_turn", [True, False])
def test_presses_at_the_same_moment_never_give_back_more_than_was_paid(
    app, db, gateway, shop, has_turn
):
    order_id = paid_order(db, gateway)
    line_id = read(db, Order, order_id).lines[0].id
    turn = refunds.left(db, read(db, Order, order_id)).turn if has_turn else None
    db.rollback()
    made, refused, start = [], [], threading.Barrier(6)

    def press():
        with app.app_context():
            start.wait(20)
            try:
                made.append(ask(shop, order_id, lines={line_id: 1}, turn=turn))
            except Invalid as error:
                refused.append(error)

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert (len(set(made)), len(made) + len(refused)) == (1, 6)
    assert len(refused) == (0 if has_turn else 5)
    assert read(db, Order, order_id).refunded_minor == 2400
    for refund_id in made:
        refunds.send(refund_id, gateway, shop)
    assert len(gateway.refunds) == 1


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)  # SQLite has one writer
def test_what_was_read_before_the_lock_is_read_again(app, db, gateway, shop):
    order_id = paid_order(db, gateway)
    line_id = read(db, Order, order_id).lines[0].id
    db.rollback()

    with database.transaction() as session:
        stale = session.get_one(Order, order_id)
        assert stale.lines[0].refunded_quantity == 0
        other = threading.Thread(target=in_another, args=(app, shop, order_id, line_id))
        other.start()
        other.join(20)
        with pytest.raises(Invalid):
            refunds.ask(session, stale, Wanted({line_id: 1}), by="kim", settings=shop)


def in_another(app, shop, order_id, line_id):
    with app.app_context():
        ask(shop, order_id, lines={line_id: 1})


@both
def test_a_lost_answer_is_asked_for_again_with_the_same_key(db, gateway, shop, monkeypatch):
    refund_id = ask(shop, paid_order(db, gateway), amount_minor=500)
    call = gateway.refund

    def lose(request, key):
        call(request, key)
        raise GatewayUnavailable

    with monkeypatch.context() as broken, pytest.raises(GatewayUnavailable):
        broken.setattr(gateway, "refund", lose)
        refunds.send(refund_id, gateway, shop)

    assert read(db, Refund, refund_id).state == "prepared"
    assert refunds.send(refund_id, gateway, shop) == "succeeded"
    assert len(gateway.refunds) == 1


@both
@pytest.mark.parametrize("was_made", [True, False])
def test_after_a_day_it_is_looked_for_before_it_is_asked_again(db, gateway, shop, was_made):
    refund_id = ask(shop, paid_order(db, gateway), amount_minor=500)
    refund = read(db, Refund, refund_id)
    if was_made:
        gateway.refund(refund.request, refund.idempotency_key)
    refund.sent_at = clock.now() - timedelta(hours=24)
    first_key = refund.idempotency_key
    db.commit()

    if was_made:
        assert refunds.send(refund_id, gateway, shop) == "succeeded"
    else:
        with pytest.raises(GatewayUnavailable):
            refunds.send(refund_id, gateway, shop)
        assert read(db, Refund, refund_id).idempotency_key != first_key
        assert refunds.send(refund_id, gateway, shop) == "succeeded"
    assert len(gateway.refunds) == 1


def test_a_key_that_only_repeats_a_failure_is_left_for_another(db, gateway, shop, monkeypatch):
    refund_id = ask(shop, paid_order(db, gateway), amount_minor=500)
    with monkeypatch.context() as broken, pytest.raises(GatewayUnavailable):
        broken.setattr(gateway, "refund", lambda *_: (_ for _ in ()).throw(KeySpent()))
        refunds.send(refund_id, gateway, shop)

    assert refunds.send(refund_id, gateway, shop) == "succeeded"


@both
def test_a_refusal_is_told_to_the_shopkeeper_and_the_money_counts_as_here(
    db, gateway, shop, monkeypatch
):
    order_id = paid_order(db, gateway)
    refund_id = ask(shop, order_id, amount_minor=500)
    read(db, Refund, refund_id).request = {
        **read(db, Refund, refund_id).request,
        "amount": 9999,
    }
    db.commit()

    assert refunds.send(refund_id, gateway, shop) == "failed"

    assert letters(db) == ["refund_failed"]
    assert read(db, Order, order_id).refunded_minor == 0
    assert "greater than" in read(db, Refund, refund_id).failure


@both
def test_a_refund_that_fails_days_later_is_with_us_again(db, gateway, shop):
    order_id = paid_order(db, gateway)
    line_id = read(db, Order, order_id).lines[0].id
    refund_id = ask(shop, order_id, lines={line_id: 1})
    refunds.send(refund_id, gateway, shop)
    [made] = gateway.refunds.values()

    lost = replace(made, status="failed", failure="lost_or_stolen_card")
    assert refunds.record(refund_id, lost, shop) == "failed"

    order = read(db, Order, order_id)
    assert (order.refunded_minor, order.lines[0].refunded_quantity) == (0, 0)
    assert letters(db) == ["order_partly_refunded", "refund_failed"]
    ask(shop, order_id, lines={line_id: 1})  # and it can be tried once more


@both
def test_a_pending_refund_tells_the_buyer_nothing_yet(db, gateway, shop):
    gateway.refund_status = "pending"
    refund_id = ask(shop, paid_order(db, gateway), amount_minor=500)

    assert refunds.send(refund_id, gateway, shop) == "pending"

    assert letters(db) == []


@both
def test_nothing_is_refunded_while_a_dispute_is_open(db, gateway, shop):
    order_id = paid_order(db, gateway)
    read(db, Order, order_id).dispute_state = "needs_response"
    db.commit()

    with pytest.raises(Invalid, match="bank"):
        ask(shop, order_id, amount_minor=1)


@both
def test_a_tool_that_was_refunded_is_owned_no_more_and_the_others_are(db, gateway, shop):
    order_id = paid_order(db, gateway, lines=((2400, 2, 0), (900, 1, 0)))
    order = read(db, Order, order_id)
    first, second = order.lines[0].id, order.lines[1].id
    email = order.email

    ask(shop, order_id, lines={first: 1, second: 1})
    db.rollback()
    assert owned_components(db, email, after_grace()) == {"tool-2400"}

    ask(shop, order_id, lines={first: 1})
    db.rollback()
    assert owned_components(db, email, after_grace()) == frozenset()


def test_the_books_count_again_what_somebody_wrote_by_hand(db, gateway, shop):
    order_id = paid_order(db, gateway)
    ask(shop, order_id, amount_minor=500)
    order = read(db, Order, order_id)
    order.refunded_minor = 7

    books.count(db, order, shop)

    assert order.refunded_minor == 500
