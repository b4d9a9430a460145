"""What the operator types: facts as lines or JSON, and sentences for what cannot be."""

import json
import socket

import pytest
from sqlalchemy import select

from storefront.cli import serve
from storefront.cli.group import group
from storefront.errors import Invalid, NotFound, RefusedToStart
from storefront.orders.models import Order
from storefront.settings import Settings
from storefront.stock.models import StockLevel
from tests.makers import check_out, make_product


@pytest.fixture
def run(app):
    """Type a command; give what it prints."""

    def type_(*words, code=0, **options):
        answer = app.test_cli_runner().invoke(group, words, **options)
        assert answer.exit_code == code, answer.output
        return answer.output

    return type_


@pytest.fixture
def order(client, db, gateway):
    """An order that was paid."""
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    [session_id] = gateway.sessions
    gateway.pay(session_id)
    found = db.scalars(select(Order)).one()
    client.get(f"/orders/{found.number}?key={found.key}")
    db.rollback()
    return found


def test_orders_are_listed_and_shown(run, order):
    assert order.number in run("orders", "list")
    assert run("orders", "list", "--state", "expired") == ""

    facts = json.loads(run("orders", "show", order.number, "--json"))

    assert (facts["state"], facts["paid_minor"]) == ("paid", 2790)
    assert [len(facts[name]) for name in ("attempts", "payments", "fulfilments")] == [1, 1, 1]
    assert "ROLL-MINI-M" in run("orders", "show", order.number)


def test_an_unknown_order_is_a_sentence(app):
    answer = app.test_cli_runner().invoke(group, ["orders", "show", "0000-0000"])

    assert isinstance(answer.exception, NotFound)


def test_what_waits_to_be_sent_is_listed(run, order):
    [row] = json.loads(run("outbox", "list", "--json"))

    assert (row["key"], row["state"]) == (f"order_paid:{order.number}", "queued")
    assert run("events", "list") == ""


@pytest.mark.usefixtures("order")
def test_jobs_run_now(run):
    done = json.loads(run("jobs", "run", "--json"))

    assert done["mail"] == {"done": 1}
    assert done["reconcile"]["changed"] == 0
    assert "0 done" in run("jobs", "run", "--name", "mail", "--now", "2030-01-01T00:00:00")
    run("jobs", "run", "--now", "tomorrow", code=2)


@pytest.mark.usefixtures("order")
def test_reconciling_twice_changes_nothing(run):
    for _time in range(2):
        assert json.loads(run("reconcile", "--json"))["reconcile"]["changed"] == 0


@pytest.mark.usefixtures("order")
def test_the_ledger_check_tells_by_its_exit_code(run, db):
    assert "in order" in run("ledger", "check")

    db.scalars(select(StockLevel)).one().on_hand = 3
    db.commit()

    found = json.loads(run("ledger", "check", "--json", code=1))
    assert found["ok"] is False
    assert "ROLL-MINI-M: 3 lie on the shelf, the moves say 9." in run("ledger", "check", code=1)


def test_stock_is_shown_counted_and_moved(run, app, db):
    make_product(db, stock=10)
    db.commit()

    run("stock", "set", "ROLL-MINI-M", "8", "--note", "yearly count")
    run("stock", "move", "ROLL-MINI-M", "5")
    run("stock", "move", "--reason", "damaged", "--", "ROLL-MINI-M", "-1")

    [row] = json.loads(run("stock", "show", "--json"))
    assert row == {"sku": "ROLL-MINI-M", "on_hand": 12, "held": 0, "free": 12}
    assert "ROLL-MINI-M" in run("stock", "show", "--sku", "ROLL-MINI-M")
    assert "in order" in run("ledger", "check")
    too_many = app.test_cli_runner().invoke(
        group, ["stock", "move", "--", "ROLL-MINI-M", "-13"]
    )
    assert isinstance(too_many.exception, Invalid)
    unknown = app.test_cli_runner().invoke(group, ["stock", "set", "NOPE", "1"])
    assert isinstance(unknown.exception, NotFound)


def test_a_port_in_use_is_a_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(RefusedToStart, match=f"Port {port} is in use"):
            serve.refuse_taken("127.0.0.1", port, "PORT")


def test_missing_tables_are_a_sentence(tmp_path):
    with pytest.raises(RefusedToStart, match="migrate up"):
        serve.refuse_old_tables(Settings(storefront_data=tmp_path))


def test_migrated_tables_are_served(settings):
    serve.refuse_old_tables(settings)


def test_the_addresses_follow_the_settings():
    said = serve.addresses(Settings(port=9000, url_prefix="/store"))

    assert "http://127.0.0.1:9000/store/" in said
    assert "http://127.0.0.1:9001/till" in said


def test_the_till_is_never_made_with_another_key(tmp_path):
    settings = Settings(storefront_data=tmp_path, stripe_secret_key="sk_test_mine")

    with pytest.raises(RefusedToStart, match="sk_test_till_"):
        serve.make_till(settings).start()
