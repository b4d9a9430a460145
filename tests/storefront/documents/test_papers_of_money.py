"""Each movement of money has its paper: paid an invoice, given back a credit note, returned a debit note."""

from dataclasses import replace

import pytest

from storefront import database
from storefront.documents import service
from storefront.orders.models import Order
from storefront.payments import refunds, settle
from storefront.payments.models import Payment, PaymentAttempt
from storefront.payments.refunds import Wanted
from tests.makers import both, check_out, make_product


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def order_id(client, db, gateway, shop):
    """An order that was bought and paid."""
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "2"})
    check_out(client)
    attempt = db.query(PaymentAttempt).one()
    gateway.pay(attempt.session_id)
    settle.settle(attempt.id, gateway, shop)
    db.rollback()
    return db.query(Order.id).scalar()


def give_back(order_id, gateway, shop, **wanted):
    with database.transaction() as db:
        order = db.get_one(Order, order_id)
        refund_id = refunds.ask(db, order, Wanted(**wanted), by="kim", settings=shop).id
    refunds.send(refund_id, gateway, shop)
    return refund_id


def papers(db, order_id):
    db.rollback()
    return service.documents_of(db, db.get_one(Order, order_id, populate_existing=True))


@both
def test_pieces_refunded_one_by_one_credit_the_invoice_exactly(db, order_id, gateway, shop):
    order = db.get_one(Order, order_id)
    line, shipping = order.lines[0].id, order.shipping_minor
    db.rollback()

    give_back(order_id, gateway, shop, lines={line: 1}, reason="damaged")
    give_back(order_id, gateway, shop, lines={line: 1}, shipping_minor=shipping)

    invoice, first, second = papers(db, order_id)
    assert first.facts["lines"][0]["quantity"] == 1
    assert first.facts["reason"] == "damaged"
    assert first.total_minor + second.total_minor == invoice.total_minor
    assert invoice.credited_minor == invoice.total_minor
    taxes = [one.facts["tax_minor"] for one in (first, second)]
    assert sum(taxes) == invoice.facts["tax_minor"] > 0


@both
def test_a_refund_that_the_bank_sends_back_takes_its_credit_note_back(
    db, order_id, gateway, shop
):
    refund_id = give_back(order_id, gateway, shop, amount_minor=500, reason="goodwill")
    [facts] = gateway.list_refunds(db.query(Payment).one().reference)
    facts = replace(facts, status="failed", failure="closed")

    for _time in range(2):
        refunds.record(refund_id, facts, shop)

    invoice, credit, debit = papers(db, order_id)
    assert (credit.kind, debit.kind) == ("credit_note", "debit_note")
    assert credit.total_minor == debit.total_minor == 500
    assert invoice.credited_minor == 0


@both
def test_money_that_came_twice_goes_back_without_a_credit_note(db, order_id, gateway, shop):
    with database.transaction() as mine:
        payment = mine.query(Payment).one()
        payment.is_surplus = True
        refund = refunds.ask_back(
            mine, mine.get_one(Order, order_id), payment, shop, reason="late_payment", note=""
        )
        assert refund is not None
        mine.flush()
        refund_id = refund.id
    refunds.send(refund_id, gateway, shop)

    assert [one.kind for one in papers(db, order_id)] == ["invoice"]
