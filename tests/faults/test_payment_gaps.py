"""A process dies in each gap between us and Stripe: pressing again or the sweep mends it."""

import json
import signal
import subprocess
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storefront import clock
from storefront.orders.models import Fulfilment, Order
from storefront.outbox import OutboxRow
from storefront.payments import attempts, ledger, letters, reconcile
from storefront.payments.models import Payment, PaymentAttempt, StripeEvent
from storefront.stock.models import StockLevel
from tests.makers import both, check_out, make_product

SOON, LATE = timedelta(minutes=5), timedelta(hours=1)


class Killed(BaseException):
    """What no code of ours can catch, as a killed process cannot."""


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def buyer(client, db):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    return client


def dies(*_told):
    raise Killed


def then_dies(call):
    def work(*told):
        call(*told)
        raise Killed

    return work


def before_the_call(buyer, gateway, broken):
    broken.setattr(gateway, "start_checkout", dies)
    check_out(buyer)


def before_the_answer(buyer, gateway, broken):
    broken.setattr(gateway, "start_checkout", then_dies(gateway.start_checkout))
    check_out(buyer)


def before_the_redirect(buyer, gateway, broken):
    broken.setattr(attempts, "_keep", then_dies(attempts._keep))
    check_out(buyer)


def before_the_webhook(buyer, gateway, _broken):
    check_out(buyer)
    pay_all(gateway)
    raise Killed


def before_the_commit(buyer, gateway, broken):
    check_out(buyer)
    pay_all(gateway)
    broken.setattr(letters, "order_paid", dies)
    tell(buyer, gateway)


def pay_all(gateway):
    """Let the buyer pay what is open."""
    for session_id, facts in gateway.sessions.items():
        if facts.status == "open":
            gateway.pay(session_id)


def tell(client, gateway):
    """Send the webhook of the only session."""
    [facts] = gateway.sessions.values()
    hint = {"event_id": "evt_1", "type": "checkout.session.completed", "livemode": False,
            "object_id": facts.session_id, "reference": facts.reference}  # fmt: skip
    headers = {"Stripe-Signature": "signed"}
    return client.post("/payments/webhook", data=json.dumps(hint), headers=headers)


def press_again(buyer, db, gateway, shop):
    """Press, pay, and come back to the order's page."""
    del shop
    assert check_out(buyer).status_code == 303
    pay_all(gateway)
    db.rollback()
    order = db.scalars(select(Order).order_by(Order.id.desc())).first()
    assert "Thank you, it is paid" in buyer.get(f"/orders/{order.number}?key={order.key}").text


def sweep(buyer, db, gateway, shop, *, later=SOON):
    """Let the sweep do it; it sends nobody to a pay page, so the buyer may have to press."""
    reconcile.reconcile(gateway, shop, clock.now() + later)
    db.rollback()
    if "paid" not in db.scalars(select(Order.state)).all():
        assert check_out(buyer).status_code == 303
        pay_all(gateway)
        reconcile.reconcile(gateway, shop, clock.now() + SOON)


def sweep_late(buyer, db, gateway, shop):
    """Let the sweep come when the time to pay is over."""
    sweep(buyer, db, gateway, shop, later=LATE)


@pytest.mark.parametrize(
    ("backend", "recover"),
    [("sqlite", press_again), ("sqlite", sweep), ("sqlite", sweep_late), ("postgresql", press_again)],
    indirect=["backend"],
)  # fmt: skip
@pytest.mark.parametrize(
    "die",
    [before_the_call, before_the_answer, before_the_redirect, before_the_webhook, before_the_commit],
)  # fmt: skip
def test_a_process_that_died_leaves_one_paid_order(
    buyer, db, gateway, shop, monkeypatch, die, recover
):
    with monkeypatch.context() as broken, pytest.raises(Killed):
        die(buyer, gateway, broken)

    recover(buyer, db, gateway, shop)
    reconcile.reconcile(gateway, shop, clock.now() + LATE)

    assert_one_is_paid(db, gateway)
    assert "Your cart is empty" in check_out(buyer).text


def assert_one_is_paid(db, gateway):
    db.rollback()
    assert ledger.problems(db) == []
    paid = select(PaymentAttempt.session_id).where(PaymentAttempt.state == "paid")
    complete = [facts for facts in gateway.sessions.values() if facts.status == "complete"]
    assert [facts.session_id for facts in complete] == db.scalars(paid).all()
    assert len({facts.reference for facts in gateway.sessions.values()}) == len(
        gateway.sessions
    )
    assert db.scalars(select(Order.state).where(Order.state != "expired")).all() == ["paid"]
    assert [
        db.scalar(select(func.count()).select_from(it)) for it in (Payment, Fulfilment)
    ] == [1, 1]
    assert [row.payload["letter"] for row in db.scalars(select(OutboxRow))] == ["order_paid"]
    level = db.scalars(select(StockLevel)).one()
    assert (level.on_hand, level.held) == (9, 0)
    assert set(db.scalars(select(StripeEvent.outcome))) <= {"paid"}


CHILD = """
import json, os, signal, sys
import storefront
from storefront.payments import letters
from storefront.payments.gateway import PaymentFacts
from storefront.settings import Settings
from tests.faults.test_payment_gaps import tell
from tests.makers import PretendGateway

told = json.load(sys.stdin)
app = storefront.create_app(Settings(**told["settings"]))
gateway = app.extensions["storefront"].gateway = PretendGateway()
facts = PaymentFacts(**told["facts"])
gateway.sessions[facts.session_id] = facts
letters.order_paid = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
tell(app.test_client(), gateway)
"""


@both
def test_a_process_killed_within_the_commit_is_mended_by_the_sweep(
    buyer, db, gateway, shop, tmp_path
):
    check_out(buyer)
    pay_all(gateway)
    db.rollback()
    [facts] = gateway.sessions.values()
    names = ("database_url", "secret_key", "base_url")
    settings = {name: getattr(shop, name) for name in names} | {
        "storefront_data": str(tmp_path)
    }
    child = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=Path(__file__).parents[2], timeout=60, check=False,
        input=json.dumps({"settings": settings, "facts": asdict(facts)}), text=True,
    )  # fmt: skip
    assert child.returncode == -signal.SIGKILL
    assert db.scalars(select(StripeEvent.outcome)).all() == [""]
    assert db.scalars(select(Order.state)).all() == ["awaiting_payment"]

    reconcile.reconcile(gateway, shop, clock.now() + SOON)

    assert_one_is_paid(db, gateway)
