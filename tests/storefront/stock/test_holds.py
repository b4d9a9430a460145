"""Pieces are held, sold and given back; the shelf never promises what it does not have."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storefront import clock, database
from storefront.errors import Invalid, SoldOut
from storefront.stock import levels, service
from storefront.stock.models import StockHold, StockLevel, StockMove
from tests.makers import both, make_attempt, make_kit, make_product, set_stock

FEW = 5


def shelf(db, variant):
    db.expire_all()
    level = db.get(StockLevel, variant.id)
    return level.on_hand, level.held


def hold(db, attempt, wanted):
    service.hold(db, attempt.id, wanted, clock.now() + timedelta(minutes=40), few=FEW)


@both
def test_a_hold_becomes_a_sale_with_its_move(db):
    roller = make_product(db, stock=10)
    attempt = make_attempt(db)
    hold(db, attempt, {roller.id: 3})
    assert shelf(db, roller) == (10, 3)

    sold = service.sell(db, attempt.id, attempt.order_id, few=FEW)

    assert sold
    assert shelf(db, roller) == (7, 0)
    move = db.scalars(select(StockMove).where(StockMove.reason == "sold")).one()
    assert (move.quantity, move.order_id) == (-3, attempt.order_id)


@both
def test_a_released_hold_gives_back_once(db):
    roller = make_product(db, stock=10)
    attempt = make_attempt(db)
    hold(db, attempt, {roller.id: 3})

    service.release(db, attempt.id, few=FEW)
    service.release(db, attempt.id, few=FEW)

    assert shelf(db, roller) == (10, 0)
    assert not service.sell(db, attempt.id, attempt.order_id, few=FEW)


@both
def test_late_money_takes_the_pieces_again_if_they_are_there(db):
    roller = make_product(db, stock=3)
    late, other = make_attempt(db), make_attempt(db)
    hold(db, late, {roller.id: 2})
    service.release(db, late.id, few=FEW)

    assert service.take_again(db, late.id, late.order_id, few=FEW)
    assert shelf(db, roller) == (1, 0)

    hold(db, other, {roller.id: 1})
    service.release(db, other.id, few=FEW)
    service.receive(db, roller.id, -1, few=FEW)
    assert not service.take_again(db, other.id, other.order_id, few=FEW)
    assert shelf(db, roller) == (0, 0)


@both
def test_too_much_is_refused_with_what_is_left(db):
    roller = make_product(db, stock=2)

    with pytest.raises(SoldOut) as refused:
        hold(db, make_attempt(db), {roller.id: 3})

    assert refused.value.facts["lines"] == [
        {"sku": "ROLL-MINI-M", "name": "Mini foam roller", "left": 2}
    ]
    assert "Only 2 of Mini foam roller" in refused.value.detail


@both
def test_kits_take_their_parts_summed_over_the_whole_cart(db):
    roller = make_product(db, stock=3)
    strap = make_product(db, "strap", sku="STRAP", stock=9)
    kit = make_kit(db, {roller: 1, strap: 2})
    attempt = make_attempt(db)

    hold(db, attempt, {kit.id: 2, roller.id: 1})

    assert shelf(db, roller) == (3, 3)
    assert shelf(db, strap) == (9, 4)
    assert levels.free(db, [kit.id]) == {kit.id: 0}
    with pytest.raises(SoldOut) as refused:
        hold(db, make_attempt(db), {kit.id: 1})
    assert refused.value.facts["lines"][0]["sku"] == kit.sku


@both
def test_each_short_line_says_how_many_may_stay(db):
    roller = make_product(db, stock=3)
    kit = make_kit(db, {roller: 1})

    short = service.shortages(db, {kit.id: 2, roller.id: 2})

    assert {item.variant_id: item.left for item in short} == {kit.id: 1, roller.id: 1}


@both
def test_the_last_piece_is_sold_once(app, db):
    roller_id = make_product(db, stock=1).id
    attempts = [make_attempt(db).id for _ in range(2)]
    db.commit()
    start, outcomes = threading.Barrier(2), []

    def buy(attempt_id):
        with app.app_context():
            start.wait(5)
            try:
                with database.transaction() as own:
                    later = clock.now() + timedelta(minutes=40)
                    service.hold(own, attempt_id, {roller_id: 1}, later, few=FEW)
                outcomes.append("held")
            except SoldOut:
                outcomes.append("sold out")

    buyers = [threading.Thread(target=buy, args=[attempt]) for attempt in attempts]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join(20)

    assert sorted(outcomes) == ["held", "sold out"]
    assert db.get(StockLevel, roller_id, populate_existing=True).held == 1


@both
@pytest.mark.parametrize(
    ("pieces", "changes"), [(1, 0), (5, 1), (10, 1)], ids=["same band", "few", "sold out"]
)
def test_cached_pages_go_stale_only_when_the_band_changes(db, pieces, changes):
    roller = make_product(db, stock=10)
    before = database.content_revision(db)

    hold(db, make_attempt(db), {roller.id: pieces})

    assert database.content_revision(db) - before == changes


@both
def test_a_kits_page_goes_stale_though_its_part_is_still_in_stock(db):
    ball = make_product(db, "ball", sku="BALL", stock=7)
    kit = make_kit(db, {ball: 3})
    before = database.content_revision(db)

    service.hold(db, make_attempt(db).id, {ball.id: 2}, clock.now(), few=1)

    assert levels.bands(db, [ball.id, kit.id], few=1) == {ball.id: "in_stock", kit.id: "few"}
    assert database.content_revision(db) == before + 1


@both
def test_receiving_and_counting_keep_the_ledger_whole(db):
    roller = make_product(db, stock=None)

    service.receive(db, roller.id, 12, few=FEW)
    service.count(db, roller.id, 9, few=FEW, note="yearly count")
    service.receive(db, roller.id, -1, few=FEW)

    moves = db.scalars(select(StockMove).order_by(StockMove.id)).all()
    assert [(move.reason, move.quantity) for move in moves] == [
        ("received", 12), ("counted", -3), ("damaged", -1),
    ]  # fmt: skip
    assert shelf(db, roller) == (8, 0)


@both
def test_a_count_below_what_buyers_are_promised_is_refused(db):
    roller = make_product(db, stock=5)
    hold(db, make_attempt(db), {roller.id: 4})

    with pytest.raises(Invalid):
        service.count(db, roller.id, 3, few=FEW)

    assert shelf(db, roller) == (5, 4)


def test_a_kit_has_no_stock_of_its_own(db):
    kit = make_kit(db, {make_product(db): 1})

    with pytest.raises(Invalid):
        service.receive(db, kit.id, 1, few=FEW)


@both
@pytest.mark.parametrize(("on_hand", "held"), [(-1, 0), (2, 3), (2, -1)])
def test_the_database_itself_refuses_impossible_shelves(db, on_hand, held):
    roller = make_product(db, stock=None)
    db.add(StockLevel(variant_id=roller.id, on_hand=on_hand, held=held))

    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


@both
def test_one_attempt_holds_a_variant_once(db):
    roller = make_product(db, stock=5)
    attempt = make_attempt(db)
    hold(db, attempt, {roller.id: 1})
    db.add(
        StockHold(
            attempt_id=attempt.id, variant_id=roller.id, quantity=1, expires_at=clock.now()
        )
    )

    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


def test_a_variant_without_a_shelf_is_sold_out(db):
    roller = make_product(db, stock=None)
    strap = make_product(db, "strap", sku="STRAP", stock=None)
    set_stock(db, strap, 6)

    assert levels.bands(db, [roller.id, strap.id], few=FEW) == {
        roller.id: "sold_out",
        strap.id: "in_stock",
    }
