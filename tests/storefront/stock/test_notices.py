"""Who asks is told once when something is back; nobody learns whether an address is known."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock, database, worker
from storefront.outbox import OutboxRow
from storefront.stock import service
from storefront.stock.models import StockNotice
from tests.makers import both, check_out, make_product


@pytest.fixture
def roller(db):
    variant = make_product(db, stock=0)
    db.commit()
    return variant.id


def letters(db, kind):
    db.rollback()
    rows = db.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
    return [row.payload for row in rows if row.payload.get("letter") == kind]


def ask(client, email="ana@example.org", **more):
    return client.post("/stock/notices", data={"sku": "ROLL-MINI-M", "email": email} | more)


def confirm(client, db, email):
    ask(client, email)
    link = letters(db, "stock_notice_confirm")[-1]["context"]["link"]
    path = link.removeprefix("http://localhost")
    assert client.post(path).status_code == 200
    return path


def fill(db, variant_id, pieces):
    db.rollback()
    with database.transaction():
        service.receive(db, variant_id, pieces, few=5)


def test_the_form_stands_on_the_page_of_what_is_sold_out_and_sets_no_cookie(client, roller):
    page = client.get("/shop/mini-foam-roller")

    assert 'action="/stock/notices"' in page.text
    assert "Set-Cookie" not in page.headers
    assert "public" in page.headers["Cache-Control"]


@both
def test_nobody_is_written_to_before_the_address_is_confirmed(client, db, roller):
    assert ask(client).location == "/stock/notices/asked"
    fill(db, roller, 3)

    assert worker.run("stock")["back"] == 0

    path = letters(db, "stock_notice_confirm")[0]["context"]["link"].removeprefix(
        "http://localhost"
    )
    for _ in range(2):  # a mail scanner follows the link
        assert "Yes, tell me" in client.get(path).text
    assert worker.run("stock")["back"] == 0
    client.post(path)
    assert worker.run("stock")["back"] == 1
    assert worker.run("stock")["back"] == 0
    told = letters(db, "back_in_stock")
    assert [(each["to"], each["context"]["url"]) for each in told] == [
        ("ana@example.org", "http://localhost/shop/mini-foam-roller")
    ]


@both
def test_a_known_and_an_unknown_address_get_the_same_answer(client, db, roller):
    confirm(client, db, "ana@example.org")

    known, unknown = ask(client, "ana@example.org"), ask(client, "bo@example.org")

    assert (known.status_code, known.location, known.data) == (
        unknown.status_code, unknown.location, unknown.data,
    )  # fmt: skip
    assert [each["to"] for each in letters(db, "stock_notice_confirm")] == [
        "ana@example.org", "bo@example.org",
    ]  # fmt: skip


def test_one_address_gets_few_letters_and_one_client_may_ask_for_few(client, db, roller):
    answers = [ask(client).status_code for _ in range(4)]

    assert answers == [303, 303, 303, 429]
    assert len(letters(db, "stock_notice_confirm")) == 1  # the next one only after a minute


@both
def test_an_erased_address_is_gone_and_its_link_says_so(client, db, roller):
    path = confirm(client, db, "ana@example.org")

    assert "erased" in client.post(f"{path}/erase").text
    assert "erased" in client.post(f"{path}/erase").text

    db.rollback()
    assert db.scalars(select(StockNotice)).all() == []
    fill(db, roller, 3)
    assert worker.run("stock")["back"] == 0
    assert client.get(path).status_code == 410


@both
def test_as_many_hear_of_it_at_once_as_is_fair_and_the_first_come_first(client, db, roller):
    for name in "abcde":
        path = confirm(client, db, f"{name}@example.org")
        assert path
    fill(db, roller, 1)
    now = clock.now()

    assert worker.run("stock", now)["back"] == 3
    assert worker.run("stock", now + timedelta(minutes=59))["back"] == 0
    assert worker.run("stock", now + timedelta(minutes=61))["back"] == 2
    told = [each["to"][0] for each in letters(db, "back_in_stock")]
    assert told == list("abcde")


def test_what_is_held_by_a_buyer_is_not_back(app, client, db, gateway, roller):
    confirm(client, db, "ana@example.org")
    fill(db, roller, 1)
    buyer = app.test_client()
    buyer.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(buyer)

    assert worker.run("stock")["back"] == 0


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"email": "no address"}, 422), ({"email": ""}, 422), ({"sku": "NEVER"}, 422), ({"sku": ""}, 422),
        ({"email": "a" * 300 + "@example.org"}, 422), ({"email": "a@example.org\r\nBcc: x@y.org"}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_and_nothing_is_kept(client, db, roller, form, status):
    answer = ask(client, **({"email": "ana@example.org"} | form))

    assert answer.status_code == status
    assert db.scalars(select(StockNotice)).all() == []


def test_what_is_in_stock_needs_no_letter(client, db, roller):
    fill(db, roller, 2)

    answer = ask(client)

    assert answer.status_code == 422
    assert "is in stock: you can order it now" in answer.text


def test_a_program_that_fills_every_field_gets_the_answer_and_no_letter(client, db, roller):
    assert ask(client, website="x").location == "/stock/notices/asked"
    assert letters(db, "stock_notice_confirm") == []


def test_a_forged_link_is_refused_and_another_site_too(client, db, roller):
    assert client.get("/stock/notices/forged").status_code == 410
    answer = client.post(
        "/stock/notices", data={"sku": "ROLL-MINI-M"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


@both
def test_old_wishes_are_forgotten(client, db, roller):
    ask(client, "never@example.org")
    confirm(client, db, "ana@example.org")
    fill(db, roller, 1)
    worker.run("stock")

    assert worker.run("stock", clock.now() + timedelta(days=8))["forgotten"] == 1
    assert worker.run("stock", clock.now() + timedelta(days=31))["forgotten"] == 1


@both
def test_the_shopkeeper_hears_once_of_each_crossing(db):
    roller = make_product(db, stock=20)
    db.commit()
    few = {"few": 5}

    def told():
        return worker.run("stock")["low"]

    assert told() == 0
    for pieces, expected in ((-14, 0), (-1, 1), (-1, 0), (10, 0), (-10, 1)):
        with database.transaction():
            service.receive(db, roller.id, pieces, **few)
        assert told() == expected
    written = letters(db, "low_stock")
    assert [each["context"]["lines"][0]["left"] for each in written] == [5, 4]
    assert {each["to"] for each in written} == {"help@pressline.example"}


def test_the_letters_are_whole(app, client, db, roller):
    confirm(client, db, "ana@example.org")
    fill(db, roller, 1)
    worker.run("stock")
    db.rollback()

    worker.run("mail")

    left = db.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))).all()
    assert left == []
    subjects = [each["subject"] for each in client.get("/dev/mailbox.json").json]
    assert subjects == [
        "Mini foam roller is back",
        "Shall we tell you when Mini foam roller is back?",
    ]
    html = client.get("/dev/mailbox.json").json[0]["html"]
    assert re.search(r'href="http://localhost/shop/mini-foam-roller"', html)


@both
def test_search_learns_what_is_published_at_its_moment(client, db):
    variant = make_product(db, "later-roller", name="Later roller")
    moment = clock.now() + timedelta(minutes=3)
    with database.transaction():
        db.merge(variant.product).published_at = moment
        database.change_pages_at(db, moment)

    assert worker.run("publish") == {"documents": 0}
    after = moment + timedelta(seconds=1)
    assert worker.run("publish", after)["documents"] >= 0
    assert worker.run("publish", after) == {"documents": 0}
