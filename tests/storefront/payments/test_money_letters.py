"""The letters about money say what is true, to whom it concerns."""

from datetime import UTC, datetime, timedelta

import pytest

from storefront import clock, database
from storefront.orders.models import Order, OrderLine
from storefront.payments import letters
from storefront.payments.models import Dispute, Payment, Refund, RefundLine
from storefront.sent_log import SentLetter
from tests import mailbox
from tests.makers import make_attempt, make_order


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def order_id(db):
    order = make_order(db, paid_minor=2790, refunded_minor=2790)
    order.lines.append(
        OrderLine(
            sku="ROLL", name="Mini <roller>", quantity=2, unit_price_minor=1200,
            total_minor=2400, tax_basis_points=0, tax_minor=0,
        )
    )  # fmt: skip
    db.flush()
    attempt = make_attempt(db, order, state="paid")
    payment = Payment(
        order_id=order.id, attempt_id=attempt.id, reference="pi_1", amount_minor=2790,
        currency="EUR", received_at=clock.now(),
    )  # fmt: skip
    refund = Refund(
        reference="r-1", idempotency_key="k-1", order_id=order.id, payment=payment, turn=0,
        amount_minor=2400, gift_minor=390, shipping_minor=390, currency="EUR", reason="damaged",
        created_at=clock.now(), failure="lost_or_stolen_card", by="kim@example.org",
    )  # fmt: skip
    refund.lines = [RefundLine(order_line_id=order.lines[0].id, quantity=2, amount_minor=2400)]
    dispute = Dispute(
        stripe_id="dp_1", order_id=order.id, amount_minor=2790, currency="EUR",
        status="needs_response", reason="fraudulent", created_at=clock.now(),
        due_at=datetime(2026, 12, 1, 22, 59, tzinfo=UTC),
    )  # fmt: skip
    db.add(refund)
    db.flush()
    dispute.payment_id = payment.id
    db.add(dispute)
    db.commit()
    return order.id


def written(app, to, write):
    """Write one letter and give it as it was delivered."""
    with database.transaction() as db:
        write(db)
    [letter] = mailbox.letters(app, to)
    return letter


def says(letter, *words):
    for text in (letter["text"], letter["html"]):
        for word in words:
            assert word in text, word


def the(db, model):
    return db.query(model).one()


@pytest.mark.usefixtures("order_id")
def test_a_whole_refund_names_its_pieces_and_both_ways(app, db, shop):
    letter = written(
        app, "ana@example.org", lambda db: letters.refunded(db, the(db, Refund), shop)
    )

    assert "is refunded" in letter["subject"]
    says(letter, "€27.90", "€24.00 goes back to the card", "€3.90 is on your gift card again")
    assert "2 x Mini <roller>: €24.00" in letter["text"]
    assert "Mini &lt;roller&gt;" in letter["html"]


@pytest.mark.usefixtures("order_id")
def test_a_letter_about_money_leads_to_its_order_and_is_listed_with_it(app, db, shop):
    with database.transaction() as session:
        refund = the(session, Refund)
        letters.refunded(session, refund, shop)
        letters.payment_failed(session, refund.order, shop)
        letters.late_payment_refunded(session, refund.order, shop)
        letters.paid_twice(session, refund.order, the(session, Payment), shop)
        letters.goods_missing(session, refund.order, shop)
    order = the(db, Order)

    sent = mailbox.letters(app, "ana@example.org")

    assert len(sent) == 5
    for letter in sent:
        says(letter, f"/orders/{order.number}?key={order.key}")
    assert {row.order_id for row in db.query(SentLetter)} == {order.id}


@pytest.mark.usefixtures("order_id")
def test_a_part_says_that_it_is_one(app, db, shop):
    def write(db):
        refund = the(db, Refund)
        refund.order.refunded_minor = 100
        letters.refunded(db, refund, shop)

    assert written(app, "ana@example.org", write)["subject"].startswith("A part of")


@pytest.mark.usefixtures("order_id")
def test_a_failed_refund_is_told_to_the_shopkeeper_only(app, db, shop):
    letter = written(
        app, shop.support_email, lambda db: letters.refund_failed(db, the(db, Refund), shop)
    )

    says(letter, "lost_or_stolen_card", "the buyer has not been told", "kim@example.org")
    assert mailbox.letters(app, "ana@example.org") == []


@pytest.mark.usefixtures("order_id")
@pytest.mark.parametrize(
    ("status", "words"),
    [
        (
            "needs_response",
            (
                "needs response",
                "until 01 December 2026, 23:59",
                "nothing of this order is shipped",
            ),
        ),
        ("won", ("is over: won", "The money stays with you")),
        ("lost", ("is over: lost", "The bank has taken the money")),
    ],
)
def test_a_dispute_says_what_to_do_and_how_it_ended(app, db, shop, status, words):
    def write(db):
        dispute = the(db, Dispute)
        dispute.status = status
        letters.dispute_news(db, dispute.order, dispute, shop)

    says(written(app, shop.support_email, write), *words)


@pytest.mark.usefixtures("order_id")
def test_late_money_twice_paid_and_missing_goods_are_told_to_the_buyer(app, db, shop):
    with database.transaction() as session:
        payment, refund = the(session, Payment), the(session, Refund)
        letters.late_payment_refunded(session, refund.order, shop)
        letters.paid_twice(session, refund.order, payment, shop)
        letters.goods_missing(session, refund.order, shop)

    by_subject = {
        letter["subject"]: letter for letter in mailbox.letters(app, "ana@example.org")
    }
    late, twice, missing = (
        next(letter for subject, letter in by_subject.items() if word in subject)
        for word in ("goes back", "twice", "missing")
    )
    says(late, "All of it goes back", "Nothing will be sent")
    says(twice, "another payment of €27.90", "The order itself stays as it is")
    says(missing, "wait until we have it again, or have all your money back")


@pytest.mark.usefixtures("order_id")
def test_a_fraud_warning_and_missing_webhooks_are_told_to_the_shopkeeper(app, db, shop):
    with database.transaction() as session:
        payment = the(session, Payment)
        letters.fraud_warning(session, the(session, Refund).order, payment, shop)
        for hours in (0, 1):
            now = datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(hours=hours)
            letters.webhooks_missing(session, 7, now, shop)

    found = mailbox.letters(app, shop.support_email)
    assert len(found) == 2  # once a day
    text = " ".join(letter["text"] for letter in found)
    assert "for fraud" in text
    assert "had to fetch 7 events" in text
    assert "http://localhost/payments/webhook" in text
