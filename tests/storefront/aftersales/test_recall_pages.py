"""The notice is public, the answer is the buyer's alone, and no GET changes anything."""

import json
from dataclasses import replace

import pytest

from storefront.aftersales import recall
from storefront.aftersales.recall_models import RecallNotice
from storefront.mail import compose
from tests.makers import make_product
from tests.storefront.aftersales.recall_makers import DRAFT, found, letters, publish, sold, work


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def strap(db):
    variant = make_product(db, "strap", sku="STRAP", price_minor=1400)
    db.commit()
    return variant


@pytest.fixture
def order(app, db, strap):
    return sold(db, strap, "L-7")


@pytest.fixture
def slug(app, db, order):
    slug = publish()
    work(app)
    db.rollback()
    return slug


def at(order, slug, key=None):
    return f"/orders/{order.number}/recalls/{slug}?key={key or order.key}"


def test_the_notice_is_public_and_says_what_why_and_what_to_do(client, slug):
    page = client.get(f"/recalls/{slug}")

    for said in (DRAFT.title, DRAFT.hazard, DRAFT.what_to_do, "L-7", "STRAP", "Money back"):
        assert said in page.text
    assert "s-maxage" in page.headers["Cache-Control"]
    assert "Set-Cookie" not in page.headers
    assert f"/recalls/{slug}" in client.get("/recalls/").text
    assert f"/recalls/{slug}" in client.get("/sitemap.xml").text
    assert f"/recalls/{slug}" in client.get("/shop/strap").text


def test_the_page_of_an_answer_tells_its_key_to_nobody(client, order, slug):
    answer, notice = client.get(at(order, slug)), client.get(f"/recalls/{slug}")

    policies = [page.headers["Referrer-Policy"] for page in (answer, notice)]
    assert policies == ["no-referrer", "same-origin"]


def test_a_shop_without_recalls_says_so(client):
    assert "not had to recall" in client.get("/recalls/").text
    assert client.get("/recalls/nothing").status_code == 404


def test_a_recall_makes_kept_pages_stale(app, client, db, strap):
    before = client.get("/shop/strap")
    publish()

    after = client.get("/shop/strap", headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert DRAFT.title in after.text


def test_looking_chooses_nothing_and_pressing_does(client, db, order, slug):
    page = client.get(at(order, slug))
    assert db.query(RecallNotice.remedy).scalar() is None
    db.rollback()

    answer = client.post(at(order, slug), data={"remedy": "replace"})

    assert DRAFT.what_to_do in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert answer.status_code == 303
    assert "You chose: Another piece" in client.get(answer.location).text


@pytest.mark.parametrize("remedy", ["", "party", "repair", "x" * 500])
def test_what_is_not_offered_is_refused_and_changes_nothing(client, db, order, slug, remedy):
    answer = client.post(at(order, slug), data={"remedy": remedy})

    assert answer.status_code == 422
    assert db.query(RecallNotice.remedy).scalar() is None


def test_only_the_order_s_key_opens_the_answer(client, db, order, slug, strap):
    other = sold(db, strap, "L-8", email="bob@example.org")

    for address in (at(order, slug, "wrong"), at(other, slug), at(order, "no-such-recall")):
        assert client.get(address).status_code == 404
        assert client.post(address, data={"remedy": "refund"}).status_code == 404


def test_the_letter_says_it_all_and_leads_to_the_answer(app, db, order, slug, shop):
    [letter] = letters(db)

    message = compose(app.jinja_env, shop, json.loads(json.dumps(letter)))
    text = message.get_body(("plain",)).get_content()

    assert message["Subject"] == "Safety recall: Strap may tear"
    for said in (DRAFT.hazard, DRAFT.what_to_do, "lot L-7", at(order, slug)):
        assert said in text
    assert "List-Unsubscribe" not in message


def test_the_commands_preview_ask_publish_and_list(app, db, order, strap):
    command = ["storefront", "recall", "create", "--title", "Strap may tear", "--hazard", "It tears.",
               "--what-to-do", "Stop.", "--sku", "STRAP", "--lot", "L-7"]  # fmt: skip
    runner = app.test_cli_runner()

    refused = runner.invoke(args=command, input="n\n")
    assert "Orders with recalled lots: 1, 1 pieces in all." in refused.output
    assert runner.invoke(args=["storefront", "recall", "list"]).output.strip() == ""
    done = runner.invoke(args=[*command, "--yes"])
    work(app)
    listed = json.loads(runner.invoke(args=["storefront", "recall", "list", "--json"]).output)

    assert done.exit_code == 0, done.output
    assert (listed[0]["written_to"], listed[0]["answered"]) == (1, 0)
    shown = runner.invoke(args=["storefront", "recall", "show", listed[0]["slug"]]).output
    assert order.number in shown
    assert "no answer" in shown
    assert found(db, listed[0]["slug"]).title == "Strap may tear"
    assert recall.find(db, listed[0]["slug"]).lots == ["L-7"]


def test_what_was_typed_stays_text_on_every_page_and_in_the_letter(
    app, client, db, order, shop
):
    hostile = "{{7*7}} {% raw %} <script>alert(1)</script> #panic()"
    slug = publish(replace(DRAFT, title=hostile, hazard=hostile, what_to_do=hostile))
    work(app)
    message = compose(app.jinja_env, shop, json.loads(json.dumps(letters(db)[0])))

    for address in ("/recalls/", f"/recalls/{slug}", at(order, slug), "/shop/strap"):
        text = client.get(address).text
        assert "{{7*7}}" in text
        assert "<script>alert(1)" not in text
    assert "{{7*7}}" in message["Subject"]
    assert "<script>alert(1)" not in message.get_body(("html",)).get_content()
