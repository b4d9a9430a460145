"""Forged, broken, repeated and unlucky webhooks: none changes what is not true."""

import json
import threading
import time

import pytest
import stripe
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from storefront import database
from storefront.orders.models import Fulfilment, Order
from storefront.outbox import OutboxRow
from storefront.payments import ledger
from storefront.payments.models import Payment, PaymentAttempt, StripeEvent
from storefront.payments.stripe_gateway import StripeGateway
from storefront.settings import Settings
from storefront.stock.models import StockMove
from tests.makers import both, check_out, make_product

SECRET = "whsec_ours"
EVENT = {
    "id": "evt_1", "object": "event", "type": "checkout.session.completed", "livemode": False,
    "created": 1, "data": {"object": {"id": "cs_1", "client_reference_id": "ref"}},
}  # fmt: skip


@pytest.fixture
def attempt(client, db, gateway):
    assert gateway.sessions == {}
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    gateway.pay(next(iter(gateway.sessions)))
    db.rollback()
    return db.scalars(select(PaymentAttempt)).one()


@pytest.fixture
def signed_shop(app, client, gateway, monkeypatch):
    """A shop that checks signatures as in production, with a Stripe in memory behind it."""
    real = StripeGateway(Settings(stripe_webhook_secrets=(SECRET,)))
    monkeypatch.setattr(gateway, "parse_webhook", real.parse_webhook)
    return client


def header(body, *, secret=SECRET, moment=None):
    moment = int(moment or time.time())
    return stripe.WebhookSignature.generate_signature_header(body, secret, moment)


def post(client, body, signature):
    headers = {"Stripe-Signature": signature}
    return client.post("/payments/webhook", data=body, headers=headers)


def count(db, model):
    db.rollback()
    return db.scalar(select(func.count()).select_from(model))


BODY = json.dumps(EVENT)


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (BODY, ""),
        (BODY, "t=abc"),
        (BODY, "t=abc,v1=00"),
        (BODY, "v1=00"),
        (BODY, header(BODY).replace("v1=", "v0=")),
        (BODY, header(BODY, secret="whsec_till_demo")),
        (BODY, header(BODY, secret="")),
        (json.dumps(EVENT, indent=1), header(BODY)),
        (BODY.encode() + b"\xff", header(BODY)),
        (BODY, header(BODY) + "\u00ff"),
    ],
    ids=["none", "garbage", "no number", "no time", "v0 only", "the till's secret", "no secret",
         "written again", "bad UTF-8", "odd header"],
)  # fmt: skip
def test_what_is_not_signed_by_us_is_refused_and_not_kept(db, signed_shop, body, signature):
    assert post(signed_shop, body, signature).status_code == 400
    assert count(db, StripeEvent) == 0


def test_one_good_signature_of_two_is_enough(db, signed_shop):
    wrong = header(BODY, secret="whsec_old").split(",")[1]

    assert post(signed_shop, BODY, f"{header(BODY)},{wrong}").status_code == 204


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"type": "something.new"}, 204),
        ({"created": 1}, 204),
        ({"data": {"object": {"id": "cs_1"}, "more": "x" * 400_000}}, 204),
        ({"data": {"object": {"id": "x" * 999}}}, 422),
        ({"data": None}, 422),
        ({"more": "x" * 1_100_000}, 413),
    ],
    ids=["unknown type", "days ago", "large", "long id", "no data", "too large"],
)
def test_strange_events_are_kept_or_refused_and_never_break(db, signed_shop, change, status):
    body = json.dumps(EVENT | change)

    assert post(signed_shop, body, header(body)).status_code == status
    assert count(db, StripeEvent) == (1 if status == 204 else 0)


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_only_posts_are_taken(client, method):
    assert getattr(client, method)("/payments/webhook").status_code == 405


def test_no_other_address_takes_posts_of_other_sites(app):
    """But for the one-click unsubscribing of letters, whose token is the proof."""
    open_to_all = {
        rule.rule for rule in app.url_map.iter_rules() if "POST" in rule.methods
        and getattr(app.view_functions[rule.endpoint], "from_other_sites", False)
        and not rule.rule.startswith(("/api/", "/newsletter/"))
    }  # fmt: skip

    assert open_to_all == {"/payments/webhook", "/programmes/<slug>/stop/<token>"}


def hint(attempt, event_id="evt_1", kind="checkout.session.completed"):
    return json.dumps(
        {"event_id": event_id, "type": kind, "object_id": attempt.session_id,
         "reference": attempt.reference, "livemode": False}
    )  # fmt: skip


def all_at_once(app, bodies):
    """Post every body at the same moment; give the answers' numbers."""
    answers, start = [], threading.Barrier(len(bodies))

    def run(body):
        client = app.test_client()
        start.wait(30)
        answers.append(post(client, body, "signed").status_code)

    threads = [threading.Thread(target=run, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def assert_bought_once(db):
    counts = [count(db, model) for model in (Payment, Fulfilment)]
    sold = db.scalars(select(StockMove.quantity).where(StockMove.reason == "sold")).all()
    thanks = select(OutboxRow.id).where(OutboxRow.key.startswith("order_paid"))
    assert (counts, sold, len(db.scalars(thanks).all())) == ([1, 1], [-1], 1)
    assert ledger.problems(db) == []


@both
def test_the_same_event_a_hundred_times_at_once_ships_once(app, db, attempt):
    body = hint(attempt)
    db.rollback()

    answers = [status for _ in range(5) for status in all_at_once(app, [body] * 20)]

    assert answers == [204] * 100
    assert_bought_once(db)


@both
def test_many_events_of_one_session_at_once_ship_once(app, db, attempt):
    kinds = ("completed", "async_payment_succeeded", "expired")
    bodies = [
        hint(attempt, f"evt_{number}", f"checkout.session.{kinds[number % 3]}")
        for number in range(15)
    ]
    db.rollback()

    assert all_at_once(app, bodies) == [204] * 15

    assert_bought_once(db)
    assert set(db.scalars(select(StripeEvent.outcome))) == {"paid"}


def test_without_a_database_the_event_is_not_taken_and_works_when_it_comes_again(
    client, db, attempt, monkeypatch
):
    body = hint(attempt)

    def away():
        raise OperationalError("SELECT 1", {}, ConnectionError("the database is away"))

    with monkeypatch.context() as broken:
        broken.setattr(database, "transaction", away)
        assert post(client, body, "signed").status_code >= 500
    assert count(db, StripeEvent) == 0

    assert post(client, body, "signed").status_code == 204
    assert db.scalars(select(Order.state)).all() == ["paid"]
