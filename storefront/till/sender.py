"""Send recorded events to the shop's webhook, again and again until it takes them."""

import http.client
import json
import logging
import threading
import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import func, select, update

from storefront.till.desk import Desk
from storefront.till.ledger import Ledger
from storefront.till.tables import deliveries, objects

GAPS_SECONDS = (1, 2, 5, 15, 60, 300, 1800, 7200)  # between one try and the next
TIMEOUT_SECONDS = 10
POLL_SECONDS = 0.2
OLD_SECONDS = 600  # twice what receivers tolerate
AHEAD_SECONDS = 240  # less than they tolerate, however far the till's time was moved on

log = logging.getLogger(__name__)


class Due(NamedTuple):
    """Hold a delivery whose time has come."""

    id: int
    event: str
    type: str
    tries: int
    endpoint: str | None
    body: dict[str, Any]


class Sender:
    """Work off the outbox in one background thread, in the order events were recorded."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="till-sender", daemon=True)

    def start(self) -> None:
        """Begin sending."""
        self._thread.start()

    def stop(self) -> None:
        """End once `desk.closing` is set; do not wait long for a shop that does not answer."""
        self.wake()
        self._thread.join(timeout=2)

    def wake(self) -> None:
        """Say that something may have changed."""
        with self._news:
            self._news.notify_all()

    def wait_for_answer(self, event_id: str, seconds: float) -> None:
        """Hold on until the webhook has answered this event once, or time is up."""
        until = time.monotonic() + seconds
        while not self._desk.closing.is_set() and time.monotonic() < until:
            if self._tried(event_id):
                return
            with self._news:
                self._news.wait(POLL_SECONDS / 4)

    def _tried(self, event_id: str) -> bool:
        """Tell whether the buyer need not wait: tried, dropped, or put off for long."""
        with self._desk.store.transaction() as ledger:
            wanted = select(deliveries).where(deliveries.c.event == event_id)
            rows = ledger.connection.execute(wanted).all()
        return all(row.state != "waiting" or row.tries or row.answer for row in rows)

    def _work(self) -> None:
        while not self._desk.closing.is_set():
            try:
                busy = self._step()
            except Exception:
                log.exception("The till's sender stumbled and carries on.")
                busy = False
            with self._news:
                if not busy and not self._desk.closing.is_set():
                    self._news.wait(POLL_SECONDS)

    def _step(self) -> bool:
        with self._desk.turn() as turn:
            due = next_due(turn.ledger, self._desk.clock.moment())
            if due and self._desk.faults.take("shuffle", kind=due.type):
                due = next_due(turn.ledger, self._desk.clock.moment(), at_random=True)
        if due is None:
            return False
        self._handle(due)
        self.wake()
        return True

    def _handle(self, due: Due) -> None:
        faults = self._desk.faults
        first = due.tries == 0
        if first and faults.take("drop", kind=due.type):
            return self._write(due, state="dropped", answer="dropped by a fault switch")
        put_off = faults.seconds("delay", kind=due.type)
        if first and put_off and not self._put_off_before(due):
            due_at = self._desk.clock.moment() + put_off
            return self._write(due, due_at=due_at, answer=f"put off {put_off:g} s by a switch")
        status = self.post(due)
        if first and faults.take("duplicate", kind=due.type):
            status = self.post(due)
        return self._write(due, **after_try(due, status, self._desk.clock.moment()))

    def _put_off_before(self, due: Due) -> bool:
        with self._desk.store.transaction() as ledger:
            wanted = select(deliveries.c.answer).where(deliveries.c.id == due.id)
            return bool(ledger.connection.execute(wanted).scalar())

    def post(self, due: Due) -> str:
        """Send one event, freshly signed, and say what came back."""
        payload = json.dumps(due.body, separators=(",", ":"))
        faults = self._desk.faults
        moment = min(self._desk.clock.now(), int(time.time()) + AHEAD_SECONDS)
        url, secret = self._address(due)
        if faults.take("mis_sign", kind=due.type):
            secret = f"{secret}wrong"
        if faults.take("old_stamp", kind=due.type):
            moment -= OLD_SECONDS
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(payload, secret, moment),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks) test till",
        }
        try:
            return str(post(url, payload, headers))
        except (OSError, http.client.HTTPException) as error:
            return f"{type(error).__name__}: {error}"

    def _address(self, due: Due) -> tuple[str, str]:
        """Find where a delivery goes and what it is signed with."""
        settings = self._desk.settings
        if due.endpoint is None:
            return settings.webhook_url, settings.webhook_secret
        with self._desk.store.transaction() as ledger:
            endpoint = ledger.find(due.endpoint)
            secret = ledger.notes(due.endpoint).get("secret", "")
        return (endpoint or {}).get("url", "http://127.0.0.1:1/"), secret

    def _write(self, due: Due, **values: object) -> None:
        with self._desk.store.transaction() as ledger:
            write(ledger, due, values)


def next_due(ledger: Ledger, moment: float, *, at_random: bool = False) -> Due | None:
    """Find the oldest delivery whose time has come, or any of them."""
    order = [func.random()] if at_random else [deliveries.c.due_at, deliveries.c.id]
    wanted = (
        select(
            *(deliveries.c[name] for name in ("id", "event", "type", "tries", "endpoint")),
            objects.c.body,
        )
        .join(objects, objects.c.id == deliveries.c.event)
        .where(deliveries.c.state == "waiting", deliveries.c.due_at <= moment)
        .order_by(*order)
        .limit(1)
    )
    row = ledger.connection.execute(wanted).one_or_none()
    return None if row is None else Due._make(row)


def after_try(due: Due, answer: str, moment: float) -> dict[str, object]:
    """Decide what becomes of a delivery after a try."""
    tries = due.tries + 1
    facts: dict[str, object] = {"tries": tries, "answer": answer}
    if answer.isdecimal() and 200 <= int(answer) < 300:
        return {**facts, "state": "delivered"}
    if tries > len(GAPS_SECONDS):
        return {**facts, "state": "failed"}
    return {**facts, "due_at": moment + GAPS_SECONDS[tries - 1]}


def write(ledger: Ledger, due: Due, values: dict[str, object]) -> None:
    """Keep the new state of a delivery and count what the event still waits for."""
    here = deliveries.c.id == due.id
    ledger.connection.execute(update(deliveries).where(here).values(**values))
    if "state" in values:
        open_ = (deliveries.c.event == due.event, deliveries.c.state == "waiting")
        wanted = select(func.count()).select_from(deliveries).where(*open_)
        left = ledger.connection.execute(wanted).scalar_one()
        ledger.change(ledger.get(due.event, "event"), pending_webhooks=left)


def signature(payload: str, secret: str, moment: int) -> str:
    """Sign a payload the way Stripe does."""
    import stripe

    sign = stripe.WebhookSignature.generate_signature_header
    return str(sign(payload, secret, moment))


def post(url: str, payload: str, headers: dict[str, str]) -> int:
    """Post without following redirects and without any proxy; answer the status."""
    parts = urlsplit(url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    line = kinds[parts.scheme](parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        line.request("POST", target or "/", payload.encode(), headers)
        answer = line.getresponse()
        answer.read()
        return int(answer.status)
    finally:
        line.close()
