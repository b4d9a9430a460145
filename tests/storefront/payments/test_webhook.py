"""Events are hints: recorded first, done once, believed only when signed."""

import json
import time

import pytest
import stripe
from sqlalchemy import func, select

from storefront import clock, events
from storefront.errors import BadSignature
from storefront.orders.models import Fulfilment, Order
from storefront.outbox import OutboxRow
from storefront.payments import letters as letters_of
from storefront.payments import reconcile
from storefront.payments.models import PaymentAttempt, StripeEvent
from storefront.payments.receipts import GIVE_UP_AFTER
from storefront.payments.stripe_gateway import StripeGateway
from storefront.settings import Settings
from tests.mailbox import letters
from tests.makers import both, check_out, make_product


def only(db, model):
    db.rollback()
    return db.scalars(select(model)).one()


def count(db, model):
    db.rollback()
    return db.scalar(select(func.count()).select_from(model))


@pytest.fixture
def attempt(client, db, gateway):
    assert gateway.sessions == {}
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    return only(db, PaymentAttempt)


def tell(client, attempt=None, *, signature="signed", **changes):
    hint = {
        "event_id": "evt_1", "type": "checkout.session.completed", "livemode": False,
        "object_id": attempt.session_id if attempt else "cs_unknown",
        "reference": attempt.reference if attempt else "unknown",
    } | changes  # fmt: skip
    return client.post(
        "/payments/webhook", data=json.dumps(hint), content_type="application/json",
        headers={"Stripe-Signature": signature, "Sec-Fetch-Site": "cross-site"},
    )  # fmt: skip


@both
def test_the_same_webhook_twice_sends_one_letter(client, db, attempt, gateway):
    gateway.pay(attempt.session_id)

    answers = [tell(client, attempt).status_code for _ in range(2)]

    assert answers == [204, 204]
    assert only(db, Order).state == "paid"
    assert (count(db, OutboxRow), count(db, Fulfilment)) == (1, 1)
    event = only(db, StripeEvent)
    assert (event.outcome, event.done_at is not None) == ("paid", True)


def test_two_events_of_one_payment_ship_once(client, db, attempt, gateway):
    gateway.pay(attempt.session_id)

    tell(client, attempt)
    tell(client, attempt, event_id="evt_2", type="checkout.session.async_payment_succeeded")

    assert (count(db, Fulfilment), count(db, StripeEvent)) == (1, 2)


def test_webhook_return_page_and_sweep_together_ship_once(client, db, attempt, gateway, app):
    gateway.pay(attempt.session_id)
    order = only(db, Order)
    settings = app.extensions["storefront"].settings

    client.get(f"/orders/{order.number}?key={order.key}")
    tell(client, attempt)
    reconcile.reconcile(gateway, settings, clock.now() + GIVE_UP_AFTER)

    assert (count(db, Fulfilment), count(db, OutboxRow)) == (1, 1)


def test_the_payload_is_never_believed(client, db, attempt):
    tell(client, attempt)

    assert only(db, Order).state == "awaiting_payment"


@pytest.mark.parametrize("signature", ["", "forged"])
def test_an_unsigned_webhook_is_refused_and_not_kept(client, db, attempt, signature):
    assert tell(client, attempt, signature=signature).status_code == 400
    assert count(db, StripeEvent) == 0


@pytest.mark.usefixtures("gateway")
def test_an_unknown_session_is_kept_as_an_orphan(client, db, app, gateway):
    assert tell(client).status_code == 204

    event = only(db, StripeEvent)
    assert (event.outcome, event.done_at, event.tries) == ("orphan", None, 1)

    settings = app.extensions["storefront"].settings
    event.received_at = clock.now() - GIVE_UP_AFTER * 2
    db.commit()
    for _time in range(2):
        reconcile.reconcile(gateway, settings, clock.now() + GIVE_UP_AFTER)
    assert only(db, StripeEvent).outcome == "given_up"
    letter = only(db, OutboxRow).payload
    assert (letter["letter"], letter["to"]) == ("event_given_up", settings.support_email)
    [sent] = letters(app, settings.support_email)
    assert "cs_unknown" in sent["text"]
    assert "no order of this shop is known" in sent["text"]


def test_an_event_of_the_other_mode_is_kept_and_ignored(client, db, attempt, gateway):
    gateway.pay(attempt.session_id)

    assert tell(client, attempt, livemode=True).status_code == 204

    assert only(db, StripeEvent).outcome == "other_mode"
    assert only(db, Order).state == "awaiting_payment"


def test_an_event_of_another_kind_is_kept_and_ignored(client, db, attempt):
    assert tell(client, attempt, type="charge.succeeded").status_code == 204
    assert only(db, StripeEvent).outcome == "not_needed"


def test_an_event_that_cannot_be_checked_now_is_done_by_the_sweep(
    client, db, attempt, gateway, app
):
    gateway.pay(attempt.session_id)
    gateway.is_silent = True

    assert tell(client, attempt).status_code == 204
    assert only(db, StripeEvent).outcome == "unanswered"

    gateway.is_silent = False
    settings = app.extensions["storefront"].settings
    reconcile.reconcile(gateway, settings, clock.now() + GIVE_UP_AFTER)
    assert only(db, Order).state == "paid"
    assert only(db, StripeEvent).outcome == "paid"


def test_the_sweep_finds_the_order_by_the_reference_that_an_event_had(
    client, db, app, gateway, monkeypatch
):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    gateway.is_silent = True
    check_out(client)
    lost = only(db, PaymentAttempt)
    tell(client, lost, object_id=f"cs_test_{lost.idempotency_key}")
    gateway.is_silent = False
    gateway.pay(gateway.start_checkout(lost.request, lost.idempotency_key).session_id)
    monkeypatch.setattr(gateway, "find_session", lambda *_: None)

    settings = app.extensions["storefront"].settings
    reconcile.reconcile(gateway, settings, clock.now() + GIVE_UP_AFTER)

    assert only(db, StripeEvent).outcome == "paid"
    assert only(db, Order).state == "paid"


def test_an_event_that_breaks_is_kept_and_done_by_the_sweep(
    client, db, attempt, gateway, app, monkeypatch
):
    gateway.pay(attempt.session_id)
    with monkeypatch.context() as broken:
        broken.setattr(letters_of, "order_paid", lambda *_: 1 / 0)
        assert tell(client, attempt).status_code == 204
    event = only(db, StripeEvent)
    assert (event.outcome, event.done_at) == ("broken", None)
    assert "ZeroDivisionError" in event.error

    settings = app.extensions["storefront"].settings
    reconcile.reconcile(gateway, settings, clock.now() + GIVE_UP_AFTER)

    assert only(db, StripeEvent).outcome == "paid"


def test_an_event_that_was_done_is_not_tried_again_for_a_host_that_failed_to_hear_it(
    client, db, attempt, gateway
):
    gateway.pay(attempt.session_id)

    def deaf(_sender, **_facts):
        raise RuntimeError("the host's own fault")

    with events.order_paid.connected_to(deaf):
        assert tell(client, attempt).status_code == 204

    assert only(db, StripeEvent).outcome == "paid"


def test_looking_at_the_webhook_is_not_possible(client):
    answer = client.get("/payments/webhook")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def signed(body: str, *, secret="whsec_new", age=0) -> str:
    moment = int(time.time()) - age
    return stripe.WebhookSignature.generate_signature_header(body, secret, moment)


EVENT = json.dumps(
    {
        "id": "evt_9", "object": "event", "type": "checkout.session.completed", "livemode": False,
        "created": 1, "data": {"object": {
            "id": "cs_1", "object": "checkout.session", "client_reference_id": "ref",
        }},
    }
)  # fmt: skip


@pytest.fixture
def real():
    return StripeGateway(Settings(stripe_webhook_secrets=("whsec_old", "whsec_new")))


@pytest.mark.parametrize("age", [299, 0, -299])
def test_a_clock_may_be_five_minutes_wrong(real, age):
    assert real.parse_webhook(EVENT.encode(), signed(EVENT, age=age)).event_id == "evt_9"


@pytest.mark.parametrize("age", [302, -302])
def test_a_clock_may_not_be_more_than_five_minutes_wrong(real, age):
    with pytest.raises(BadSignature):
        real.parse_webhook(EVENT.encode(), signed(EVENT, age=age))


@pytest.mark.parametrize("secret", ["whsec_old", "whsec_new"])
def test_each_of_our_secrets_is_good(real, secret):
    hint = real.parse_webhook(EVENT.encode(), signed(EVENT, secret=secret))

    assert (hint.event_id, hint.object_id, hint.reference) == ("evt_9", "cs_1", "ref")


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (EVENT, signed(EVENT, secret="whsec_other")),
        (EVENT, signed(EVENT, age=301)),
        (EVENT, signed(EVENT, age=-3600)),
        (EVENT + " ", signed(EVENT)),
        (EVENT, "t=1,v1=abc"),
        (EVENT, "nonsense"),
        (EVENT, ""),
    ],
    ids=["other secret", "stale", "to come", "changed", "wrong", "nonsense", "none"],
)  # fmt: skip
def test_forged_and_stale_events_are_refused(client, db, body, signature):
    answer = client.post(
        "/payments/webhook", data=body, headers={"Stripe-Signature": signature}
    )

    assert answer.status_code == 400
    assert count(db, StripeEvent) == 0


@pytest.mark.parametrize(
    "body", ["not json", "[]", '{"id": "evt_1"}', "[" * 5000, '{"id": "\\u0000"}']
)
def test_a_signed_event_that_cannot_be_read_is_told_so_and_not_kept(client, db, app, body):
    app.extensions["storefront"].gateway = StripeGateway(
        Settings(stripe_webhook_secrets=("whsec_new",))
    )

    answer = client.post(
        "/payments/webhook", data=body, headers={"Stripe-Signature": signed(body)}
    )

    assert answer.status_code == 422
    assert count(db, StripeEvent) == 0
