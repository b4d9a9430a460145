"""One purchase in this very process, and what mends it after the process was killed.

Both are run in children of the benchmark: `buy` in one that is killed somewhere on the way,
`mend` in one that does what a restarted shop does.
"""

import json
import os
import signal
import sys
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import requests
import stripe
from flask import Flask
from sqlalchemy import Engine, event, func, select

import storefront
from benchmarks.money.crowd import ADDRESS, CARD
from benchmarks.money.shop import BEARER, HERE
from storefront import clock, database, worker
from storefront.payments import ledger, reconcile
from storefront.payments.models import Payment
from storefront.settings import Settings

WRITES = ("INSERT", "UPDATE", "DELETE")
SOON, LATE = timedelta(minutes=5), timedelta(hours=3)


class Till:
    """The till's API and pay page, as Stripe and the buyer's browser use them."""

    def __init__(self, settings: Settings) -> None:
        self.address = f"http://{HERE}:{settings.till_port}"

    def read(self, path: str) -> Any:
        """Read from the API."""
        answer = requests.get(f"{self.address}{path}", headers=BEARER, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def pay(self, url: str, email: str) -> None:
        """Fill in the pay page with a good card."""
        sent = {"action": "pay", "email": email, **CARD}
        requests.post(url, sent, allow_redirects=False, timeout=30).raise_for_status()

    def received_minor(self) -> int:
        """Sum what buyers have paid here and not got back."""
        sessions = self._all("/v1/checkout/sessions")
        back = self._all("/v1/refunds")
        paid = sum(
            each["amount_total"] for each in sessions if each["payment_status"] == "paid"
        )
        return int(paid - sum(each["amount"] for each in back if each["status"] != "failed"))

    def events(self) -> list[dict[str, Any]]:
        """List the newest events."""
        return list(self.read("/v1/events?limit=100")["data"])

    def _all(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            page = self.read(f"{path}?limit=100{after}")
            found += page["data"]
            if not page["has_more"]:
                return found
            after = f"&starting_after={found[-1]['id']}"


def buy(armed: Callable[[Engine], None], told: Mapping[str, str] | None = None) -> None:
    """Order, pay, hear of it and write the letters; `armed` may kill this on the way.

    `told` are settings by their names in the environment; without it, the environment itself.
    """
    fields = Settings.model_fields
    settings = Settings(
        **{k.lower(): v for k, v in (told or {}).items() if k.lower() in fields}
    )
    app = storefront.create_app(settings)
    till = Till(settings)
    with app.app_context():
        armed(app.extensions["sqlalchemy"].engine)
    client = app.test_client()
    email = f"buyer.{uuid.uuid4().hex[:12]}@example.org"
    wish = {
        "items": [{"sku": "MANY", "quantity": 1}, {"sku": "PRESS", "quantity": 2}],
        "email": email, "name": "Ana Example", "address": ADDRESS,
    }  # fmt: skip
    placed = client.post(
        "/api/v1/checkout", json=wish, headers={"Idempotency-Key": uuid.uuid4().hex}
    ).get_json()
    if "pay_url" not in placed:
        message = f"the order was refused: {placed}"
        raise RuntimeError(message)
    till.pay(placed["pay_url"], email)
    session = placed["pay_url"].rpartition("/")[2]
    deliver(app, [each for each in till.events() if each["data"]["object"]["id"] == session])
    with app.app_context():
        worker.run("mail")


def mend() -> dict[str, Any]:
    """Do what a restarted shop does: news come again, the sweep looks, letters go out."""
    settings = Settings()
    app = storefront.create_app(settings)
    till = Till(settings)
    deliver(app, till.events()[:20])
    shop = app.extensions["storefront"]
    changes = []
    with app.app_context():
        for later in (SOON, LATE, LATE):
            report = reconcile.reconcile(shop.gateway, settings, clock.now() + later)
            worker.run("mail")
            changes.append(asdict(report)["changed"])
        db = database.session()
        booked = db.scalar(select(func.coalesce(func.sum(Payment.amount_minor), 0)))
        return {
            "problems": ledger.problems(db), "booked_minor": booked,
            "received_minor": till.received_minor(), "changed_by_the_last_run": changes[-1],
        }  # fmt: skip


def deliver(app: Flask, events: list[dict[str, Any]]) -> None:
    """Post events to the shop, oldest first, signed as Stripe does."""
    [secret, *_] = app.extensions["storefront"].settings.stripe_webhook_secrets
    for each in reversed(events):
        body = json.dumps(each)
        moment = int(clock.now().timestamp())
        header = stripe.WebhookSignature.generate_signature_header(body, secret, moment)
        app.test_client().post(
            "/payments/webhook", data=body, headers={"Stripe-Signature": header}
        )


class Killer:
    """Kill this process at its so-manieth write or commit, before or after it."""

    def __init__(self, at: int, *, after: bool) -> None:
        self._at, self._after, self._count = at, after, 0

    def arm(self, engine: Engine) -> None:
        """Listen to every write and commit of an engine."""
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._behind)
        event.listen(engine, "commit", lambda _connection: self._strike(is_before=True))
        original = engine.dialect.do_commit

        def committed(connection: Any) -> None:
            original(connection)
            self._strike(is_before=False)

        engine.dialect.do_commit = committed  # type: ignore[method-assign]

    def _before(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            self._strike(is_before=True)

    def _behind(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            self._strike(is_before=False)

    def _strike(self, *, is_before: bool) -> None:
        self._count += is_before
        if self._count == self._at and is_before is not self._after:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":  # so that strace can kill it at a write of the file itself
    if sys.argv[1:] == ["mend"]:
        print(json.dumps(mend()))
    else:
        buy(lambda _engine: None)
