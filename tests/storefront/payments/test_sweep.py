"""The sweep comes to everything in its turn, whatever it meets on the way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock
from storefront.orders.models import Order
from storefront.outbox import OutboxRow
from storefront.payments import ledger, receipts, reconcile, settle
from storefront.payments.gateway import GatewayRefused
from storefront.payments.models import PaymentAttempt, StripeEvent
from storefront.stock.models import StockLevel
from tests.makers import both, check_out, make_attempt, make_product

SOON, HOUR = timedelta(minutes=5), timedelta(hours=1)


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def buy(app, db, gateway):
    """Let somebody go to the pay page, and give its session."""
    make_product(db)
    db.commit()

    def go():
        buyer = app.test_client()
        buyer.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
        assert check_out(buyer).status_code == 303
        return list(gateway.sessions)[-1]

    return go


def sweep(gateway, shop, *, later=SOON):
    return reconcile.reconcile(gateway, shop, clock.now() + later)


def states(db, model=PaymentAttempt):
    db.rollback()
    return db.scalars(select(model.state).order_by(model.id)).all()


def held(db):
    db.rollback()
    return db.scalars(select(StockLevel.held)).one()


@both
def test_attempts_that_cannot_be_done_keep_no_others_waiting(
    db, buy, gateway, shop, monkeypatch
):
    monkeypatch.setattr(reconcile, "MOST", 2)
    for number in range(2):
        make_attempt(db, state="created", session_id=f"gone-{number}")
    db.commit()
    gateway.pay(buy())

    first, second = sweep(gateway, shop), sweep(gateway, shop)

    assert (first.unanswered, first.changed) == (2, 0)
    assert second.changed == 1
    assert states(db) == ["created", "created", "paid"]


def test_events_that_cannot_be_done_keep_no_others_waiting(db, buy, gateway, shop, monkeypatch):
    monkeypatch.setattr(receipts, "MOST", 2)
    early, session_id = clock.now() - HOUR, buy()
    for number, about in enumerate(("orphan", "orphan", session_id)):
        db.add(
            StripeEvent(
                event_id=f"evt_{number}", type="checkout.session.completed", object_id=about,
                received_at=early + timedelta(seconds=number),
            )
        )  # fmt: skip
    db.commit()

    sweep(gateway, shop)
    sweep(gateway, shop)

    db.rollback()
    assert db.get_one(StripeEvent, "evt_2").done_at is not None


@both
def test_a_session_that_stripe_does_not_know_gives_the_pieces_back_after_its_time(
    db, buy, gateway, shop
):
    buy()
    gateway.sessions.clear()

    early = sweep(gateway, shop)
    assert (early.unanswered, held(db)) == (1, 1)
    late, again = sweep(gateway, shop, later=HOUR), sweep(gateway, shop, later=HOUR)

    assert (late.changed, again.changed + again.unanswered) == (1, 0)
    assert (states(db), states(db, Order), held(db)) == (["expired"], ["expired"], 0)
    assert ledger.problems(db) == []


@both
def test_a_bank_debit_that_stripe_does_not_know_any_more_needs_somebody(db, buy, gateway, shop):
    session_id = buy()
    gateway.change(session_id, status="complete", is_processing=True)
    sweep(gateway, shop)
    known = dict(gateway.sessions)
    gateway.sessions.clear()

    sweep(gateway, shop, later=HOUR)

    assert (states(db), states(db, Order), held(db)) == (["failed"], ["needs_attention"], 0)
    assert letters(db) == [("order_attention", shop.support_email)]

    # It turns up again after all, and is paid: money wins.
    gateway.sessions.update(known)
    gateway.pay(session_id, is_processing=False)
    settle.settle(db.scalars(select(PaymentAttempt.id)).one(), gateway, shop)
    assert (states(db), states(db, Order)) == (["paid"], ["paid"])
    assert ledger.problems(db) == []


def letters(db):
    db.rollback()
    rows = db.scalars(select(OutboxRow).order_by(OutboxRow.id))
    return [(row.payload["letter"], row.payload["to"]) for row in rows]


def test_a_wrong_key_closes_nothing(db, buy, gateway, shop, monkeypatch):
    buy()

    def refuse(_session_id):
        raise GatewayRefused("Invalid API Key provided")

    monkeypatch.setattr(gateway, "read_session", refuse)
    report = sweep(gateway, shop, later=HOUR)

    assert report.unanswered == 1
    assert (states(db), held(db)) == (["created"], 1)


@both
def test_one_payment_told_for_two_orders_does_not_stop_the_sweep(
    db, buy, gateway, shop, caplog
):
    first, twin, healthy = buy(), buy(), buy()
    for session_id in (first, twin, healthy):
        gateway.pay(session_id)
    gateway.change(twin, payment_reference=gateway.sessions[first].payment_reference)

    report = sweep(gateway, shop)

    assert (report.changed, report.failed) == (2, 1)
    assert states(db) == ["paid", "created", "paid"]
    assert "IntegrityError" in caplog.text
    assert ledger.problems(db) == []


def test_an_event_that_breaks_does_not_stop_the_sweep(db, buy, gateway, shop, monkeypatch):
    session_id = buy()
    gateway.pay(session_id)
    early = clock.now() - HOUR
    for name in ("evt_1", "evt_2"):
        db.add(
            StripeEvent(
                event_id=name, type="checkout.session.completed", received_at=early,
                object_id=session_id,
            )
        )  # fmt: skip
    db.commit()
    find = receipts.attempt_of
    broken = iter([ConnectionError("the database is away")])

    def break_once(*told):
        for error in broken:
            raise error
        return find(*told)

    monkeypatch.setattr(receipts, "attempt_of", break_once)
    report = sweep(gateway, shop)

    assert (report.failed, states(db)) == (1, ["paid"])


@pytest.mark.parametrize("what", ["move", "payment"])
def test_the_order_page_stands_whatever_is_wrong_with_the_payment(
    client, db, buy, gateway, what
):
    first, second = buy(), buy()
    gateway.pay(first)
    gateway.pay(second)
    look_at(client, db, Order.id.asc())
    gateway.change(second, payment_reference=gateway.sessions[first].payment_reference)
    if what == "move":
        gateway.change(second, status="expired", payment_status="unpaid")
        db.rollback()
        db.scalars(select(StockLevel)).one().held = 0  # as only a person at the database can do
        db.commit()

    page = look_at(client, db, Order.id.desc())

    assert page.status_code == 200
    assert "We are checking your payment" in page.text


def look_at(client, db, order_by):
    db.rollback()
    order = db.scalars(select(Order).order_by(order_by)).first()
    return client.get(f"/orders/{order.number}?key={order.key}")
