"""A pretend shop, a checked client and ready-made requests for the till's tests."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import requests
import stripe

from tests.storefront.till import sdk_schema

SECRET = "whsec_pretend"
KEY = "sk_test_till_tests"
CARD = {
    "email": "ana@example.com",
    "card_number": "4242 4242 4242 4242",
    "expiry": "12/39",
    "cvc": "123",
    "name": "Ana Example",
    "action": "pay",
}


class Shop:
    """A webhook that checks and keeps what it is sent; `answers` are given one by one."""

    def __init__(self, port: int = 0):
        self.events, self.refused, self.answers = [], [], []
        self.hold_seconds = 0
        self.secret = SECRET
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = shop.take(body, self.headers["Stripe-Signature"])
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/payments/webhook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def take(self, body: bytes, signature: str) -> int:
        try:
            stripe.WebhookSignature.verify_header(body, signature, self.secret, 300)
        except stripe.SignatureVerificationError:
            self.refused.append(json.loads(body)["type"])
            return 400
        time.sleep(self.hold_seconds)
        self.events.append({**json.loads(body), "signature": signature})
        return self.answers.pop(0) if self.answers else 200

    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def wait_for(self, kind: str, times: int = 1, seconds: float = 6) -> dict:
        until = time.monotonic() + seconds
        while self.types().count(kind) < times:
            assert time.monotonic() < until, f"{kind} came not {times} times: {self.types()}"
            time.sleep(0.01)
        return next(event for event in self.events if event["type"] == kind)

    def close(self):
        if self.thread.is_alive():
            self.server.shutdown()
            self.thread.join()
            self.server.server_close()


class CheckedClient(stripe.RequestsClient):
    """The SDK's own HTTP client, which holds every answer against the SDK's own classes."""

    def __init__(self, **options):
        super().__init__(**options)
        self.visited = []

    def request(self, method, url, headers, post_data=None, *args, **kwargs):
        body, status, answered = super().request(
            method, url, headers, post_data, *args, **kwargs
        )
        self.visited.append((method.upper(), urlsplit(url).path))
        if status == 200:
            assert sdk_schema.problems(json.loads(body)) == []
        return body, status, answered


def client_of(till, *, key: str = KEY, retries: int = 2) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": till.base_address},
        max_network_retries=retries,
        http_client=CheckedClient(timeout=(3, 15)),
    )


def line(unit_amount: int = 1200, quantity: int = 2, **changes) -> dict:
    price = {
        "currency": "eur",
        "unit_amount": unit_amount,
        "product_data": {"name": "Mini roller", "metadata": {"sku": "ROLLER-M"}},
    }
    return {
        "quantity": quantity,
        "price_data": price,
        "metadata": {"sku": "ROLLER-M"},
        **changes,
    }


def shipping(amount: int = 390, name: str = "Parcel") -> dict:
    fixed = {"amount": amount, "currency": "eur"}
    return {
        "shipping_rate_data": {
            "display_name": name,
            "type": "fixed_amount",
            "fixed_amount": fixed,
        }
    }


def request_of(**changes) -> dict:
    whole = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "success_url": "http://127.0.0.1:1/thanks?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:1/cart",
        "client_reference_id": "attempt-1",
        "line_items": [line()],
        "metadata": {"order": "1001"},
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def press(address: str, **changes) -> requests.Response:
    """Send the pay page's form the way a browser without scripts does."""
    return requests.post(address, data={**CARD, **changes}, allow_redirects=False, timeout=15)


def post(till, path: str, data: str = "", *, key: str = KEY, **headers) -> requests.Response:
    """Send a raw form to the API."""
    sent = {"Authorization": f"Bearer {key}", **headers}
    sent["Content-Type"] = "application/x-www-form-urlencoded"
    return requests.post(till.base_address + path, data=data, headers=sent, timeout=15)


def get(till, path: str, *, key: str = KEY) -> requests.Response:
    headers = {"Authorization": f"Bearer {key}"}
    return requests.get(till.base_address + path, headers=headers, timeout=15)


BREAKDOWN = {
    "expand": ["total_details.breakdown", "line_items.data.taxes", "line_items.data.discounts"]
}


def opened(client, **changes):
    return client.v1.checkout.sessions.create(request_of(**changes))


def read(client, session, **params):
    return client.v1.checkout.sessions.retrieve(session.id, params)
