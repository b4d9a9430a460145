"""Shelves in the backoffice: a change is written once, and nothing that is promised can be counted away."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock
from storefront.staff.models import AuditEntry
from storefront.stock.models import StockHold, StockLevel, StockMove
from tests.makers import both, make_attempt, make_kit, make_order, make_product
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.backoffice.counted import statements

LIST = "/backoffice/stock"


@pytest.fixture
def roller(db):
    variant = make_product(db, name="Mini roller")
    db.commit()
    return variant


@pytest.fixture
def packer(app, roller):
    return signed_in(app, "packer")


def hold(db, variant, pieces):
    order = make_order(db, number="WAITS-1")
    attempt = make_attempt(db, order)
    db.add(
        StockHold(
            attempt_id=attempt.id, variant_id=variant.id, quantity=pieces,
            expires_at=clock.now() + timedelta(minutes=30),
        )
    )  # fmt: skip
    db.get(StockLevel, variant.id).held = pieces
    db.commit()


def sent(db, **fields):
    newest = db.scalar(select(StockMove.id).order_by(StockMove.id.desc()).limit(1)) or 0
    db.rollback()
    return {"kind": "received", "pieces": "5", "note": "", "turn": newest} | fields


def on_hand(db, variant):
    db.rollback()
    return db.scalar(select(StockLevel.on_hand).where(StockLevel.variant_id == variant.id))


@both
@pytest.mark.parametrize(
    ("kind", "pieces", "after"),
    [("received", "5", 15), ("counted", "7", 7), ("damaged", "2", 8), ("lost", "10", 0)],
)
def test_a_change_stands_on_the_shelf_in_the_ledger_and_in_the_log(
    db, roller, packer, kind, pieces, after
):
    answer = packer.post(
        f"{LIST}/{roller.id}", data=sent(db, kind=kind, pieces=pieces, note="x")
    )

    assert answer.status_code == 303
    assert on_hand(db, roller) == after
    last = db.scalars(select(StockMove).order_by(StockMove.id.desc())).first()
    assert (last.reason, last.note) == (kind, "x")
    assert db.scalars(select(AuditEntry.action)).all() == [f"stock.{kind}"]


@both
def test_the_second_press_of_one_form_brings_nothing_more(db, roller, packer):
    once = sent(db)

    answers = [packer.post(f"{LIST}/{roller.id}", data=once) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 422]
    assert "was changed by hand since you looked" in answers[1].text
    assert on_hand(db, roller) == 15


@both
def test_a_count_below_what_is_promised_is_refused_with_a_sentence(db, roller, packer):
    hold(db, roller, 4)

    answer = packer.post(f"{LIST}/{roller.id}", data=sent(db, kind="counted", pieces="3"))

    assert answer.status_code == 422
    assert "promised to buyers" in answer.text
    assert on_hand(db, roller) == 10


def test_it_is_told_who_holds_pieces_and_how_many_are_free(db, roller, packer):
    hold(db, roller, 4)

    text = packer.get(f"{LIST}/{roller.id}").text

    assert "WAITS-1" in text
    assert '<dd class="figure">6</dd>' in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"kind": "eaten"}, "Choose what happened."), ({"pieces": ""}, "Enter how many."),
     ({"pieces": "-1"}, "whole number"), ({"pieces": "1.5"}, "whole number"),
     ({"pieces": "9" * 30}, "whole number"), ({"pieces": "0"}, "from 1 to"),
     ({"pieces": "1000000"}, "at most 1000000 pieces"), ({"note": "n" * 201}, "At most 200"),
     ({"kind": "lost"}, "Say what happened"), ({"turn": "x"}, "Look at what lies there now")],
)  # fmt: skip
def test_what_cannot_be_written_down_is_refused_beside_its_field(
    db, roller, packer, wrong, said
):
    answer = packer.post(f"{LIST}/{roller.id}", data=sent(db, **wrong))

    assert answer.status_code == 422
    assert said in answer.text
    assert on_hand(db, roller) == 10


def test_a_kit_shows_that_its_parts_have_the_shelves(db, roller, packer):
    kit = make_kit(db, {roller: 2})
    db.commit()

    assert "A kit has no shelf of its own" in packer.get(f"{LIST}/{kit.id}").text
    refused = packer.post(f"{LIST}/{kit.id}", data=sent(db, turn=0))
    assert refused.status_code == 422
    assert "A kit has no stock of its own" in refused.text


def test_the_list_is_narrowed_by_shelf_and_words(db, roller, packer):
    make_product(db, "strap", sku="STRAP", stock=2, name="Strap")
    make_product(db, "ball", sku="BALL", stock=0, name="Ball")
    db.commit()

    def skus(**asked):
        text = packer.get(LIST, query_string=asked).text
        return [sku for sku in ("ROLL-MINI-M", "STRAP", "BALL") if f">{sku}<" in text]

    assert skus() == ["ROLL-MINI-M", "STRAP", "BALL"]
    assert skus(state="low") == ["STRAP", "BALL"]
    assert skus(state="out") == ["BALL"]
    assert skus(words="mini") == ["ROLL-MINI-M"]
    assert skus(state="blocked", words="%_'\"<") == []


def test_the_ledger_has_pages(db, roller, packer):
    for _ in range(60):
        db.add(
            StockMove(variant_id=roller.id, quantity=1, reason="received", moved_at=clock.now())
        )
    db.commit()

    assert "50 of 61" in packer.get(f"{LIST}/{roller.id}").text
    assert "11 of 61" in packer.get(f"{LIST}/{roller.id}?page=2").text
    assert packer.get(f"{LIST}/{roller.id}?page=x").status_code == 404


def test_a_long_list_of_shelves_costs_as_many_statements_as_a_short_one(
    app, db, roller, packer
):
    packer.get(LIST)
    few = statements(app, lambda: packer.get(LIST))
    for number in range(20):
        make_product(db, f"thing-{number}", sku=f"THING-{number}")
    db.commit()

    assert statements(app, lambda: packer.get(LIST)) == few


def test_a_change_of_band_is_on_the_public_page_at_once(app, db, roller, packer):
    page = "/shop/mini-foam-roller"
    first = app.test_client().get(page)

    packer.post(f"{LIST}/{roller.id}", data=sent(db, kind="counted", pieces="0"))

    again = app.test_client().get(page)
    assert first.headers["ETag"] != again.headers["ETag"]
    assert "Sold out" in again.text
