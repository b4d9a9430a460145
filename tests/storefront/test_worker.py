"""The worker does what is due, and what fails does not stop it."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock, mail, worker
from storefront.cart.models import Cart
from storefront.outbox import OutboxRow
from tests.makers import both


def letter(db):
    context = {
        "number": "1", "attention": "x", "total": "1", "paid": "1", "lines": [],
    }  # fmt: skip
    mail.write(db, "order_attention", "keeper@example.org", "1", context)
    db.commit()


@both
def test_a_running_worker_sends_what_waits(app, db):
    letter(db)
    working = worker.Worker(app)

    working.start()
    deadline = clock.now() + timedelta(seconds=20)
    while not app.extensions["storefront"].transport.letters() and clock.now() < deadline:
        threading.Event().wait(0.05)
    working.stop()

    assert app.extensions["storefront"].transport.letters()[0]["subject"] == "Order 1 needs you"
    assert db.scalars(select(OutboxRow.state)).all() == ["done"]


def test_a_job_that_fails_is_survived(app, monkeypatch, caplog):
    def broken(_now):
        raise RuntimeError("away")

    monkeypatch.setitem(worker.JOBS, "mail", broken)
    working = worker.Worker(app)

    working.start()
    threading.Event().wait(0.2)
    alive = working._thread.is_alive()
    working.stop()

    assert alive
    assert "job mail failed" in caplog.text


@pytest.mark.usefixtures("app")
def test_old_carts_are_forgotten(db):
    now = clock.now()
    for name, age in (("old", 91), ("new", 1)):
        moment = now - timedelta(days=age)
        db.add(Cart(id=name, created_at=moment, changed_at=moment, version=0))
    db.commit()

    worker.run("purge", now)

    assert db.scalars(select(Cart.id)).all() == ["new"]
