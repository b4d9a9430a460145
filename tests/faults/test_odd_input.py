"""Every address of the shop is sent what nobody should send: told what is wrong, and never broken."""

import pytest
from flask import got_request_exception
from werkzeug.routing import BuildError

from storefront import clock
from storefront.backoffice import desk
from storefront.staff.sessions import Staff
from tests.makers import postgres_url, proven

OURS = ("storefront_", "routines_")
READS_JSON = ("/api/", "/bounces/", "/webhook", "passkey")
STAFF_ONLY = ("/backoffice", "/studio")
FINE = {
    None,
    200,
    303,
    304,
    308,
    400,
    401,
    403,
    404,
    405,
    409,
    410,
    422,
    429,
    503,
}  # 503: no Stripe here
LONG = "9" * 40
NAMES = (
    "email", "next", "code", "plan", "lists", "topics", "what", "action", "do", "q", "page", "revision", "quantity", "day",
    "hour", "zone", "at", "asked", "reference", "component", "number", "tools", "start", "sku", "reason",
)  # fmt: skip
# What a column, a converter, a header or a parser trips over; PostgreSQL over more than SQLite.
TEXTS = (
    "", LONG, "-1", "NaN", "\x1f\u2028\ufffe", "²", "9999-12-31T23:59:59+23:59", "a\r\nBcc: eve@example.org",
    "=?utf-8?q?eve=40example.net=2c?=ana@example.org", "//evil.example", "../../etc/passwd", "K" * 300, "[" * 300,
)  # fmt: skip
BODIES = ("[]", "1", '{"video": ["a"]}', '{"video": {"a": 1}}', '{"lines": 1, "items": [1], "events": [[]]}', "[" * 9000, "\ufeff{}")  # fmt: skip


@pytest.fixture
def backend():
    return "postgresql" if postgres_url() else "sqlite"


def addresses(app, method):
    """Fill every rule of ours with what could be a name, and numbers with the largest."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if not rule.endpoint.startswith(OURS) or method not in rule.methods:
                continue
            for name, number in (("x", 1), (f"{LONG}\u00b2", 2**31 - 1)):
                filled = {
                    key: number if hasattr(rule._converters[key], "num_convert") else name
                    for key in rule.arguments
                }
                try:
                    yield rule.build(filled, append_unknown=False)[1]
                except (BuildError, ValueError, TypeError):
                    continue


@pytest.fixture
def broken(app):
    """Gather what was raised and answered by nobody."""
    found = []

    def note(sender, exception, **more):
        found.append(repr(exception))

    with got_request_exception.connected_to(note, app):
        yield found


def fields(turn):
    """Give each field a text, another one in each turn."""
    return {name: TEXTS[(turn + place) % len(TEXTS)] for place, name in enumerate(NAMES)}


def an_owner():
    return Staff(1, "owner@example.org", "owner", 1, "code", clock.now(), clock.now())


@pytest.fixture(params=["a customer", "an owner"])
def asks(request, client, monkeypatch):
    """Give who asks: a customer anywhere, or an owner where only the staff comes."""
    proven(client)
    is_staff = request.param == "an owner"
    if is_staff:
        monkeypatch.setattr(desk, "current", an_owner)
        monkeypatch.setattr(desk.entrance, "note_seen", lambda *_, **__: True)

    def ask(method, address, **more):
        if address.startswith(STAFF_ONLY) is not is_staff:
            return None
        with client.open(address, method=method, **more) as answer:
            return answer.status_code

    return ask


def test_forms_and_bodies_that_nobody_should_send_break_nothing(app, asks, broken):
    answers = set()
    for turn, address in enumerate(addresses(app, "POST")):
        answers.add(asks("POST", address, data=fields(turn)))
        all_of_them = any(mark in address for mark in READS_JSON)
        for body in BODIES if all_of_them else BODIES[turn % len(BODIES) :][:1]:
            answers.add(asks("POST", address, data=body, content_type="application/json"))

    assert broken == []
    assert answers <= FINE | {413, 415}
    assert {303, 404, 422} <= answers


def test_addresses_and_queries_that_nobody_should_ask_for_break_nothing(app, asks, broken):
    answers = set()
    for turn, address in enumerate(addresses(app, "GET")):
        for other in (turn, turn + len(TEXTS) // 2):
            answers.add(asks("GET", address, query_string=fields(other)))

    assert broken == []
    assert answers <= FINE
    assert {200, 404} <= answers
