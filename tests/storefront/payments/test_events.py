"""Each kind of event makes us look at the right thing, however often and whenever it comes."""

import json
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from storefront import clock, database
from storefront.errors import Invalid
from storefront.orders.models import Order
from storefront.outbox import OutboxRow
from storefront.payments import disputes, ledger, reconcile, refunds
from storefront.payments.handlers import HANDLERS
from storefront.payments.models import Dispute, Payment, PaymentAttempt, Refund, StripeEvent
from storefront.payments.receipts import AGAIN
from storefront.payments.refunds import Wanted
from tests.makers import both, check_out, make_product


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def paid(client, db, gateway, tell):
    """The reference of a payment for an order that is paid."""
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    [session_id] = gateway.sessions
    gateway.pay(session_id)
    tell("checkout.session.completed", session_id)
    return only(db, Payment).reference


@pytest.fixture
def tell(client, gateway):
    """Send a webhook; each is another event unless told."""
    assert gateway.told == []
    sent = []

    def send(kind, object_id, event_id=None):
        sent.append(kind)
        hint = {"event_id": event_id or f"evt_{len(sent)}", "type": kind, "livemode": False,
                "object_id": object_id, "reference": ""}  # fmt: skip
        headers = {"Stripe-Signature": "signed"}
        answer = client.post("/payments/webhook", data=json.dumps(hint), headers=headers)
        assert answer.status_code == 204

    return send


def only(db, model):
    db.rollback()
    return db.scalars(select(model)).one()


def outcomes(db):
    db.rollback()
    return db.scalars(select(StripeEvent.outcome).order_by(StripeEvent.event_id)).all()


def letters(db):
    db.rollback()
    rows = db.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id))
    return [row.payload["letter"] for row in rows if row.payload["letter"] != "order_paid"]


def ask(shop, db, **wanted):
    order_id = only(db, Order).id
    with database.transaction() as session:
        order = session.get_one(Order, order_id)
        return refunds.ask(session, order, Wanted(**wanted), by="kim", settings=shop).id


def test_a_list_of_events_can_name_all_kinds_that_we_handle():
    assert len(HANDLERS) <= 20


@both
@pytest.mark.parametrize("kind", ["refund.updated", "refund.failed", "charge.refunded"])
def test_a_refund_that_failed_is_told_by_any_of_its_events(db, paid, gateway, shop, tell, kind):
    refunds.send(ask(shop, db, amount_minor=500), gateway, shop)
    [made] = gateway.refunds.values()
    gateway.change_refund(made.stripe_id, status="failed", failure="expired_or_canceled_card")

    for _time in range(2):
        tell(kind, f"ch_{paid}" if kind == "charge.refunded" else made.stripe_id)

    assert (only(db, Refund).state, only(db, Order).refunded_minor) == ("failed", 0)
    assert letters(db) == ["order_partly_refunded", "refund_failed"]
    assert ledger.problems(db) == []


@both
def test_a_refund_made_at_stripe_by_hand_is_taken_over(db, paid, gateway, tell):
    gateway.refund({"payment_intent": paid, "amount": 700, "metadata": {}}, "by hand")

    tell("refund.created", "re_1")
    tell("charge.refunded", f"ch_{paid}")

    refund = only(db, Refund)
    assert (refund.amount_minor, refund.by, refund.state) == (700, "stripe", "succeeded")
    assert only(db, Order).refunded_minor == 700
    assert letters(db) == ["order_partly_refunded"]
    assert ledger.problems(db) == []


@both
def test_a_refund_made_at_stripe_takes_the_place_of_ours_that_waits(
    db, paid, gateway, shop, tell
):
    refund_id = ask(shop, db, amount_minor=2790)
    gateway.refund({"payment_intent": paid, "amount": 2790, "metadata": {}}, "by hand")

    tell("refund.created", "re_1")

    assert refunds.send(refund_id, gateway, shop) == "cancelled"
    assert only(db, Order).refunded_minor == 2790
    assert len(gateway.refunds) == 1


@both
def test_a_dispute_freezes_the_order_and_names_the_last_day(db, paid, gateway, shop, tell):
    name = gateway.dispute(paid)

    for kind in ("charge.dispute.created", "charge.dispute.funds_withdrawn"):
        tell(kind, name)

    order = only(db, Order)
    assert disputes.is_frozen(order)
    assert "disputes the payment" in order.attention
    assert letters(db) == ["dispute_news"]
    with pytest.raises(Invalid):
        ask(shop, db, amount_minor=1)
    assert only(db, Dispute).due_at is not None


@both
def test_a_dispute_that_is_won_frees_the_order(db, paid, gateway, shop, tell):
    name = gateway.dispute(paid)
    tell("charge.dispute.created", name)
    gateway.dispute(paid, status="won")

    tell("charge.dispute.closed", name)

    order = only(db, Order)
    assert (disputes.is_frozen(order), order.attention, order.lost_minor) == (False, "", 0)
    assert letters(db) == ["dispute_news", "dispute_news"]
    ask(shop, db, amount_minor=1)


@both
def test_a_dispute_that_is_lost_counts_as_money_gone(db, paid, gateway, shop, tell):
    refunds.send(ask(shop, db, amount_minor=500), gateway, shop)
    name = gateway.dispute(paid, status="lost")

    tell("charge.dispute.closed", name)

    order = only(db, Order)
    assert (order.refunded_minor, order.lost_minor) == (500, 2290)
    assert "ship nothing" in order.attention
    assert not disputes.is_frozen(order)
    with pytest.raises(Invalid):
        ask(shop, db, amount_minor=1)
    assert ledger.problems(db) == []


def test_a_fraud_warning_is_told_to_the_shopkeeper(db, paid, gateway, tell):
    gateway.warnings["issfr_1"] = paid

    for _time in range(2):
        tell("radar.early_fraud_warning.created", "issfr_1")

    assert "fraud" in only(db, Order).attention
    assert letters(db) == ["fraud_warning"]


@pytest.mark.parametrize(
    ("kind", "object_id"),
    [("refund.created", "re_1"), ("charge.dispute.created", "dp_pi_other"),
     ("radar.early_fraud_warning.created", "issfr_1")],
)  # fmt: skip
def test_news_of_a_payment_that_is_not_ours_yet_waits(db, gateway, shop, tell, kind, object_id):
    gateway.refunds["x"] = refund_of("pi_other")
    gateway.warnings["issfr_1"] = "pi_other"
    gateway.disputes["dp_pi_other"] = dispute_of("pi_other")

    tell(kind, object_id)

    event = only(db, StripeEvent)
    assert (event.outcome, event.done_at) == ("orphan", None)


def refund_of(payment):
    from storefront.payments.gateway import RefundFacts

    return RefundFacts("re_1", payment, "", 100, "EUR", "succeeded")


def dispute_of(payment):
    from storefront.payments.gateway import DisputeFacts

    return DisputeFacts("dp_pi_other", payment, 100, "EUR", "needs_response")


def test_what_cannot_be_done_is_tried_again_after_longer_and_longer(db, gateway, shop, tell):
    tell("checkout.session.completed", "cs_unknown")
    gaps = []
    for _time in range(5):
        event = only(db, StripeEvent)
        gaps.append(round((event.next_at - clock.now()).total_seconds() / 60))
        reconcile.reconcile(gateway, shop, event.next_at - timedelta(seconds=20))
        assert only(db, StripeEvent).tries == event.tries
        reconcile.reconcile(gateway, shop, event.next_at)

    assert gaps == [1, 5, 30, 60, 60]
    assert len(AGAIN) == 4


@both
def test_every_order_of_four_events_ends_the_same(client, db, gateway, shop, tell):
    """Completed, a stale expired, refund and dispute news: whichever comes first."""
    make_product(db, stock=100)
    db.commit()
    ends = set()
    for turn, order in enumerate(permutations(range(4))):
        client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
        check_out(client, line1=f"Way {turn}")
        session_id = list(gateway.sessions)[-1]
        gateway.pay(session_id)
        payment = f"pi_{session_id}"
        made = gateway.refund(
            {"payment_intent": payment, "amount": 300, "metadata": {}}, f"by hand {turn}"
        )
        name = gateway.dispute(payment, status="won")
        events = [
            ("checkout.session.completed", session_id), ("checkout.session.expired", session_id),
            ("refund.created", made.stripe_id), ("charge.dispute.closed", name),
        ]  # fmt: skip
        for place in order:
            tell(*events[place], event_id=f"evt_{turn}_{place}")
        for _time in range(3):
            reconcile.reconcile(gateway, shop, clock.now() + timedelta(hours=1))
        db.rollback()
        reached = db.scalars(
            select(Order).join(PaymentAttempt, PaymentAttempt.order_id == Order.id)
            .where(PaymentAttempt.session_id == session_id)
        ).one()  # fmt: skip
        ends.add(
            (reached.state, reached.paid_minor, reached.refunded_minor, reached.dispute_state)
        )

    assert ends == {("paid", 2790, 300, "won")}
    assert ledger.problems(db) == []
