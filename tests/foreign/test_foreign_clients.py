"""The till speaks with clients that nobody here has written."""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.storefront.till.till_makers import press, request_of

HERE = Path(__file__).parent


def test_the_lock_names_hashes_and_no_addresses():
    text = (HERE / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]

    assert "://" not in text
    assert "resolved" not in text
    assert len(packages) == 3
    for name, facts in packages.items():
        assert name == "" or facts["integrity"].startswith("sha512-")


def paid_session(node) -> dict:
    session = node("checkout.sessions.create", request_of())
    assert press(session["url"]).status_code == 303
    return node("checkout.sessions.retrieve", session["id"], {"expand": ["payment_intent"]})


def test_node_opens_reads_and_expires_a_session(node):
    session = node("checkout.sessions.create", request_of(), {"idempotencyKey": "node-1"})
    again = node("checkout.sessions.create", request_of(), {"idempotencyKey": "node-1"})

    assert again["id"] == session["id"]
    assert node("checkout.sessions.retrieve", session["id"])["status"] == "open"
    assert node("checkout.sessions.expire", session["id"])["status"] == "expired"
    refused = node.ask("checkout.sessions.expire", session["id"])["error"]
    assert (refused["type"], refused["statusCode"]) == ("StripeInvalidRequestError", 400)


def test_node_refunds_what_was_paid(node):
    session = paid_session(node)
    intent = session["payment_intent"]
    assert (session["payment_status"], intent["status"]) == ("paid", "succeeded")

    refund = node("refunds.create", {"payment_intent": intent["id"], "amount": 1000})

    assert (refund["amount"], refund["status"]) == (1000, "succeeded")
    too_much = node.ask("refunds.create", {"payment_intent": intent["id"], "amount": 5000})
    assert "greater than unrefunded amount" in too_much["error"]["message"]
    listed = node("refunds.list", {"payment_intent": intent["id"]})
    assert [one["id"] for one in listed["data"]] == [refund["id"]]


def test_node_lists_events_and_pages_through_them(node):
    paid_session(node)

    found = node("events.list", {"types": ["checkout.session.completed"], "limit": 1})

    assert found["data"][0]["type"] == "checkout.session.completed"
    assert node("events.retrieve", found["data"][0]["id"])["livemode"] is False


def test_node_begins_a_subscription_and_ends_it(node):
    price = node(
        "prices.create",
        {
            "currency": "eur",
            "unit_amount": 900,
            "recurring": {"interval": "month"},
            "product_data": {"name": "Course"},
        },
    )
    asked = request_of(mode="subscription", line_items=[{"price": price["id"], "quantity": 1}])
    session = node("checkout.sessions.create", asked)
    assert press(session["url"]).status_code == 303

    sub = node("checkout.sessions.retrieve", session["id"])["subscription"]
    assert node("subscriptions.retrieve", sub)["status"] == "active"
    assert node("subscriptions.cancel", sub)["status"] == "canceled"


class Catcher:
    """Keep one delivery as it came: bytes and header."""

    def __init__(self):
        self.caught = caught = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                caught.append((body.decode(), self.headers["Stripe-Signature"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def wait(self) -> tuple[str, str]:
        until = time.monotonic() + 6
        while not self.caught:
            assert time.monotonic() < until, "nothing was delivered"
            time.sleep(0.01)
        return self.caught[0]

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def catcher():
    made = Catcher()
    yield made
    made.close()


def test_node_takes_a_delivered_event_and_refuses_a_changed_one(node, catcher):
    asked = {"url": catcher.address, "enabled_events": ["checkout.session.expired"]}
    endpoint = node("webhookEndpoints.create", asked)
    node("checkout.sessions.expire", node("checkout.sessions.create", request_of())["id"])
    body, signature = catcher.wait()
    node("webhookEndpoints.del", endpoint["id"])

    event = node("webhooks.constructEvent", body, signature, endpoint["secret"])

    assert event["type"] == "checkout.session.expired"
    changed = re.sub("expired", "complete", body, count=1)
    refused = node.ask("webhooks.constructEvent", changed, signature, endpoint["secret"])
    assert refused["error"]["type"] == "StripeSignatureVerificationError"


def test_the_cli_makes_reads_lists_and_deletes(cli):
    made = cli("post", "/v1/coupons", "-d", "percent_off=10", "-d", "duration=once")

    assert cli("get", f"/v1/coupons/{made['id']}")["percent_off"] == 10
    listed = cli("coupons", "list", "--limit=1")
    assert [one["id"] for one in listed["data"]] == [made["id"]]
    assert cli("delete", f"/v1/coupons/{made['id']}", "--confirm")["deleted"] is True
    assert cli("get", f"/v1/coupons/{made['id']}")["error"]["code"] == "resource_missing"


def test_the_cli_opens_a_session_and_refunds_its_payment(cli):
    session = cli(
        "checkout", "sessions", "create",
        "--mode=payment", "--success-url=http://127.0.0.1:1/thanks",
        "-d", "line_items[0][quantity]=2",
        "-d", "line_items[0][price_data][currency]=eur",
        "-d", "line_items[0][price_data][unit_amount]=1200",
        "-d", "line_items[0][price_data][product_data][name]=Roller",
    )  # fmt: skip
    assert press(session["url"]).status_code == 303

    paid = cli("get", f"/v1/checkout/sessions/{session['id']}", "--expand=payment_intent")
    refund = cli("refunds", "create", f"--payment-intent={paid['payment_intent']['id']}")

    assert (paid["amount_total"], refund["amount"], refund["status"]) == (
        2400,
        2400,
        "succeeded",
    )
    kinds = [event["type"] for event in cli("events", "list", "--limit=2")["data"]]
    assert "charge.refunded" in kinds


def test_the_cli_keeps_customers(cli):
    made = cli("customers", "create", "--email=ana@example.com", "--name=Ana")

    changed = cli("customers", "update", made["id"], "--name=Ana B.")

    assert (changed["email"], changed["name"]) == ("ana@example.com", "Ana B.")
    assert cli("delete", f"/v1/customers/{made['id']}", "--confirm")["deleted"] is True
