"""Orders as the counter sees them: found by what is known of them, whole, and only what a role may see."""

from datetime import date

import pytest
from sqlalchemy import event, select

from storefront import clock
from storefront.orders.models import Fulfilment
from storefront.outbox import OutboxRow
from storefront.sent_log import SentLetter
from tests.makers import both, make_order
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.backoffice.orders_at_the_desk import make_paid


@both
@pytest.mark.parametrize(
    ("query", "shown"),
    [("", {"PAID-1", "OPEN-1"}), ("state=to_ship", {"PAID-1"}), ("state=unpaid", {"OPEN-1"}),
     ("words=paid-1", {"PAID-1"}), ("words=sku-paid", {"PAID-1"}), ("words=bo%40example", {"OPEN-1"}),
     ("words=%25", set()), ("since=2999-01-01", set()), ("until=2999-01-01", {"PAID-1", "OPEN-1"}),
     ("state=nonsense&since=never", {"PAID-1", "OPEN-1"})],
)  # fmt: skip
def test_orders_are_found_by_what_is_known_of_them(app, db, query, shown):
    make_paid(db)
    make_order(db, number="OPEN-1", email="bo@example.org")
    db.commit()

    text = signed_in(app).get(f"/backoffice/orders?{query}").text

    assert {number for number in ("PAID-1", "OPEN-1") if number in text} == shown


def test_an_order_is_shown_whole_to_a_keeper_and_without_money_to_a_packer(app, db):
    make_paid(db)
    db.commit()

    keeper = signed_in(app, role="keeper").get("/backoffice/orders/PAID-1")
    packer = signed_in(app, role="packer").get("/backoffice/orders/PAID-1")

    assert keeper.status_code == packer.status_code == 200
    assert "€51.90" in keeper.text
    assert "€" not in packer.text
    assert "Mini roller" in packer.text
    assert keeper.headers["Cache-Control"] == "private, no-store"


def test_an_order_says_what_waits_in_it(app, db):
    order = make_paid(db, state="fulfilled", dispute_state="lost", is_gift=True)
    order.lines[0].ships_from = date(2027, 3, 1)
    db.scalars(select(Fulfilment)).one().state = "partly_shipped"
    db.commit()

    page = signed_in(app).get("/backoffice/orders/PAID-1").text

    for words in ("an exchange to ship", "dispute lost", "Preorder: ships from 1 March 2027", "Germany",
                  "the packing slip shows no prices"):  # fmt: skip
        assert words in page, words
    assert "Preorder" in signed_in(app).get("/backoffice/orders/PAID-1/ship").text


def test_an_author_sees_no_orders(app, db):
    make_paid(db)
    db.commit()

    author = signed_in(app, role="author")

    assert author.get("/backoffice/orders").status_code == 403
    assert author.get("/backoffice/orders/PAID-1").status_code == 403


def test_an_order_that_does_not_exist_is_not_found(app):
    assert signed_in(app).get("/backoffice/orders/NOPE").status_code == 404


def test_a_long_list_costs_as_many_statements_as_a_short_one(app, db):
    for number in range(3):
        make_paid(db, f"A-{number}")
    db.commit()
    client = signed_in(app)
    client.get("/backoffice/orders")
    few = statements(app, lambda: client.get("/backoffice/orders"))
    for number in range(12):
        make_paid(db, f"B-{number}")
    db.commit()

    assert statements(app, lambda: client.get("/backoffice/orders")) == few


def statements(app, call):
    said = []
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    event.listen(engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    call()
    return len(said)


def test_a_note_is_in_the_history_and_not_the_buyers(app, db):
    order = make_paid(db)
    db.commit()
    packer = signed_in(app, role="packer")

    packer.post("/backoffice/orders/PAID-1/notes", data={"note": "Rang twice. <b>Nobody</b>"})
    packer.post("/backoffice/orders/PAID-1/notes", data={"note": "  "})

    assert "Rang twice. &lt;b&gt;Nobody" in packer.get("/backoffice/orders/PAID-1").text
    assert "Rang twice" not in app.test_client().get(f"/orders/PAID-1?key={order.key}").text


def test_a_letter_of_another_order_is_not_sent_again(app, db):
    make_paid(db, "PAID-1")
    other = make_paid(db, "PAID-2")
    letter = SentLetter(
        message_id="<1@x>", letter="order_paid", key="PAID-2", to="ana@example.org",
        order_id=other.id, subject="Thank you", sent_at=clock.now(), tries=1,
        payload={"letter": "order_paid", "to": "ana@example.org", "context": {}, "key": "PAID-2"},
    )  # fmt: skip
    db.add(letter)
    db.commit()
    keeper, letter_id = signed_in(app, role="keeper"), letter.id

    assert keeper.post(f"/backoffice/orders/PAID-1/letters/{letter_id}").status_code == 404
    assert keeper.post(f"/backoffice/orders/PAID-2/letters/{letter_id}").status_code == 303
    assert keeper.post(f"/backoffice/orders/PAID-2/letters/{10**22}").status_code == 404
    db.rollback()
    assert [row.kind for row in db.scalars(select(OutboxRow))] == ["mail"]


def test_a_sum_is_explained_to_its_last_cent(app, db):
    explained = [{"kind": "goods", "label": "Autumn", "code": "AUTUMN", "minor": 480}]
    make_paid(
        db,
        discount_minor=480,
        total_minor=4710,
        paid_minor=4710,
        explained=explained,
        refunded_minor=350,
    )
    db.commit()

    text = signed_in(app).get("/backoffice/orders/PAID-1").text

    assert "Autumn" in text
    assert "€4.80" in text
    assert "Given back" in text
    assert "€3.50" in text


def test_an_order_whose_money_the_bank_took_is_not_offered_to_be_shipped(app, db):
    make_paid(db, dispute_state="lost", lost_minor=5190)
    db.commit()

    text = signed_in(app).get("/backoffice/orders/PAID-1").text

    assert "Taken back by the bank" in text
    assert "/PAID-1/ship" not in text
