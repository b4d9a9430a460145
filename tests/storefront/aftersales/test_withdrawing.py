"""The withdrawal function: two steps, a receipt at once, the same answer for any order."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storefront import clock, database
from storefront.aftersales import shipments, windows, withdrawal
from storefront.aftersales.models import Return, Withdrawal
from storefront.errors import NotFound
from storefront.orders.models import Order, Shipment
from storefront.payments import ledger
from storefront.payments.models import Refund
from tests import mailbox
from tests.makers import both, buy, make_product


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def order(app, client, db, gateway):
    make_product(db)
    db.commit()
    return buy(app, client, db, gateway, ROLL_MINI_M=2)


@pytest.fixture
def stranger(app):
    return app.test_client()


def sent(order, shop, pieces=2):
    with database.transaction() as db:
        mine = db.get_one(Order, order.id)
        wanted = {mine.lines[0].id: pieces}
        shipments.ship(db, mine, wanted, carrier="ups", by="ina", settings=shop)


def form(order, /, **more):
    return {
        "name": "Ana",
        "email": order.email,
        "order_number": order.number,
        "extent": "all",
    } | more


def test_the_footer_and_the_order_page_lead_there(stranger, order):
    assert 'href="/withdraw"' in stranger.get("/").text
    page = stranger.get(f"/orders/{order.number}", query_string={"key": order.key})
    assert f"/withdraw?order={order.number}&amp;key={order.key}" in page.text


def test_the_first_step_writes_nothing_and_shows_what_is_declared(db, stranger, order):
    page = stranger.post("/withdraw", data=form(order))

    assert "Step 2 of 2" in page.text
    assert f"order {order.number}" in page.text
    db.rollback()
    assert db.scalar(select(func.count()).select_from(Withdrawal)) == 0


@both
def test_a_guest_withdraws_by_number_and_address_and_has_a_receipt_at_once(
    app, db, stranger, order, shop
):
    sent(order, shop)

    page = stranger.post("/withdraw/confirm", data=form(order))

    row = db.scalars(select(Withdrawal)).one()
    request = db.scalars(select(Return)).one()
    assert page.status_code == 200
    assert row.number in page.text
    assert (row.order_id, row.return_id) == (order.id, request.id)
    assert (request.is_withdrawal, request.state, request.lines[0].quantity) == (
        True,
        "requested",
        2,
    )
    [receipt] = [
        each for each in mailbox.letters(app, order.email) if row.number in each["subject"]
    ]
    assert "I hereby withdraw" in receipt["text"]
    assert order.number in receipt["text"]
    assert "Received: " in receipt["text"]


def test_known_and_unknown_orders_get_the_same_answer(app, db, stranger, order):
    answers = {}
    for name, number, email in (
        ("known", order.number, order.email),
        ("other address", order.number, "bob@example.org"),
        ("unknown", "0000-0000", "bob@example.org"),
    ):
        page = stranger.post(
            "/withdraw/confirm", data=form(order, order_number=number, email=email)
        )
        row = db.scalars(select(Withdrawal).order_by(Withdrawal.id.desc())).first()
        answers[name] = page.status_code, page.text.replace(row.number, "W").replace(email, "E")
        db.rollback()

    assert len(set(answers.values())) == 1
    assert len(mailbox.letters(app, "bob@example.org")) == 2
    subjects = [each["subject"] for each in mailbox.letters(app, "help@pressline.example")]
    assert sum("no order fits" in subject for subject in subjects) == 2


def test_with_the_key_some_pieces_are_chosen(db, stranger, order, shop):
    sent(order, shop)
    line = order.lines[0].id
    data = form(
        order, extent="part", order=order.number, key=order.key, **{f"pieces-{line}": "1"}
    )

    second = stranger.post("/withdraw", data=data)
    stranger.post("/withdraw/confirm", data=data)

    assert "1 × Mini foam roller" in second.text
    assert db.scalars(select(Return)).one().lines[0].quantity == 1


def test_without_the_key_the_lines_of_an_order_are_not_shown(stranger, order):
    page = stranger.post("/withdraw", data=form(order))

    assert "foam roller" not in page.text


def test_a_part_in_words_is_left_to_a_person(app, db, stranger, order, shop):
    sent(order, shop)

    stranger.post(
        "/withdraw/confirm", data=form(order, extent="part", part="one of the rollers")
    )

    row = db.scalars(select(Withdrawal)).one()
    assert (row.order_id, row.return_id) == (order.id, None)
    assert "one of the rollers" in mailbox.letters(app, order.email)[0]["text"]


@both
def test_what_was_not_sent_is_cancelled_at_once_for_who_holds_the_key(db, stranger, order):
    data = form(order, order=order.number, key=order.key)

    stranger.post("/withdraw/confirm", data=data)

    db.rollback()
    assert db.get_one(Order, order.id).state == "cancelled"
    refund = db.scalars(select(Refund)).one()
    assert (refund.amount_minor, refund.reason) == (order.total_minor, "withdrawal")
    assert ledger.problems(db) == []


def test_without_the_key_nothing_is_cancelled_by_itself(db, stranger, order):
    stranger.post("/withdraw/confirm", data=form(order))

    db.rollback()
    assert db.get_one(Order, order.id).state == "paid"
    assert db.scalar(select(func.count()).select_from(Withdrawal)) == 1


def test_what_cannot_follow_by_itself_waits_until_somebody_has_dealt_with_it(
    app, db, stranger, order, shop
):
    stranger.post("/withdraw/confirm", data=form(order))
    stranger.post("/withdraw/confirm", data=form(order, order_number="0000-0000"))
    sent(order, shop)
    stranger.post("/withdraw/confirm", data=form(order))
    waiting = [row.number for row in withdrawal.latest(db, open_only=True)]
    db.rollback()

    for number in waiting:
        with database.transaction() as inside:
            withdrawal.done(inside, number, by="ina")

    db.rollback()
    assert len(waiting) == 2
    assert withdrawal.latest(db, open_only=True) == []
    with pytest.raises(NotFound):
        withdrawal.done(db, "W-0000-0000", by="ina")


def test_too_late_is_said_and_not_refused(db, stranger, order, shop):
    sent(order, shop)
    parcel = db.scalars(select(Shipment)).one()
    parcel.shipped_at = clock.now() - timedelta(days=60)
    db.commit()
    data = form(order, order=order.number, key=order.key)

    page = stranger.get("/withdraw", query_string={"order": order.number, "key": order.key})
    answer = stranger.post("/withdraw/confirm", data=data)

    assert "ended on" in page.text
    assert answer.status_code == 200
    assert db.scalar(select(func.count()).select_from(Withdrawal)) == 1


def test_even_while_nothing_can_be_done_by_itself_the_declaration_stands(db, stranger, order):
    order.dispute_state = "needs_response"
    db.commit()

    stranger.post("/withdraw/confirm", data=form(order, order=order.number, key=order.key))

    db.rollback()
    assert db.scalar(select(func.count()).select_from(Withdrawal)) == 1
    assert db.scalar(select(func.count()).select_from(Refund)) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("email", "ana"), ("order_number", " "), ("name", "x" * 161),
     ("part", "see http://bad.example"), ("name", "www.bad.example"), ("part", "x" * 1001)],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(db, stranger, order, field, value):
    data = form(order, extent="part", part="one") | {field: value}

    answer = stranger.post("/withdraw/confirm", data=data)

    db.rollback()
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert db.scalar(select(func.count()).select_from(Withdrawal)) == 0


@pytest.mark.parametrize("pieces", ["3", "-1", "x", "9" * 30])
def test_pieces_beyond_the_order_are_refused(db, stranger, order, pieces):
    data = form(order, extent="part", order=order.number, key=order.key)

    answer = stranger.post("/withdraw", data=data | {f"pieces-{order.lines[0].id}": pieces})

    assert answer.status_code == 422


def test_the_key_says_which_order_is_meant_whatever_is_typed(db, stranger, order):
    data = form(order, order=order.number, key=order.key, order_number="7777-7777")

    stranger.post("/withdraw/confirm", data=data)

    row = db.scalars(select(Withdrawal)).one()
    assert (row.order_id, row.order_number) == (order.id, order.number)


def test_a_wrong_key_is_as_good_as_none(stranger, order):
    page = stranger.get(
        "/withdraw", query_string={"order": order.number, "key": order.key[:-1]}
    )

    assert page.status_code == 200
    assert "foam roller" not in page.text
    assert order.email not in page.text


def test_one_address_gets_only_so_many_receipts(stranger, order):
    answers = [
        stranger.post(
            "/withdraw/confirm", data=form(order, email="bob@example.org")
        ).status_code
        for _ in range(11)
    ]

    assert answers == [200] * 10 + [429]


def test_days_are_counted_from_the_latest_delivery_of_the_last_parcel():
    monday = clock.now().replace(year=2026, month=11, day=2, hour=12)
    zone = "Europe/Berlin"

    found = windows.window([monday, monday - timedelta(days=9)], 14, timezone=zone)

    assert found.ends_on.isoformat() == "2026-11-25"
    assert found.is_open(found.ends_on)
    assert not found.is_open(found.ends_on + timedelta(days=1))
    assert windows.window([monday], 14, timezone=zone, is_waiting=True).ends_on is None
