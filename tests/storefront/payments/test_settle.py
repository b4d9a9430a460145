"""An order becomes paid in one way, once, and only for exactly what was asked."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storefront import clock, database
from storefront.cart.models import CartLine
from storefront.documents.models import Document
from storefront.errors import Invalid
from storefront.orders.models import Fulfilment, Order
from storefront.orders.states import ATTEMPT_MOVES, PAYABLE_ATTEMPTS
from storefront.outbox import OutboxRow, drain
from storefront.payments import attempts, ledger, reconcile, settle, stuck
from storefront.payments.models import Payment, PaymentAttempt, Refund
from storefront.stock import service as stock
from storefront.stock.models import StockHold, StockLevel, StockMove
from tests import mailbox
from tests.makers import both, check_out, make_attempt, make_product


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def attempt(client, db, gateway):
    """An order that waits on its pay page."""
    assert gateway.sessions == {}
    make_product(db, components=("mini-roller",))
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    return only(db, PaymentAttempt)


def only(db, model):
    db.rollback()
    return db.scalars(select(model)).one()


def count(db, model):
    db.rollback()
    return db.scalar(select(func.count()).select_from(model))


def letters(db, name="order_paid"):
    db.rollback()
    rows = db.scalars(select(OutboxRow).where(OutboxRow.kind == "mail"))
    return [row.payload for row in rows if row.payload["letter"] == name]


def shelf(db):
    level = only(db, StockLevel)
    return level.on_hand, level.held


@both
def test_money_makes_the_order_paid(db, attempt, gateway, shop):
    gateway.pay(attempt.session_id)

    state = settle.settle(attempt.id, gateway, shop)

    order = only(db, Order)
    assert (state, order.state, order.paid_minor) == ("paid", "paid", 2790)
    assert only(db, Payment).reference == f"pi_{attempt.session_id}"
    assert only(db, Fulfilment).order_id == order.id
    assert shelf(db) == (9, 0)
    assert count(db, CartLine) == 0
    [letter] = letters(db)
    assert letter["to"] == "ana@example.org"
    assert f"/orders/{order.number}?key={order.key}" in letter["context"]["order_url"]
    assert ledger.problems(db) == []


@both
def test_settling_again_changes_nothing(db, attempt, gateway, shop):
    gateway.pay(attempt.session_id)

    for _time in range(3):
        settle.settle(attempt.id, gateway, shop)

    assert (count(db, Payment), count(db, Fulfilment), len(letters(db))) == (1, 1, 1)
    assert shelf(db) == (9, 0)


@both
def test_everybody_settling_at_once_ships_once(app, db, attempt, gateway, shop):
    gateway.pay(attempt.session_id)
    attempt_id, start, failures = attempt.id, threading.Barrier(3), []
    db.rollback()

    def settle_now():
        with app.app_context():
            start.wait(5)
            try:
                settle.settle(attempt_id, gateway, shop)
            except Exception as error:
                failures.append(error)

    many = [threading.Thread(target=settle_now) for _ in range(3)]
    for one in many:
        one.start()
    for one in many:
        one.join(20)

    assert failures == []
    assert (count(db, Payment), count(db, Fulfilment), len(letters(db))) == (1, 1, 1)


@both
@pytest.mark.parametrize(
    "lie",
    [{"amount_minor": 1}, {"subtotal_minor": 1}, {"currency": "USD"}, {"reference": "another"},
     {"livemode": True}],
    ids=lambda lie: next(iter(lie)),
)  # fmt: skip
def test_money_that_does_not_fit_sells_nothing(db, attempt, gateway, shop, lie):
    gateway.pay(attempt.session_id, **lie)

    settle.settle(attempt.id, gateway, shop)

    order = only(db, Order)
    assert order.state == "needs_attention"
    assert "does not fit" in order.attention
    assert count(db, Payment) == 1
    assert count(db, Fulfilment) == 0
    assert shelf(db) == (10, 0)
    assert letters(db) == []
    assert letters(db, "order_attention")[0]["to"] == shop.support_email
    [told] = letters(db, "payment_looked_at")
    assert told["to"] == "ana@example.org"
    assert count(db, CartLine) == 0
    assert ledger.problems(db) == []


def test_a_buyer_whose_money_does_not_fit_reads_that_there_is_nothing_to_do(
    app, client, db, attempt, gateway, shop
):
    gateway.pay(attempt.session_id, amount_minor=1)
    settle.settle(attempt.id, gateway, shop)

    [letter] = mailbox.letters(app, "ana@example.org")
    order = only(db, Order)
    assert order.number in letter["subject"]
    for text in (letter["text"], letter["html"]):
        assert "There is nothing more for you to do. Please do not pay again." in text
        assert shop.support_email in text
        assert f"/orders/{order.number}?key=" in text

    again = check_out(client)
    assert "Your cart is empty" in again.text
    assert len(gateway.sessions) == 1


def test_an_open_session_changes_nothing(db, attempt, gateway, shop):
    assert settle.settle(attempt.id, gateway, shop) == "created"
    assert shelf(db) == (10, 1)


@both
def test_an_expired_session_gives_the_pieces_back(db, attempt, gateway, shop):
    gateway.change(attempt.session_id, status="expired")

    assert settle.settle(attempt.id, gateway, shop) == "expired"

    assert only(db, Order).state == "expired"
    assert shelf(db) == (10, 0)
    assert count(db, CartLine) == 1


@both
def test_money_wins_over_an_attempt_that_we_had_closed(db, attempt, gateway, shop):
    gateway.change(attempt.session_id, status="expired")
    settle.settle(attempt.id, gateway, shop)
    gateway.pay(attempt.session_id)

    assert settle.settle(attempt.id, gateway, shop) == "paid"

    assert only(db, Order).state == "paid"
    assert shelf(db) == (9, 0)
    assert ledger.problems(db) == []


def late_and_gone(db, attempt, gateway, shop):
    """Let the time run out and the goods go, and then the money come."""
    gateway.change(attempt.session_id, status="expired")
    settle.settle(attempt.id, gateway, shop)
    stock.count(db, only(db, StockLevel).variant_id, 0, few=5)
    db.commit()
    gateway.pay(attempt.session_id)
    settle.settle(attempt.id, gateway, shop)


@both
def test_late_money_for_what_is_gone_goes_back_by_itself(app, db, attempt, gateway, shop):
    late_and_gone(db, attempt, gateway, shop)

    order, refund = only(db, Order), only(db, Refund)
    assert (order.state, order.paid_minor, order.refunded_minor) == ("cancelled", 2790, 2790)
    assert (refund.amount_minor, refund.reason) == (2790, "late_payment")
    assert letters(db, "late_payment_refunded")[0]["to"] == "ana@example.org"
    assert (count(db, CartLine), count(db, Fulfilment)) == (0, 0)
    assert ledger.problems(db) == []

    db.rollback()
    drain(app.extensions["storefront"].outbox_handlers)
    settle.settle(attempt.id, gateway, shop)
    assert [one.amount_minor for one in gateway.refunds.values()] == [2790]
    assert only(db, Refund).state == "succeeded"
    assert letters(db, "order_refunded") == []  # they were told before


def test_the_page_of_an_order_whose_money_goes_back_says_so(client, db, attempt, gateway, shop):
    late_and_gone(db, attempt, gateway, shop)

    order = only(db, Order)
    page = client.get(f"/orders/{order.number}?key={order.key}")

    assert "What you paid for it goes back" in page.text
    assert "Nothing was charged" not in page.text


@both
def test_a_second_payment_for_the_same_order_goes_back_and_the_order_stays(
    db, attempt, gateway, shop
):
    gateway.pay(attempt.session_id)
    settle.settle(attempt.id, gateway, shop)
    twin = make_attempt(db, only(db, Order), state="expired", session_id="cs_twin")
    db.commit()
    first = gateway.sessions[attempt.session_id]
    gateway.sessions["cs_twin"] = replace(
        first, session_id="cs_twin", reference=twin.reference, payment_reference="pi_twin"
    )

    for _time in range(2):
        settle.settle(twin.id, gateway, shop)

    order = only(db, Order)
    assert (order.state, order.paid_minor, order.refunded_minor) == ("paid", 5580, 2790)
    assert only(db, Refund).request["payment_intent"] == "pi_twin"
    assert letters(db, "paid_twice")[0]["context"]["amount"] == "€27.90"
    assert (count(db, Fulfilment), shelf(db)) == (1, (9, 0))
    assert ledger.problems(db) == []


@both
def test_another_open_page_of_a_paid_order_closes_without_touching_it(
    db, attempt, gateway, shop
):
    gateway.pay(attempt.session_id)
    settle.settle(attempt.id, gateway, shop)
    twin = make_attempt(db, only(db, Order), state="created", session_id="cs_twin")
    db.commit()
    first = gateway.sessions[attempt.session_id]
    gateway.sessions["cs_twin"] = replace(
        first, status="expired", payment_status="unpaid", reference=twin.reference
    )

    assert settle.settle(twin.id, gateway, shop) == "expired"

    assert only(db, Order).state == "paid"


def lose_the_pieces(db):
    """Take the promised pieces off the shelf, as only damage or a person can."""
    level = only(db, StockLevel)
    level.on_hand = level.held = 0
    db.add(
        StockMove(
            variant_id=level.variant_id, quantity=-10, reason="lost", moved_at=clock.now()
        )
    )
    db.commit()


@both
def test_pieces_lost_while_the_buyer_paid_wait_for_a_decision(db, attempt, gateway, shop):
    lose_the_pieces(db)
    gateway.pay(attempt.session_id)

    settle.settle(attempt.id, gateway, shop)

    order = only(db, Order)
    assert (order.state, order.paid_minor) == ("needs_attention", 2790)
    assert "wait, or refund" in order.attention
    assert letters(db, "goods_missing")[0]["to"] == "ana@example.org"
    assert (count(db, Refund), count(db, Fulfilment), count(db, Document)) == (0, 0, 0)


@both
def test_a_buyer_who_waited_gets_the_goods_when_they_are_there(db, attempt, gateway, shop):
    lose_the_pieces(db)
    gateway.pay(attempt.session_id)
    settle.settle(attempt.id, gateway, shop)
    with pytest.raises(Invalid), database.transaction() as session:
        stuck.fill(session, only(db, Order), shop)

    level = only(db, StockLevel)
    level.on_hand, level.held = 3, 1
    db.commit()
    with database.transaction() as session:
        stuck.fill(session, session.scalars(select(Order)).one(), shop)

    assert only(db, Order).state == "paid"
    assert len(letters(db)) == 1


@both
def test_a_buyer_who_did_not_wait_has_everything_back(db, attempt, gateway, shop):
    lose_the_pieces(db)
    gateway.pay(attempt.session_id)
    settle.settle(attempt.id, gateway, shop)

    with database.transaction() as session:
        [refund] = stuck.give_up(session, session.scalars(select(Order)).one(), shop, by="kim")

    assert (refund.amount_minor, refund.by) == (2790, "kim")
    assert only(db, Order).state == "cancelled"
    with pytest.raises(Invalid), database.transaction() as session:
        stuck.give_up(session, session.scalars(select(Order)).one(), shop, by="kim")


def test_an_order_that_was_filled_is_cancelled_and_not_given_up(db, attempt, gateway, shop):
    gateway.pay(attempt.session_id)
    settle.settle(attempt.id, gateway, shop)
    only(db, Order).state = "needs_attention"
    db.commit()

    with pytest.raises(Invalid, match="cancel it"), database.transaction() as session:
        stuck.give_up(session, session.scalars(select(Order)).one(), shop, by="kim")

    assert count(db, Refund) == 0


@both
def test_a_bank_debit_waits_and_then_pays(db, attempt, gateway, shop):
    gateway.change(attempt.session_id, status="complete", is_processing=True)
    assert settle.settle(attempt.id, gateway, shop) == "pending_async"
    assert only(db, Order).state == "processing"
    assert shelf(db) == (10, 1)
    assert count(db, CartLine) == 0
    gateway.pay(attempt.session_id, is_processing=False)

    assert settle.settle(attempt.id, gateway, shop) == "paid"
    assert shelf(db) == (9, 0)


def test_a_bank_debit_that_fails_gives_the_pieces_back_and_says_so(db, attempt, gateway, shop):
    gateway.change(attempt.session_id, status="complete", is_processing=True)
    settle.settle(attempt.id, gateway, shop)
    gateway.change(attempt.session_id, is_processing=False, has_failed=True)

    assert settle.settle(attempt.id, gateway, shop) == "failed"

    assert only(db, Order).state == "expired"
    assert shelf(db) == (10, 0)
    assert len(letters(db, "payment_failed")) == 1


@both
def test_a_lost_answer_is_found_by_our_reference(client, db, gateway, shop):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    gateway.is_silent = True
    check_out(client)
    gateway.is_silent = False
    lost = only(db, PaymentAttempt)
    page = gateway.start_checkout(lost.request, lost.idempotency_key)
    gateway.pay(page.session_id)
    later = clock.now() + timedelta(minutes=5)

    report = reconcile.reconcile(gateway, shop, later)
    again = reconcile.reconcile(gateway, shop, later)

    assert (report.changed, again.changed) == (1, 0)
    assert only(db, PaymentAttempt).session_id == page.session_id
    assert only(db, Order).state == "paid"


def test_an_attempt_that_never_reached_stripe_is_closed_after_its_time(
    client, db, gateway, shop
):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    gateway.is_silent = True
    check_out(client)
    gateway.is_silent = False

    early = reconcile.reconcile(gateway, shop, clock.now() + timedelta(minutes=5))
    assert early.changed == 0
    late = reconcile.reconcile(gateway, shop, clock.now() + timedelta(hours=1))

    assert late.changed == 1
    assert only(db, PaymentAttempt).state == "expired"
    assert shelf(db) == (10, 0)


@both
def test_the_sweep_finds_what_no_webhook_told(db, attempt, gateway, shop):
    gateway.pay(attempt.session_id)

    first = reconcile.reconcile(gateway, shop, clock.now() + timedelta(minutes=5))
    second = reconcile.reconcile(gateway, shop, clock.now() + timedelta(minutes=5))

    assert (first.changed, second.changed) == (1, 0)
    assert only(db, Order).state == "paid"


def test_pieces_are_given_back_only_when_stripe_has_closed_the_page(db, attempt, gateway, shop):
    hour = clock.now() + timedelta(hours=1)
    gateway.is_silent = True
    silent = reconcile.reconcile(gateway, shop, hour)
    assert (silent.unanswered, shelf(db)) == (2, (10, 1))  # the list of events, and the page

    gateway.is_silent = False
    reconcile.reconcile(gateway, shop, hour)

    assert gateway.sessions[attempt.session_id].status == "expired"
    assert only(db, PaymentAttempt).state == "expired"
    assert shelf(db) == (10, 0)


def test_an_attempt_closed_while_its_page_was_opening_closes_that_page_too(
    db, attempt, gateway, shop, monkeypatch
):
    session_id, open_page = attempt.session_id, gateway.start_checkout
    attempt.state, attempt.session_id, attempt.pay_url = "prepared", None, None
    db.commit()

    def close_meanwhile(request, key):
        page = open_page(request, key)
        settle.close_unopened(attempt.id, "superseded", shop)
        return page

    monkeypatch.setattr(gateway, "start_checkout", close_meanwhile)
    with pytest.raises(attempts.AttemptClosed):
        attempts.open_pay_page(attempt.id, gateway, shop)

    assert gateway.sessions[session_id].status == "expired"
    assert only(db, StockHold).state == "released"


@pytest.mark.parametrize("state", sorted(set(ATTEMPT_MOVES) - PAYABLE_ATTEMPTS))
def test_stripe_is_never_asked_for_a_page_of_a_closed_attempt(
    db, attempt, gateway, shop, state
):
    attempt.state = state
    db.commit()
    asked = len(gateway.requests)

    with pytest.raises(attempts.AttemptClosed):
        attempts.open_pay_page(attempt.id, gateway, shop)

    assert len(gateway.requests) == asked


def test_one_broken_order_does_not_stop_the_sweep(app, db, attempt, gateway, shop):
    other = app.test_client()
    other.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(other)
    broken, healthy = gateway.sessions
    gateway.pay(broken)
    gateway.pay(healthy)
    attempt.order.state = "fulfilled"  # as only a person at the database can do
    db.commit()

    report = reconcile.reconcile(gateway, shop, clock.now() + timedelta(minutes=5))

    assert (report.changed, report.failed) == (1, 1)
    db.rollback()
    assert db.scalars(select(Order.state).order_by(Order.id)).all() == ["fulfilled", "paid"]
