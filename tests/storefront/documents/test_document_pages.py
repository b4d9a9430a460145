"""Invoices and credit notes as pages and as PDF: for the key's holder only, and text stays text."""

import json
from datetime import timedelta

import pytest
import typst

from storefront import clock
from storefront.documents import service, typeset
from storefront.documents.shown import shown
from storefront.orders.models import Order
from storefront.payments import settle
from storefront.payments.models import PaymentAttempt
from storefront.resources import data_folder
from tests import mailbox
from tests.makers import check_out, make_product
from tests.storefront.documents.papers import Given, GivenLine, paid_order

HOSTILE = (
    '#panic("x") {{7*7}} {% raw %} $x^2$ *b* <script>alert(1)</script> \\u{41} ] @ref // no'
)


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def order(db, shop):
    order = paid_order(db)
    service.issue_invoice(db, order, shop)
    db.commit()
    return order


def at(order, tail="/invoice", key=None):
    return f"/orders/{order.number}{tail}?key={key or order.key}"


def test_buying_gives_an_invoice_that_the_order_page_and_the_letter_lead_to(
    client, db, gateway, shop
):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    attempt = db.query(PaymentAttempt).one()
    gateway.pay(attempt.session_id)
    settle.settle(attempt.id, gateway, shop)
    db.rollback()
    order = db.query(Order).one()

    page = client.get(f"/orders/{order.number}?key={order.key}").text
    letter = service.invoice_url(order, shop)

    assert f"/orders/{order.number}/invoice?key={order.key}" in page
    assert letter == f"http://localhost/orders/{order.number}/invoice?key={order.key}"
    assert "€27.90" in client.get(letter).text


def test_the_page_says_seller_buyer_dates_lines_and_the_tax_of_each_rate(client, order, shop):
    text = client.get(at(order)).text

    for said in (
        f"INV-{clock.now().year}-00001", shop.seller_name, shop.seller_vat_id, "Ana", "10115 Berlin",
        "Germany", order.number, "Mini roller, medium", "€12.00", "19 %", "€23.45", "€4.45", "€27.90",
    ):  # fmt: skip
        assert said in text


def test_the_pdf_is_tagged_for_screen_readers_and_has_title_and_language(client, order):
    answer = client.get(at(order, "/invoice.pdf"))

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert b"/MarkInfo<</Marked true" in answer.data
    assert b"pdfuaid" in answer.data
    assert b"/Lang(en)" in answer.data
    assert f"Invoice INV-{clock.now().year}-00001".encode() in answer.data
    assert answer.headers["Content-Disposition"].endswith('-00001.pdf"')


def test_the_same_document_gives_the_same_file_each_time(client, order):
    assert (
        client.get(at(order, "/invoice.pdf")).data == client.get(at(order, "/invoice.pdf")).data
    )


@pytest.mark.parametrize("tail", ["/invoice", "/invoice.pdf"])
def test_a_wrong_key_is_told_the_same_as_a_number_that_does_not_exist(client, order, tail):
    wrong = client.get(at(order, tail, key="wrong"))
    absent = client.get(f"/orders/NOSUCH{tail}?key={order.key}")
    without = client.get(f"/orders/{order.number}{tail}")

    assert [one.status_code for one in (wrong, absent, without)] == [404, 404, 404]
    assert "no order at this address" in wrong.text
    assert "no order at this address" in absent.text


@pytest.mark.parametrize("tail", ["/invoice", "/invoice.pdf"])
def test_documents_are_never_kept_by_a_cache(client, order, tail):
    answer = client.get(at(order, tail))

    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("tail", ["/invoice", "/invoice.pdf", "/notes/CN-2026-00001",
                                  "/notes/CN-2026-00001.pdf", "/notes/x%00.pdf"])  # fmt: skip
def test_an_order_without_that_document_says_so(client, db, tail):
    order = paid_order(db)
    db.commit()

    assert client.get(at(order, tail)).status_code in {400, 404}


def test_a_credit_note_names_its_invoice_and_what_came_back(client, db, order, shop):
    refund = Given(1, 1200, lines=[GivenLine(order.lines[0].id, 1, 1200)])
    note = service.issue_credit_note(db, order, refund, shop)
    db.commit()

    page = client.get(at(order, f"/notes/{note.name}")).text
    file = client.get(at(order, f"/notes/{note.name}.pdf"))

    assert f"INV-{note.series}-00001 of" in page
    assert "€12.00" in page
    assert "You changed your mind" in page
    assert file.data.startswith(b"%PDF-")
    assert note.name in client.get(at(order)).text


def test_a_credit_note_of_another_order_is_not_shown(client, db, order, shop):
    note = service.issue_credit_note(db, order, Given(1, 100), shop)
    stranger = paid_order(db)
    db.commit()

    assert client.get(at(stranger, f"/notes/{note.name}")).status_code == 404


def test_what_people_typed_stays_text_on_the_page_and_in_the_pdf(client, db, shop):
    order = paid_order(db, name=HOSTILE)
    order.lines[0].name = HOSTILE
    order.address = {**order.address, "line1": HOSTILE}
    document = service.issue_invoice(db, order, shop)
    db.commit()

    page = client.get(at(order)).text
    file = client.get(at(order, "/invoice.pdf"))
    data = json.dumps(shown(document, shop))
    source = data_folder("templates") / "documents" / "invoice.typ"
    drawn = json.dumps(json.loads(typst.query(str(source), "table", sys_inputs={"data": data})))

    assert "{{7*7}}" in page
    assert "<script>alert(1)" not in page
    assert b"pdfuaid" in file.data
    for piece in ("#panic", "{{7*7}}", "$x^2$", "*b*", "@ref"):
        assert piece in drawn


@pytest.mark.parametrize("name", ["李小龙", "مريم", "🙂", "\u200f\u202e", "x" * 160])
def test_names_of_any_script_and_length_give_a_pdf(client, db, shop, name):
    order = paid_order(db, name=name)
    service.issue_invoice(db, order, shop)
    db.commit()

    assert client.get(at(order, "/invoice.pdf")).status_code == 200


def test_without_the_extra_the_page_is_offered_and_the_file_says_what_to_do(
    client, order, monkeypatch
):
    monkeypatch.setattr(typeset, "find_spec", lambda _name: None)

    page, file = client.get(at(order)), client.get(at(order, "/invoice.pdf"))

    assert page.status_code == 200
    assert "invoice.pdf" not in page.text
    assert file.status_code == 404
    assert "print it from your browser" in file.text


def test_each_discount_is_named_by_its_rule(client, db, shop):
    order = paid_order(db)
    order.lines[0].discount_minor, order.lines[0].total_minor = 400, 2000
    order.discount_minor, order.total_minor = 400, order.total_minor - 400
    order.explained = [
        {"kind": "goods", "label": "Autumn {{7*7}}", "minor": 300, "code": "AUTUMN"},
        {"kind": "goods", "label": "Two for less", "minor": 100, "code": ""},
        {"kind": "delivery", "label": "Free delivery", "minor": 390, "code": ""},
    ]
    service.issue_invoice(db, order, shop)
    db.commit()

    text = client.get(at(order)).text

    for said in (
        "Autumn {{7*7}}",
        "\N{MINUS SIGN}€3.00",
        "Two for less",
        "\N{MINUS SIGN}€1.00",
        "\N{MINUS SIGN}€4.00",
    ):
        assert said in text
    assert "Free delivery" not in text.partition("<main")[2]


def test_tax_on_top_of_prices_and_gift_cards_are_told_apart(client, db, shop):
    order = paid_order(db)
    order.tax_added_minor, order.total_minor = 445, order.total_minor + 445
    order.gift_minor = 1000
    service.issue_invoice(db, order, shop)
    db.commit()

    text = client.get(at(order)).text

    assert "Prices are without VAT" in text
    for said in ("€32.35", "€27.90", "Paid by gift card", "€10.00", "€22.35"):
        assert said in text


def test_papers_of_an_old_order_open_only_to_whoever_proves_its_address(
    app, client, db, order, shop
):
    order.placed_at -= timedelta(days=shop.order_open_days + 1)
    db.commit()

    page, file = client.get(at(order)), client.get(at(order, "/invoice.pdf"))

    assert (page.status_code, file.status_code) == (403, 403)
    assert "€27.90" not in page.text
    sent = client.post(f"/orders/{order.number}/code", data={"key": order.key})
    asked = sent.location.split("asked=")[1].split("&")[0]
    code = mailbox.code(mailbox.letters(app, order.email)[0])
    client.post("/orders/prove", data={"asked": asked, "code": code, "next": "/orders/"})
    assert "€27.90" in client.get(at(order)).text
    assert client.get(at(order, "/invoice.pdf")).status_code == 200
