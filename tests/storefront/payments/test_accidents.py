"""Every accident between a buyer, us and Stripe, and what becomes of it: one test for each.

docs/payments.md has the same list in words.
"""

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from storefront import clock, database
from storefront.catalog.models import Variant
from storefront.errors import Invalid
from storefront.orders.models import Fulfilment, Order
from storefront.outbox import OutboxRow
from storefront.payments import attempts, ledger, reconcile, refunds, settle
from storefront.payments.models import Payment, PaymentAttempt, Refund, StripeEvent
from storefront.payments.receipts import GIVE_UP_AFTER
from storefront.payments.refunds import Wanted
from storefront.payments.subscription_gateway import SubscriptionFacts
from storefront.stock import service as stock
from storefront.stock.models import StockHold, StockLevel
from tests.makers import both, check_out, make_attempt, make_product

SOON, LATE = timedelta(minutes=5), timedelta(hours=1)


class Killed(BaseException):
    """What no code of ours can catch, as a killed process cannot."""


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def buyer(client, db, gateway):
    assert gateway.sessions == {}
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    return client


@pytest.fixture
def attempt(buyer, db):
    """An attempt whose buyer is on the pay page."""
    assert check_out(buyer).status_code == 303
    return only(db, PaymentAttempt)


@pytest.fixture(autouse=True)
def the_books_are_right(db):
    yield
    db.rollback()
    assert ledger.problems(db) == []


def only(db, model):
    db.rollback()
    return db.scalars(select(model).execution_options(populate_existing=True)).one()


def count(db, model):
    db.rollback()
    return db.scalar(select(func.count()).select_from(model))


def letters(db):
    db.rollback()
    rows = db.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id))
    return [row.payload["letter"] for row in rows]


def shelf(db):
    level = only(db, StockLevel)
    return level.on_hand, level.held


def tell(client, object_id, kind="checkout.session.completed", event_id="evt_1", **changes):
    hint = {"event_id": event_id, "type": kind, "object_id": object_id, "reference": "",
            "livemode": False} | changes  # fmt: skip
    headers = {"Stripe-Signature": "signed"}
    return client.post("/payments/webhook", data=json.dumps(hint), headers=headers)


def paid(db, attempt, gateway, shop):
    gateway.pay(attempt.session_id)
    assert settle.settle(attempt.id, gateway, shop) == "paid"
    return only(db, Order).id


def ask(shop, order_id, **wanted):
    with database.transaction() as db:
        order = db.get_one(Order, order_id)
        return refunds.ask(db, order, Wanted(**wanted), by="kim", settings=shop).id


@both
@pytest.mark.parametrize("gap", ["before the call", "before the answer", "before it is kept"])
def test_a_crash_between_the_steps_leads_to_one_session_by_the_same_bytes(
    buyer, db, gateway, monkeypatch, gap
):
    call = gateway.start_checkout

    def die(*told):
        if gap == "before the answer":
            call(*told)
        raise Killed

    with monkeypatch.context() as broken, pytest.raises(Killed):
        if gap == "before it is kept":
            broken.setattr(attempts, "_keep", die)
        else:
            broken.setattr(gateway, "start_checkout", die)
        check_out(buyer)
    prepared = only(db, PaymentAttempt)
    request, key = prepared.request, prepared.idempotency_key

    assert check_out(buyer).status_code == 303

    assert len(gateway.sessions) == 1
    assert all(asked == (request, key) for asked in gateway.requests)
    assert only(db, PaymentAttempt).state == "created"


@both
@pytest.mark.parametrize("was_paid", [False, True])
def test_a_changed_cart_closes_the_old_page_first_and_believes_its_answer(
    buyer, db, attempt, gateway, was_paid
):
    first = attempt.session_id
    if was_paid:
        gateway.pay(first)

    answer = check_out(buyer, line1="Another Way 2")

    assert answer.status_code == 303
    if was_paid:
        assert "/orders/" in answer.location
        assert (only(db, Order).state, len(gateway.sessions)) == ("paid", 1)
    else:
        assert gateway.sessions[first].status == "expired"
        assert len(gateway.sessions) == 2


@both
def test_a_double_click_opens_one_page(app, buyer, db, gateway):
    answers, start = [], threading.Barrier(4)

    def press():
        start.wait(10)
        answers.append(check_out(buyer).location)

    many = [threading.Thread(target=press) for _ in range(4)]
    for one in many:
        one.start()
    for one in many:
        one.join(30)

    assert len(set(answers)) == 1
    assert "/pay/" in answers[0]
    assert (count(db, Order), len(gateway.sessions)) == (1, 1)


@both
def test_a_webhook_that_comes_again_changes_nothing(buyer, db, attempt, gateway):
    gateway.pay(attempt.session_id)

    for event_id in ("evt_1", "evt_1", "evt_2"):  # the last is of the same object and type
        assert tell(buyer, attempt.session_id, event_id=event_id).status_code == 204

    assert (count(db, Payment), count(db, Fulfilment)) == (1, 1)
    assert letters(db) == ["order_paid"]


@both
def test_completed_before_the_session_is_stored_finds_the_order_by_our_reference(
    buyer, db, gateway, monkeypatch
):
    with monkeypatch.context() as broken, pytest.raises(Killed):
        broken.setattr(attempts, "_keep", lambda *_: (_ for _ in ()).throw(Killed()))
        check_out(buyer)
    [facts] = gateway.sessions.values()
    gateway.pay(facts.session_id)

    tell(buyer, facts.session_id, kind="checkout.session.expired", reference=facts.reference)

    attempt = only(db, PaymentAttempt)
    assert (attempt.state, attempt.session_id) == ("paid", facts.session_id)


@both
def test_a_webhook_for_an_unknown_order_is_kept_tried_again_and_told(client, db, gateway, shop):
    assert tell(client, "cs_unknown").status_code == 204
    event = only(db, StripeEvent)
    assert (event.outcome, event.done_at, event.tries) == ("orphan", None, 1)
    event.received_at -= GIVE_UP_AFTER * 2
    db.commit()

    for _time in range(2):
        reconcile.reconcile(gateway, shop, clock.now() + LATE)

    assert only(db, StripeEvent).outcome == "given_up"
    assert letters(db) == ["event_given_up"]


@both
def test_a_lost_webhook_is_found_by_the_sweep(db, attempt, gateway, shop):
    gateway.pay(attempt.session_id)

    first = reconcile.reconcile(gateway, shop, clock.now() + SOON)
    second = reconcile.reconcile(gateway, shop, clock.now() + SOON)

    assert (first.changed, second.changed) == (1, 0)
    assert only(db, Order).state == "paid"


@both
def test_a_price_changed_while_paying_is_not_the_price_of_this_order(
    db, attempt, gateway, shop
):
    db.execute(update(Variant).values(price_minor=9900))
    db.commit()

    order = db.get_one(Order, paid(db, attempt, gateway, shop))

    assert (order.state, order.paid_minor, order.lines[0].unit_price_minor) == (
        "paid",
        2790,
        2400,
    )


@both
def test_pieces_stay_held_until_stripe_has_closed_the_page(db, attempt, gateway, shop):
    gateway.is_silent = True
    reconcile.reconcile(gateway, shop, clock.now() + LATE)
    assert shelf(db) == (10, 1)

    gateway.is_silent = False
    gateway.pay(attempt.session_id)  # at the very last moment
    reconcile.reconcile(gateway, shop, clock.now() + LATE)

    assert (only(db, Order).state, shelf(db)) == ("paid", (9, 0))


@both
def test_pieces_lost_by_other_means_wait_for_a_decision(db, attempt, gateway, shop):
    level = only(db, StockLevel)
    level.held = 0  # as only a person at the database can do
    db.commit()
    gateway.pay(attempt.session_id)

    settle.settle(attempt.id, gateway, shop)

    order = only(db, Order)
    assert (order.state, order.paid_minor, count(db, Refund)) == ("needs_attention", 2790, 0)
    assert letters(db) == ["order_attention", "goods_missing"]
    db.execute(update(StockHold).values(state="released"))  # and mended by them
    db.commit()


@both
@pytest.mark.parametrize("are_there", [True, False])
def test_money_after_we_had_closed_has_the_goods_or_goes_back(
    db, attempt, gateway, shop, are_there
):
    gateway.change(attempt.session_id, status="expired")
    settle.settle(attempt.id, gateway, shop)
    if not are_there:
        stock.count(db, only(db, StockLevel).variant_id, 0, few=5)
        db.commit()
    gateway.pay(attempt.session_id)

    assert settle.settle(attempt.id, gateway, shop) == "paid"

    order = only(db, Order)
    if are_there:
        assert (order.state, order.refunded_minor, shelf(db)) == ("paid", 0, (9, 0))
    else:
        assert (order.state, order.refunded_minor) == ("cancelled", 2790)
        assert letters(db) == ["late_payment_refunded"]


@both
def test_late_money_takes_what_another_page_of_the_same_order_holds(db, attempt, gateway, shop):
    gateway.change(attempt.session_id, status="expired")
    settle.settle(attempt.id, gateway, shop)
    order = only(db, Order)
    second = make_attempt(db, order, state="created", session_id="cs_second")
    order.state = "awaiting_payment"
    variant_id = order.lines[0].variant_id
    stock.hold(db, second.id, {variant_id: 1}, clock.now() + LATE, few=5)
    stock.count(db, variant_id, 1, few=5)  # the last one
    gateway.sessions["cs_second"] = replace(
        gateway.sessions[attempt.session_id], session_id="cs_second", status="open",
        reference=second.reference,
    )  # fmt: skip
    db.commit()
    gateway.pay(attempt.session_id)

    settle.settle(attempt.id, gateway, shop)
    assert (only(db, Order).state, shelf(db)) == ("paid", (0, 0))

    gateway.pay("cs_second")
    settle.settle(second.id, gateway, shop)
    assert (only(db, Order).state, only(db, Refund).amount_minor) == ("paid", 2790)
    assert letters(db) == ["order_paid", "paid_twice"]


@pytest.fixture
def second(db, attempt, gateway, shop):
    """Another attempt of an order that is paid already."""
    gateway.pay(attempt.session_id)
    settle.settle(attempt.id, gateway, shop)
    made = make_attempt(db, only(db, Order), state="created", session_id="cs_second")
    gateway.sessions["cs_second"] = replace(
        gateway.sessions[attempt.session_id], session_id="cs_second", reference=made.reference
    )
    db.commit()
    return made.id


@both
def test_a_second_payment_goes_back_even_when_it_does_not_fit(db, second, gateway, shop):
    gateway.pay("cs_second", amount_minor=55)

    settle.settle(second, gateway, shop)

    assert (only(db, Order).state, only(db, Refund).amount_minor) == ("paid", 55)
    assert letters(db) == ["order_paid", "paid_twice"]


@pytest.mark.parametrize("end", ["fails", "is lost"])
def test_a_second_debit_that_comes_to_nothing_leaves_a_paid_order_alone(
    db, second, gateway, shop, end
):
    facts = {"status": "complete", "payment_status": "unpaid"}
    gateway.change("cs_second", is_processing=True, **facts)
    settle.settle(second, gateway, shop)
    if end == "fails":
        gateway.change("cs_second", is_processing=False, has_failed=True)
        settle.settle(second, gateway, shop)
    else:
        settle.close_lost(second, "expired", shop)

    assert only(db, Order).state == "paid"
    assert letters(db) == ["order_paid"]


@both
def test_a_bank_debit_that_fails_after_days_frees_the_pieces(db, attempt, gateway, shop):
    gateway.change(attempt.session_id, status="complete", is_processing=True)
    settle.settle(attempt.id, gateway, shop)
    reconcile.reconcile(gateway, shop, clock.now() + timedelta(days=4))
    assert (only(db, Order).state, shelf(db)) == ("processing", (10, 1))
    gateway.change(attempt.session_id, is_processing=False, has_failed=True)

    reconcile.reconcile(gateway, shop, clock.now() + timedelta(days=5))

    assert (only(db, Order).state, shelf(db)) == ("expired", (10, 0))
    assert letters(db) == ["payment_failed"]


@both
@pytest.mark.parametrize("gap", ["before the call", "after the call", "none"])
def test_a_refund_pressed_twice_or_cut_short_is_one_refund(
    db, attempt, gateway, shop, monkeypatch, gap
):
    order_id = paid(db, attempt, gateway, shop)
    turn = refunds.left(db, only(db, Order)).turn
    wish = {"amount_minor": 500, "reason": "goodwill", "turn": turn}
    first, second = ask(shop, order_id, **wish), ask(shop, order_id, **wish)
    call = gateway.refund

    def die(*told):
        if gap == "after the call":
            call(*told)
        raise Killed

    if gap != "none":
        with monkeypatch.context() as broken, pytest.raises(Killed):
            broken.setattr(gateway, "refund", die)
            refunds.send(first, gateway, shop)
    for refund_id in (first, second, first):
        refunds.send(refund_id, gateway, shop)

    assert first == second
    assert [one.amount_minor for one in gateway.refunds.values()] == [500]
    assert only(db, Order).refunded_minor == 500


@both
def test_a_refund_that_fails_later_counts_as_ours_again(buyer, db, attempt, gateway, shop):
    refunds.send(ask(shop, paid(db, attempt, gateway, shop), amount_minor=500), gateway, shop)
    gateway.change_refund("re_1", status="failed", failure="lost_or_stolen_card")

    tell(buyer, "re_1", kind="refund.failed")

    assert (only(db, Order).refunded_minor, only(db, Refund).state) == (0, "failed")
    assert letters(db) == ["order_paid", "order_partly_refunded", "refund_failed"]


@both
def test_a_dispute_freezes_and_is_lost_or_won(buyer, db, attempt, gateway, shop):
    order_id = paid(db, attempt, gateway, shop)
    payment = only(db, Payment).reference
    name = gateway.dispute(payment)
    tell(buyer, name, kind="charge.dispute.created")
    with pytest.raises(Invalid):
        ask(shop, order_id, amount_minor=1)

    gateway.dispute(payment, status="won")
    tell(buyer, name, kind="charge.dispute.closed", event_id="evt_2")
    assert refunds.left(db, only(db, Order)).total_minor == 2790

    gateway.dispute(payment, status="lost")
    tell(buyer, name, kind="charge.dispute.closed", event_id="evt_3")
    assert refunds.left(db, only(db, Order)).total_minor == 0


@both
def test_a_test_event_on_a_live_shop_is_kept_and_ignored(buyer, db, attempt, gateway):
    gateway.pay(attempt.session_id)

    assert tell(buyer, attempt.session_id, livemode=True).status_code == 204

    assert only(db, StripeEvent).outcome == "other_mode"
    assert only(db, Order).state == "awaiting_payment"


def test_events_of_subscriptions_of_another_shop_are_kept_and_left_alone(client, db, gateway):
    """The account may be shared: their price is none of our plans."""
    gateway.subscriptions["sub_1"] = SubscriptionFacts(
        "sub_1", "cus_1", "", "ana@example.org", "active", "si_1", "their_price", "theirs", 900, "EUR",
        None, clock.now(), None, ends=False, ended_at=None, card="", livemode=False,
    )  # fmt: skip
    assert tell(client, "sub_1", kind="customer.subscription.updated").status_code == 204
    assert only(db, StripeEvent).outcome == "not_needed"
