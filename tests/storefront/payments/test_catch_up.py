"""What no webhook brought is found by listing Stripe's events; again changes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storefront import clock, database
from storefront.errors import BadSignature
from storefront.orders.models import Order
from storefront.outbox import OutboxRow
from storefront.payments import catch_up, handlers, health, ledger, reconcile, webhook
from storefront.payments.gateway import Hint
from storefront.payments.models import Cursor, Dispute, Refund, StripeEvent
from storefront.payments.refunds import Wanted, ask
from tests.makers import both, check_out, make_product

LATER = timedelta(minutes=40)


@pytest.fixture
def shop(app):
    state = app.extensions["storefront"]
    limits = [name for name in type(state.settings).model_fields if name.startswith("limit_")]
    state.settings = state.settings.model_copy(
        update=dict.fromkeys(limits, "99999/hour")
        | {"hold_max_orders": 999, "hold_max_pieces": 999}
    )
    return state.settings


def buy(app, gateway, buyers):
    """Let some buyers pay while no webhook comes; Stripe has its events of them all the same."""
    for _buyer in range(buyers):
        client = app.test_client()
        client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
        assert check_out(client).status_code == 303
        session_id = list(gateway.sessions)[-1]
        gateway.pay(session_id)
        happened(gateway, "checkout.session.completed", session_id)


def happened(gateway, kind, object_id, *, livemode=False):
    name = f"evt_{len(gateway.told) + 1}"
    gateway.told.append(Hint(name, kind, object_id, "", livemode, clock.now()))


@pytest.fixture
def goods(db):
    make_product(db, stock=200)
    db.commit()


def states(db, model=Order):
    db.rollback()
    return db.execute(select(model.state, func.count()).group_by(model.state)).all()


@both
@pytest.mark.usefixtures("goods")
def test_a_hundred_lost_webhooks_are_mended_in_one_run(app, db, gateway, shop):
    buy(app, gateway, 100)

    first = reconcile.reconcile(gateway, shop, clock.now() + LATER)
    second = reconcile.reconcile(gateway, shop, clock.now() + LATER)

    assert (first.changed, first.failed, first.unanswered) == (100, 0, 0)
    assert (second.changed, second.failed, second.unanswered) == (0, 0, 0)
    assert states(db) == [("paid", 100)]
    assert ledger.problems(db) == []
    [told] = db.scalars(select(OutboxRow).where(OutboxRow.key.startswith("webhooks_missing")))
    assert told.payload["context"]["missed"] == 100


class Killed(BaseException):
    """What no code of ours can catch."""


@both
@pytest.mark.usefixtures("goods")
def test_a_run_that_was_killed_is_gone_on_with(app, db, gateway, shop, monkeypatch):
    buy(app, gateway, 4)
    work, done = webhook.work, []

    def die_at_the_third(*told):
        if len(done) == 2:
            raise Killed
        done.append(work(*told))
        return done[-1]

    with monkeypatch.context() as broken, pytest.raises(Killed):
        broken.setattr(webhook, "work", die_at_the_third)
        reconcile.reconcile(gateway, shop, clock.now())
    db.rollback()
    assert db.get(Cursor, catch_up.CURSOR) is None

    reconcile.reconcile(gateway, shop, clock.now() + LATER)

    assert states(db) == [("paid", 4)]
    assert db.get_one(Cursor, catch_up.CURSOR).moment is not None


@pytest.mark.usefixtures("goods")
def test_the_next_list_begins_a_little_before_the_last_one_ended(gateway, shop, monkeypatch):
    asked, call = [], gateway.events_since
    monkeypatch.setattr(
        gateway, "events_since", lambda types, since: asked.append(since) or call(types, since)
    )
    now = clock.now()

    reconcile.reconcile(gateway, shop, now)
    reconcile.reconcile(gateway, shop, now + LATER)
    reconcile.reconcile(gateway, shop, now + LATER, since=now - timedelta(days=9))
    reconcile.reconcile(gateway, shop, now + LATER)

    moments = [
        now - catch_up.FIRST_TIME - catch_up.OVERLAP, now - catch_up.OVERLAP, now - timedelta(days=9),
        now + LATER - catch_up.OVERLAP,
    ]  # fmt: skip
    parts = len(list(handlers.types()))  # of twenty types at most
    assert asked == [moment for moment in moments for _ in range(parts)]


@pytest.mark.usefixtures("goods")
def test_a_list_that_did_not_come_moves_nothing_on(db, gateway, shop):
    gateway.is_silent = True

    report = reconcile.reconcile(gateway, shop, clock.now())

    assert report.unanswered == 1
    assert db.get(Cursor, catch_up.CURSOR) is None


@pytest.mark.usefixtures("goods")
def test_events_of_the_other_mode_and_of_other_kinds_are_left_alone(app, db, gateway, shop):
    buy(app, gateway, 1)
    session_id = list(gateway.sessions)[-1]
    gateway.told.clear()
    happened(gateway, "checkout.session.completed", session_id, livemode=True)
    happened(gateway, "customer.created", "cus_1")

    assert catch_up.new_events(gateway, shop, clock.now()) == []

    db.rollback()
    assert db.scalars(select(StripeEvent.outcome)).all() == ["other_mode"]


@both
@pytest.mark.usefixtures("goods")
def test_the_sweep_sends_what_waits_and_follows_what_is_on_its_way(app, db, gateway, shop):
    buy(app, gateway, 1)
    reconcile.reconcile(gateway, shop, clock.now() + LATER)
    gateway.refund_status = "pending"
    db.rollback()
    order = db.scalars(select(Order)).one()
    order_id = order.id
    with database.transaction() as session:
        wanted = Wanted(amount_minor=500)
        ask(session, session.get_one(Order, order_id), wanted, by="kim", settings=shop)

    assert reconcile.reconcile(gateway, shop, clock.now() + LATER).changed == 1
    assert states(db, Refund) == [("pending", 1)]
    gateway.change_refund("re_1", status="succeeded")
    assert reconcile.reconcile(gateway, shop, clock.now() + LATER * 2).changed == 1
    assert reconcile.reconcile(gateway, shop, clock.now() + LATER * 3).changed == 0
    assert states(db, Refund) == [("succeeded", 1)]


@both
@pytest.mark.usefixtures("goods")
def test_the_sweep_finds_how_a_dispute_ended(app, db, gateway, shop):
    buy(app, gateway, 1)
    [session_id] = gateway.sessions
    name = gateway.dispute(f"pi_{session_id}")
    happened(gateway, "charge.dispute.created", name)
    reconcile.reconcile(gateway, shop, clock.now() + LATER)
    gateway.dispute(f"pi_{session_id}", status="won")

    first = reconcile.reconcile(gateway, shop, clock.now() + LATER * 2)
    second = reconcile.reconcile(gateway, shop, clock.now() + LATER * 3)

    assert (first.changed, second.changed) == (1, 0)
    db.rollback()
    assert db.scalars(select(Dispute.status)).all() == ["won"]


def test_health_tells_of_refused_signatures_and_of_a_wrong_clock(
    client, db, gateway, shop, monkeypatch
):
    monkeypatch.setattr(health, "_refusals", health._Refusals())
    gateway.clock_offset_seconds = 75.4
    for _time in range(3):
        answer = client.post("/payments/webhook", data="{}", headers={"Stripe-Signature": "no"})
        assert answer.status_code == BadSignature.status
    reconcile.reconcile(gateway, shop, clock.now())

    db.rollback()
    found = health.read(db)
    assert (found.bad_signatures, found.clock_offset_seconds) == (
        1,
        75,
    )  # written once at first
    said = " ".join(found.problems(clock.now()))
    assert "75 seconds behind" in said
    assert "STRIPE_WEBHOOK_SECRETS" in said


@pytest.mark.usefixtures("gateway")
def test_a_healthy_line_has_no_problems(db):
    found = health.read(db)

    assert (found.undone, found.last_event_at, found.problems(clock.now())) == (0, None, [])
