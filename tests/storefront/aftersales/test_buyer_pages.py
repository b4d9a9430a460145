"""What a buyer sees and does on the order page; a key of another order opens nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storefront import clock, database
from storefront.aftersales import returns, rules, shipments
from storefront.aftersales.models import Return
from storefront.aftersales.returns import Wish
from storefront.customers.models import AddressCode
from storefront.documents.models import Document
from storefront.orders import history
from storefront.orders.models import Order, OrderEvent
from storefront.payments import ledger
from storefront.payments.models import Refund
from tests import mailbox
from tests.makers import both, buy, check_out, letters_written, make_order, make_product


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
        shipments.ship(db, mine, wanted, carrier="ups", tracking="1Z9", by="ina", settings=shop)


def aged(db, order, days=31):
    order.placed_at = clock.now() - timedelta(days=days)
    db.commit()


def see(client, order, key=None):
    return client.get(f"/orders/{order.number}", query_string={"key": key or order.key})


def prove(app, client, order, email):
    """Ask for a code on the order page and type it."""
    answer = client.post(f"/orders/{order.number}/code", data={"key": order.key})
    asked = answer.request.args.get("asked") or answer.location.split("asked=")[1].split("&")[0]
    code = mailbox.code(mailbox.letters(app, email)[0])
    return client.post("/orders/prove", data={"asked": asked, "code": code, "next": "/orders/"})


def test_the_page_tells_parcels_history_and_what_can_be_done(stranger, order, shop):
    sent(order, shop, 1)

    page = see(stranger, order)

    assert "https://www.ups.com/track?tracknum=1Z9" in page.text
    assert "Sent with UPS: 1 ×" in page.text
    assert "A part is on its way" in page.text
    assert "Send something back" in page.text
    assert "Withdraw from the contract" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "private, no-store"


def test_notes_for_the_staff_are_not_shown(db, stranger, order):
    with database.transaction() as inside:
        history.note(inside, inside.get_one(Order, order.id), "note", "A secret remark")

    assert "A secret remark" not in see(stranger, order).text


def test_an_old_order_hides_name_address_and_papers_until_its_address_is_proven(
    app, db, stranger, order
):
    aged(db, order)

    closed = see(stranger, order)
    invoice = stranger.get(f"/orders/{order.number}/invoice", query_string={"key": order.key})
    prove(app, stranger, order, order.email)
    opened = see(stranger, order)

    for secret in ("Way 1", "Ana Example", "ana@example.org", "/invoice"):
        assert secret not in closed.text
    assert "Send me a code" in closed.text
    assert db.scalar(select(func.count()).select_from(Document)) == 1
    assert invoice.status_code == 403
    assert "Way 1" in opened.text
    page = stranger.get(f"/orders/{order.number}/invoice", query_string={"key": order.key})
    assert page.status_code == 200


def test_a_code_works_once_and_only_the_newest_one(app, db, stranger, order):
    aged(db, order)
    ask = lambda: stranger.post(f"/orders/{order.number}/code", data={"key": order.key})  # noqa: E731
    first, second = (ask().location.split("asked=")[1].split("&")[0] for _ in range(2))
    newest, older = (mailbox.code(each) for each in mailbox.letters(app, order.email)[:2])

    def type_(asked, code):
        return stranger.post("/orders/prove", data={"asked": asked, "code": code}).status_code

    assert type_(first, older) == 410
    assert type_(second, newest) == 303
    assert type_(second, newest) == 410


@both
def test_five_wrong_codes_end_a_code(app, db, stranger, order):
    asked = stranger.post(f"/orders/{order.number}/code", data={"key": order.key}).location
    asked = asked.split("asked=")[1].split("&")[0]
    right = mailbox.code(mailbox.letters(app, order.email)[0])
    wrong = "000000" if right != "000000" else "000001"

    answers = [
        stranger.post("/orders/prove", data={"asked": asked, "code": code}).status_code
        for code in [wrong] * 5 + [right]
    ]

    assert answers == [422] * 5 + [410]


def test_a_code_is_too_old_after_fifteen_minutes(app, db, stranger, order):
    asked = stranger.post(f"/orders/{order.number}/code", data={"key": order.key}).location
    code = mailbox.code(mailbox.letters(app, order.email)[0])
    row = db.scalars(select(AddressCode)).one()
    row.sent_at -= timedelta(minutes=16)
    db.commit()

    data = {"asked": asked.split("asked=")[1].split("&")[0], "code": code}

    assert stranger.post("/orders/prove", data=data).status_code == 410


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "1" * 4000])
def test_what_is_no_code_is_said_so(stranger, code):
    answer = stranger.post("/orders/prove", data={"asked": "x", "code": code})

    assert answer.status_code == 422
    assert "six digits" in answer.text


def test_known_and_unknown_addresses_get_the_same_answer(app, stranger, order):
    known = stranger.post("/orders/code", data={"email": order.email})
    unknown = stranger.post("/orders/code", data={"email": "nobody@example.org"})
    pages = [stranger.get(each.location) for each in (known, unknown)]

    assert known.status_code == unknown.status_code == 303
    assert len(known.location) == len(unknown.location)

    def hide(page, answer):
        return page.text.replace(answer.location.split("asked=")[1].split("&")[0], "x")

    assert hide(pages[0], known) == hide(pages[1], unknown)
    assert mailbox.letters(app, "nobody@example.org") == []


def test_an_address_gets_only_so_many_codes(stranger, order):
    answers = [
        stranger.post("/orders/code", data={"email": "nobody@example.org"}).status_code
        for _ in range(7)
    ]

    assert answers == [303] * 6 + [429]


def test_a_proven_address_lists_its_orders_and_nobody_elses(app, db, stranger, order):
    foreign = make_order(db, email="bob@example.org")
    db.commit()
    assert "Send me a code" in stranger.get("/orders/").text

    prove(app, stranger, order, order.email)
    page = stranger.get("/orders/")

    assert order.number in page.text
    assert foreign.number not in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_an_order_is_kept_with_another_proven_address_once(app, db, stranger, order):
    mine = make_order(db, email="bob@example.org", state="paid")
    db.commit()
    before = stranger.post(f"/orders/{order.number}/claim", data={"key": order.key})
    prove(app, stranger, mine, "bob@example.org")

    assert "Keep this order with bob@example.org" in see(stranger, order).text
    claimed = stranger.post(f"/orders/{order.number}/claim", data={"key": order.key})

    db.rollback()
    assert (before.status_code, claimed.status_code) == (422, 303)
    assert db.get_one(Order, order.id).claimed_by == "bob@example.org"
    assert order.number in stranger.get("/orders/").text


def test_an_old_order_is_not_claimed_by_whoever_finds_its_link(app, db, stranger, order):
    mine = make_order(db, email="bob@example.org", state="paid")
    db.commit()
    prove(app, stranger, mine, "bob@example.org")
    aged(db, order)

    assert (
        stranger.post(f"/orders/{order.number}/claim", data={"key": order.key}).status_code
        == 403
    )

    db.rollback()
    assert db.get_one(Order, order.id).claimed_by is None


PLACES = ("", "/address", "/return", "/invoice", "/invoice.pdf")
WRITES = ("/cancel", "/address", "/claim", "/return", "/code", "/returns/R-0000-0000/keep")


@pytest.mark.parametrize("spoil", [lambda key: key[:-1], lambda key: key + "x",
                                   lambda key: ("a" if key[0] != "a" else "b") + key[1:],
                                   lambda key: key.swapcase(), lambda key: ""])  # fmt: skip
def test_a_key_one_character_off_opens_nothing(db, stranger, order, spoil):
    wrong = {"key": spoil(order.key)}

    reads = [stranger.get(f"/orders/{order.number}{at}", query_string=wrong) for at in PLACES]
    writes = [stranger.post(f"/orders/{order.number}{at}", data=wrong) for at in WRITES]

    assert {answer.status_code for answer in reads + writes} == {404}
    db.rollback()
    assert db.scalar(select(func.count()).where(OrderEvent.kind == "cancelled")) == 0


def test_the_key_of_another_order_opens_nothing(app, client, db, gateway, stranger, order):
    other = buy(app, client, db, gateway, ROLL_MINI_M=1)
    foreign = {"key": other.key}

    assert {
        stranger.get(f"/orders/{order.number}{at}", query_string=foreign).status_code
        for at in PLACES
    } == {404}
    assert {
        stranger.post(f"/orders/{order.number}{at}", data=foreign).status_code for at in WRITES
    } == {404}


def test_a_return_of_another_order_is_not_ended(
    app, client, db, gateway, stranger, order, shop
):
    sent(order, shop)
    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        number = returns.ask(
            inside, mine, [Wish(mine.lines[0].id, 1)], by="buyer", settings=shop
        ).number
    other = buy(app, client, db, gateway, ROLL_MINI_M=1)

    answer = stranger.post(
        f"/orders/{other.number}/returns/{number}/keep", data={"key": other.key}
    )

    db.rollback()
    assert answer.status_code == 404
    assert db.scalars(select(Return.state)).one() == "requested"


def test_a_buyer_cancels_what_nobody_has_packed(db, stranger, order):
    assert "€48.00 go back" in see(stranger, order).text

    answer = stranger.post(f"/orders/{order.number}/cancel", data={"key": order.key})

    db.rollback()
    assert answer.status_code == 303
    assert db.get_one(Order, order.id).state == "cancelled"
    assert db.scalars(select(Refund.amount_minor)).one() == order.total_minor
    assert ledger.problems(db) == []
    again = stranger.post(f"/orders/{order.number}/cancel", data={"key": order.key})
    assert again.status_code == 422


def test_once_a_part_has_left_the_shop_is_asked(db, stranger, order, shop):
    sent(order, shop, 1)

    for _ in range(2):
        stranger.post(f"/orders/{order.number}/cancel", data={"key": order.key})

    db.rollback()
    found = db.get_one(Order, order.id)
    assert (found.state, found.attention) == ("paid", rules.WISH_TO_CANCEL)
    assert db.scalar(select(func.count()).where(OrderEvent.kind == "cancel_asked")) == 1


def test_the_wish_to_cancel_is_over_when_nothing_is_left_to_send(db, stranger, order, shop):
    sent(order, shop, 1)
    stranger.post(f"/orders/{order.number}/cancel", data={"key": order.key})

    sent(order, shop, 1)

    db.rollback()
    assert db.get_one(Order, order.id).attention == ""


def test_an_unpaid_order_is_closed_by_its_buyer(client, db, gateway, stranger):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    order = db.scalars(select(Order)).one()

    answer = stranger.post(f"/orders/{order.number}/cancel", data={"key": order.key})

    db.rollback()
    assert answer.status_code == 303
    assert db.scalars(select(Order.state)).one() == "cancelled"
    assert [each.status for each in gateway.sessions.values()] == ["expired"]


MOVED = {"name": "Ana Neu", "line1": "Other Way 2", "postal_code": "20095", "city": "Hamburg"}


@both
def test_the_buyer_mends_the_address_and_the_history_keeps_both(db, stranger, order):
    answer = stranger.post(f"/orders/{order.number}/address", data={"key": order.key} | MOVED)

    db.rollback()
    found = db.get_one(Order, order.id)
    event = db.scalars(select(OrderEvent).where(OrderEvent.kind == "address")).one()
    assert answer.status_code == 303
    assert (found.name, found.address["city"], found.address["country"]) == (
        "Ana Neu",
        "Hamburg",
        "DE",
    )
    assert (event.facts["before"]["city"], event.facts["after"]["city"]) == (
        "Berlin",
        "Hamburg",
    )
    assert len(letters_written(db, "address_changed")) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("postal_code", "1"), ("line1", ""), ("name", " "), ("city", "x" * 300)],
)
def test_an_address_that_cannot_be_is_shown_again_with_its_reason(
    db, stranger, order, field, value
):
    data = {"key": order.key} | MOVED | {field: value}

    answer = stranger.post(f"/orders/{order.number}/address", data=data)

    db.rollback()
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert db.get_one(Order, order.id).address["city"] == "Berlin"


def test_the_country_stays_whatever_is_sent(db, stranger, order):
    stranger.post(
        f"/orders/{order.number}/address", data={"key": order.key, "country": "FR"} | MOVED
    )

    db.rollback()
    assert db.get_one(Order, order.id).address["country"] == "DE"


def test_after_a_parcel_has_left_the_address_stays(db, stranger, order, shop):
    sent(order, shop, 1)

    answer = stranger.post(f"/orders/{order.number}/address", data={"key": order.key} | MOVED)

    db.rollback()
    assert answer.status_code == 422
    assert db.get_one(Order, order.id).address["city"] == "Berlin"


def test_an_old_orders_address_needs_the_code(db, stranger, order):
    aged(db, order)

    answer = stranger.post(f"/orders/{order.number}/address", data={"key": order.key} | MOVED)

    assert answer.status_code == 403


def test_a_buyer_asks_to_send_back_and_keeps_it_after_all(db, stranger, order, shop):
    sent(order, shop)
    line = order.lines[0].id
    data = {
        "key": order.key,
        f"quantity-{line}": "1",
        f"reason-{line}": "too_firm",
        "note": "Ouch",
    }

    asked = stranger.post(f"/orders/{order.number}/return", data=data)
    db.rollback()
    number = db.scalars(select(Return.number)).one()
    page = see(stranger, order).text
    kept = stranger.post(
        f"/orders/{order.number}/returns/{number}/keep", data={"key": order.key}
    )
    again = stranger.post(
        f"/orders/{order.number}/returns/{number}/keep", data={"key": order.key}
    )

    db.rollback()
    assert (asked.status_code, kept.status_code, again.status_code) == (303, 303, 422)
    assert number in page
    assert db.scalars(select(Return.state)).one() == "withdrawn"


@pytest.mark.parametrize("quantity", ["-1", "1.5", "1e3", "9" * 30, "٣", "NaN", "3"])
def test_pieces_that_cannot_be_are_refused_with_what_was_typed(
    db, stranger, order, shop, quantity
):
    sent(order, shop)
    line = order.lines[0].id
    data = {"key": order.key, f"quantity-{line}": quantity, f"reason-{line}": "smell"}

    answer = stranger.post(f"/orders/{order.number}/return", data=data)

    db.rollback()
    assert answer.status_code == 422
    assert db.scalar(select(func.count()).select_from(Return)) == 0


def test_asking_too_often_is_bounded(app, order):
    app.extensions["storefront"].settings = app.extensions["storefront"].settings.model_copy(
        update={"limit_order_client": "2/hour"}
    )
    visitor = app.test_client()

    answers = [
        visitor.post(f"/orders/{order.number}/claim", data={"key": order.key}).status_code
        for _ in range(3)
    ]

    assert answers == [422, 422, 429]
