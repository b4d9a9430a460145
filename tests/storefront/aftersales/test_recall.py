"""A recall reaches everybody who has a piece, once, guests too, and nothing of it is sold or sent any more."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from storefront import clock, database
from storefront.aftersales import recall, recall_answers, recall_find, shipments
from storefront.aftersales.recall_models import Recall, RecallNotice
from storefront.catalog.models import Variant
from storefront.documents import service as documents
from storefront.errors import Invalid
from storefront.orders.models import Order
from storefront.outbox import OutboxRow
from storefront.payments.models import Refund
from tests.makers import both, make_kit, make_product
from tests.storefront.aftersales.recall_makers import DRAFT, found, letters, publish, sold, work


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def strap(db) -> Variant:
    variant = make_product(db, "strap", sku="STRAP", price_minor=1400, stock=10)
    db.commit()
    return variant


def chosen(order, slug, remedy, shop):
    with database.transaction() as db:
        order = db.get_one(Order, order.id)
        return recall_answers.answer(db, recall.find(db, slug), order, remedy, shop).id


@both
def test_it_reaches_the_lot_and_the_unknown_and_nobody_else(app, db, strap):
    roller = make_product(db, "roller", sku="ROLLER")
    mine = sold(db, strap, " l-7 ", email="ana@example.org")
    unknown = sold(db, strap, "", email="guest@example.org")
    sold(db, strap, "L-8", email="bob@example.org")
    sold(db, roller, "L-7", email="eve@example.org", sku="ROLLER")
    waits = sold(db, strap, None, email="late@example.org")

    seen = recall.preview(db, DRAFT)
    db.rollback()
    slug = publish()
    work(app)

    assert (seen.orders, seen.pieces, seen.orders_unknown, seen.pieces_unknown) == (1, 1, 1, 1)
    assert (seen.buyers, seen.to_be_sent) == (2, (waits.number,))
    told = {
        notice.order.number: notice.is_certain for notice in recall.notices(db, found(db, slug))
    }
    assert told == {mine.number: True, unknown.number: False}
    assert [letter["to"] for letter in letters(db)] == ["ana@example.org", "guest@example.org"]
    assert [letter["context"]["is_certain"] for letter in letters(db)] == [True, False]


@both
def test_a_kit_that_held_it_is_found_by_what_it_was_made_of(app, db, strap):
    kit = make_kit(db, {strap: 1}, sku="KIT")
    order = sold(db, kit, "L-7", sku="KIT", parts=[(strap.id, 1)])
    sold(db, kit, "L-7", sku="KIT", parts=[(strap.id * 1000, 1)])  # its digits lie in another's

    slug = publish()
    work(app)

    [notice] = recall.notices(db, found(db, slug))
    assert notice.order_id == order.id
    assert notice.pieces[0]["is_whole"] is False


@both
def test_many_orders_are_written_to_once_though_the_worker_dies_between(
    app, db, strap, shop, monkeypatch
):
    many = 23
    for number in range(many):
        sold(db, strap, "L-7", email=f"b{number}@example.org")
    slug = publish()
    recall_id = found(db, slug).id
    db.rollback()
    monkeypatch.setattr(recall, "AT_ONCE", 10)
    batch, calls = recall._notify_some, []

    def dies_at_the_third(*args):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return batch(*args)

    monkeypatch.setattr(recall, "_notify_some", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        recall.notify(recall_id, shop)
    assert len(letters(db)) == 20
    db.rollback()

    assert recall.notify(recall_id, shop) == 3
    assert recall.notify(recall_id, shop) == 0
    assert len(letters(db)) == len({letter["to"] for letter in letters(db)}) == many


@both
def test_a_parcel_that_was_leaving_at_that_moment_is_found_an_hour_later(app, db, strap):
    slug = publish()
    work(app)
    sold(db, strap, "L-7")
    assert letters(db) == []

    again = db.scalars(select(OutboxRow).where(OutboxRow.key == f"{slug}:again")).one()
    assert again.run_at > clock.now()
    again.run_at = clock.now()
    db.commit()
    work(app)

    assert len(letters(db)) == 1


@both
def test_nothing_recalled_is_sold_or_sent_any_more(client, db, strap, shop):
    waits = sold(db, strap, None).id
    client.post("/cart/lines", data={"sku": "STRAP"})

    publish()

    db.expire_all()
    assert db.get_one(Variant, strap.id).is_blocked
    assert "Recalled" in db.get_one(Variant, strap.id).blocked_reason
    line = db.get_one(Order, waits).lines[0].id
    db.rollback()
    for lots, why in (({line: "L-7"}, "must not leave"), ({}, "name its lot")):
        with pytest.raises(Invalid, match=why), database.transaction() as mine:
            order = mine.get_one(Order, waits)
            shipments.ship(
                mine, order, {line: 1}, carrier="other", lots=lots, by="kim", settings=shop
            )
    with database.transaction() as mine:
        order = mine.get_one(Order, waits)
        shipments.ship(
            mine, order, {line: 1}, carrier="other", lots={line: "L-9"}, by="kim", settings=shop
        )


@both
def test_money_back_is_asked_for_once_for_the_recalled_pieces(app, db, strap, shop):
    order = sold(db, strap, "L-7", pieces=2)
    documents.issue_invoice(db, order, shop)
    db.commit()
    slug = publish()
    work(app)

    for _time in range(2):
        chosen(order, slug, "refund", shop)

    db.rollback()
    refund = db.scalars(select(Refund)).one()
    assert (refund.reason, refund.amount_minor) == ("recall", 2800)
    notice = db.scalars(select(RecallNotice)).one()
    assert (notice.remedy, notice.refund_id, notice.to_do) == ("refund", refund.id, "")


@both
@pytest.mark.parametrize(
    ("lot", "parts", "to_do"),
    [("", (), recall_answers.UNKNOWN_LOT), ("L-7", "kit", recall_answers.IN_KIT)],
)
def test_money_back_that_is_not_certain_waits_for_a_person(
    app, db, strap, shop, lot, parts, to_do
):
    if parts:
        kit = make_kit(db, {strap: 1}, sku="KIT")
        order = sold(db, kit, lot, sku="KIT", parts=[(strap.id, 1)])
    else:
        order = sold(db, strap, lot)
    slug = publish()
    work(app)

    chosen(order, slug, "refund", shop)

    db.rollback()
    assert db.scalars(select(RecallNotice.to_do)).one() == to_do
    assert db.scalar(select(func.count()).select_from(Refund)) == 0


@both
def test_an_answer_is_given_once_and_only_what_is_offered(app, db, strap, shop):
    order = sold(db, strap, "L-7")
    slug = publish()
    work(app)

    with pytest.raises(Invalid, match="one of these"):
        chosen(order, slug, "repair", shop)
    chosen(order, slug, "replace", shop)
    with pytest.raises(Invalid, match="You chose"):
        chosen(order, slug, "refund", shop)

    db.rollback()
    assert db.scalars(select(RecallNotice.remedy)).one() == "replace"


@pytest.mark.parametrize(
    "wrong",
    [{"title": " "}, {"title": "x" * 161}, {"hazard": ""}, {"what_to_do": "\n"}, {"skus": []},
     {"skus": ["NONE"]}, {"lots": ["x" * 61]}, {"remedies": []}, {"remedies": ["party"]}],
    ids=str,
)  # fmt: skip
def test_a_recall_that_lacks_something_changes_nothing(db, strap, wrong):
    with pytest.raises(Invalid):
        publish(replace(DRAFT, **wrong))

    db.rollback()
    assert db.scalar(select(func.count()).select_from(Recall)) == 0
    assert not db.get_one(Variant, strap.id).is_blocked


def test_without_lots_every_piece_is_recalled(db, strap):
    sold(db, strap, "L-8")
    sold(db, strap, "")

    seen = recall.preview(db, replace(DRAFT, lots=[]))

    assert (seen.orders, seen.orders_unknown) == (2, 0)


def test_a_lot_is_the_same_in_any_spelling():
    assert recall_find.spelt(" l-7  B ") == recall_find.spelt("L-7 b")


@both
def test_pressing_from_several_places_at_once_gives_the_money_back_once(app, db, strap, shop):
    order = sold(db, strap, "L-7")
    order_id = order.id
    slug = publish()
    work(app)
    db.rollback()

    def press():
        with app.app_context(), database.transaction() as mine:
            mine_order = mine.get_one(Order, order_id)
            recall_answers.answer(mine, recall.find(mine, slug), mine_order, "refund", shop)

    threads = [threading.Thread(target=press) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert db.scalars(select(Refund.amount_minor)).all() == [1400]
