"""Goods that come back and goods that are exchanged move by the ledger; a block stops every sale."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock, database
from storefront.errors import Invalid, SoldOut
from storefront.payments import ledger
from storefront.stock import levels, service
from storefront.stock.models import StockLevel, StockMove
from tests.makers import both, make_attempt, make_kit, make_order, make_product

FEW = 5


def on_hand(db, variant):
    return levels.shelf(db, [variant.id])[variant.id][0]


@both
def test_a_returned_kit_comes_back_as_its_parts_with_order_and_reason(db):
    ball, roller = make_product(db, stock=1), make_product(db, "roller", sku="R", stock=1)
    kit = make_kit(db, {ball: 2, roller: 1})
    order = make_order(db)

    service.put_back(db, order.id, {kit.id: 2}, few=FEW, reason="cancelled", note="not sent")

    assert (on_hand(db, ball), on_hand(db, roller)) == (5, 3)
    moves = db.scalars(select(StockMove).where(StockMove.reason == "cancelled")).all()
    assert {(move.order_id, move.note) for move in moves} == {(order.id, "not sent")}
    assert not [line for line in ledger.problems(db) if "shelf" in line]


def test_goods_do_not_come_back_for_a_reason_that_takes_them_away(db):
    ball = make_product(db)

    with pytest.raises(Invalid):
        service.put_back(db, make_order(db).id, {ball.id: 1}, few=FEW, reason="lost")


@both
def test_an_exchange_takes_only_what_nobody_is_promised(db):
    ball = make_product(db, stock=3)
    service.hold(db, make_attempt(db).id, {ball.id: 2}, clock.now() + timedelta(hours=1), few=FEW)  # fmt: skip
    order = make_order(db)

    with pytest.raises(SoldOut) as refused:
        service.take(db, order.id, {ball.id: 2}, few=FEW)
    service.take(db, order.id, {ball.id: 1}, few=FEW)

    assert refused.value.facts["lines"][0]["left"] == 1
    assert on_hand(db, ball) == 2
    assert db.scalars(select(StockMove.quantity).where(StockMove.reason == "exchanged")).one() == -1  # fmt: skip


@both
def test_what_is_taken_out_of_nothing_changes_nothing(db):
    ball, none = make_product(db, stock=3), make_product(db, "none", sku="NONE", stock=None)

    with pytest.raises(SoldOut):
        service.take(db, make_order(db).id, {ball.id: 1, none.id: 1}, few=FEW)

    assert on_hand(db, ball) == 3


@both
def test_the_frozen_parts_of_lines_sum_up(db):
    ball, roller = make_product(db), make_product(db, "roller", sku="R")
    lines = [([[ball.id, 2], [roller.id, 1]], 3), ([[ball.id, 1]], 1)]

    assert service.pieces_of(lines) == {ball.id: 7, roller.id: 3}


@both
def test_a_blocked_part_stops_the_sale_of_itself_and_of_its_kits(db):
    ball, roller = make_product(db), make_product(db, "roller", sku="R")
    kit = make_kit(db, {ball: 1, roller: 1})

    service.block(db, ball.id, "The seam may open. We look into it.")

    assert levels.free(db, [ball.id, roller.id, kit.id]) == {ball.id: 0, roller.id: 10, kit.id: 0}  # fmt: skip
    for wanted in ({ball.id: 1}, {kit.id: 1}):
        with pytest.raises(SoldOut):
            service.hold(db, make_attempt(db).id, wanted, clock.now(), few=FEW)
    service.unblock(db, ball.id)
    service.hold(db, make_attempt(db).id, {kit.id: 1}, clock.now(), few=FEW)


@both
def test_a_blocked_kit_leaves_its_parts_for_sale(db):
    ball = make_product(db)
    kit = make_kit(db, {ball: 1})

    service.block(db, kit.id, "The box is wrong.")

    assert levels.free(db, [ball.id, kit.id]) == {ball.id: 10, kit.id: 0}
    assert [item.left for item in service.shortages(db, {kit.id: 1, ball.id: 1})] == [0]


def test_a_block_needs_its_reason(db):
    with pytest.raises(Invalid):
        service.block(db, make_product(db).id, "  ")


def test_a_block_makes_cached_pages_stale(db):
    ball = make_product(db)
    before = database.content_revision(db)

    service.block(db, ball.id, "The seam may open.")

    assert database.content_revision(db) == before + 1


@both
def test_pieces_may_be_sold_before_they_arrive_up_to_the_allowance(db):
    ball = make_product(db, stock=0)
    level = db.get_one(StockLevel, ball.id)
    level.allowance, level.preorder_until = 2, clock.now() + timedelta(days=9)
    level.ships_from = (clock.now() + timedelta(days=9)).date()
    db.flush()

    first, late = make_attempt(db), make_attempt(db)
    service.hold(db, first.id, {ball.id: 2}, clock.now(), few=FEW)
    with pytest.raises(SoldOut):
        service.hold(db, late.id, {ball.id: 1}, clock.now(), few=FEW)
    service.sell(db, first.id, first.order_id, few=FEW)

    assert levels.shelf(db, [ball.id]) == {ball.id: (-2, 0)}
    assert levels.bands(db, [ball.id], few=FEW) == {ball.id: "sold_out"}
    service.receive(db, ball.id, 10, few=FEW)
    assert levels.bands(db, [ball.id], few=FEW) == {ball.id: "in_stock"}


@both
def test_a_preorder_that_has_ended_sells_nothing_more(db):
    ball = make_product(db, stock=0)
    level = db.get_one(StockLevel, ball.id)
    level.allowance, level.preorder_until = 2, clock.now() - timedelta(seconds=1)
    db.flush()

    with pytest.raises(SoldOut):
        service.hold(db, make_attempt(db).id, {ball.id: 1}, clock.now(), few=FEW)
