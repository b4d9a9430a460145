"""Devices of proven addresses: a key in the cookie, its hash with us, and what it costs."""

import contextvars
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event, select

from storefront import clock, cookies, database, passes, web
from storefront.customers import sessions, tools
from storefront.customers.models import CustomerSession
from tests.makers import both, give_pass, passes_of, proven, waited

ANA, BOB = "ana@example.org", "bob@example.org"


def who(client):
    """Tell how the shop sees a device."""
    app = client.application
    headers = passes_of(client)

    def ask():
        with app.test_request_context(headers=headers):
            return web.visitor()

    found = contextvars.Context().run(ask)
    return found.email, found.email_scope, found.tools


def rows(db) -> list[CustomerSession]:
    db.rollback()
    return list(db.scalars(select(CustomerSession).order_by(CustomerSession.id)))


@both
def test_a_key_names_the_address_and_what_it_says_to_own(app, client, db):
    with database.transaction():
        tools.add(db, ANA, ["strap", "roller"])
    proven(client)

    assert who(client) == (ANA, "verified", {"roller", "strap"})


def test_the_key_itself_is_stored_nowhere(app, client, db):
    proven(client)

    key = app.extensions["storefront"].signer.read(
        cookies.PASS, client.get_cookie(cookies.PASS).value
    )["key"]

    assert key not in str([vars(row) for row in rows(db)])


@pytest.mark.parametrize("name", [cookies.PASS, cookies.OPENED])
@pytest.mark.parametrize(
    "value", [{"email": ANA, "scope": "verified"}, {"email": ANA}, {"at": "2026-01-01"}, {}]
)
def test_a_pass_without_a_key_or_a_moment_names_nobody(client, name, value):
    give_pass(client, name, value)

    assert who(client) == (None, "content", frozenset())


@pytest.mark.parametrize(("days", "is_known"), [(179, True), (181, False)])
def test_a_device_that_lies_idle_is_signed_out(client, days, is_known):
    proven(client)

    with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
        email, _, _ = who(client)

    assert (email == ANA) is is_known


def test_a_device_in_use_is_signed_out_at_its_age(app, client, db):
    proven(client)
    with database.transaction():
        rows(db)
        for row in db.scalars(select(CustomerSession)):
            row.last_seen_at = clock.now() + timedelta(days=364)

    with time_machine.travel(clock.now() + timedelta(days=366), tick=False):
        assert who(client)[0] is None


def test_an_ended_session_opens_nothing(client, db):
    proven(client)
    with database.transaction():
        sessions.end_all(db, ANA)

    assert who(client) == (None, "content", frozenset())


def test_nobody_ends_the_session_of_another(client, db):
    proven(client)
    [row] = rows(db)

    with database.transaction():
        assert not sessions.end(db, row.id, BOB)

    assert who(client)[0] == ANA


@pytest.fixture
def statements(app, db):
    told = []
    engine = db.get_bind()

    def note(_conn, _cursor, statement, *_rest):
        told.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield told
    event.remove(engine, "before_cursor_execute", note)


def about_sessions(told):
    return [each for each in told if "customer" in each]


def test_a_request_asks_once_and_writes_once_a_day(client, db, statements):
    proven(client)
    statements.clear()

    client.get("/orders/")
    first = about_sessions(statements)
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        statements.clear()
        client.get("/orders/")
        client.get("/orders/")
    later = about_sessions(statements)

    assert len(first) == 1
    assert first[0].startswith("SELECT")
    assert [each.split()[0] for each in later] == ["SELECT", "UPDATE", "SELECT"]


def test_a_stranger_costs_no_statement_about_sessions(client, statements):
    client.get("/newsletter")
    waited(client)
    statements.clear()
    client.get("/newsletter")

    assert about_sessions(statements) == []


def test_a_proof_gives_a_new_key_and_ends_the_old_one(app, client, db):
    proven(client)
    before = client.get_cookie(cookies.PASS).value
    thief = app.test_client()
    thief.set_cookie(cookies.PASS, before)

    with app.test_request_context(headers={"Cookie": f"{cookies.PASS}={before}"}):
        answer = web.go("/")
        passes.prove(answer, BOB, "link")

    assert who(thief)[0] is None
    assert [row.email for row in rows(db)] == [BOB]


def test_what_is_too_old_is_forgotten(app, client, db):
    proven(client)
    settings = app.extensions["storefront"].settings

    with database.transaction():
        assert sessions.forget(db, settings, clock.now()) == 0
        assert sessions.forget(db, settings, clock.now() + timedelta(days=200)) == 1


@both
def test_tools_of_an_address_are_a_union_and_can_be_replaced(db):
    with database.transaction():
        tools.add(db, ANA, ["strap", "roller"])
        tools.add(db, ANA, ["strap", "ball"])
        tools.add(db, BOB, ["stick"])
        assert tools.of(db, ANA) == {"ball", "roller", "strap"}

        tools.replace(db, ANA, ["ball"])

        assert tools.of(db, ANA) == {"ball"}
        tools.replace(db, ANA, [])
        assert (tools.of(db, ANA), tools.of(db, BOB)) == (frozenset(), {"stick"})
