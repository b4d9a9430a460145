"""News from Stripe: the same a hundred times, in every order, and not at all."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any

import requests
import stripe

from benchmarks.money.crowd import Answer, at_once, look, order, pay
from benchmarks.money.figure import Figure
from benchmarks.money.shop import BEARER, WEBHOOK_SECRET, Shop, wait_for

COPIES = 100
LOST = 100
FOUR = (
    "checkout.session.completed",
    "charge.succeeded",
    "payment_intent.succeeded",
    "charge.refunded",
)
REFUNDED_MINOR = 500
ALL_LOST = {"drop": 100_000, "events": "*"}
NONE_LOST = {"reset": 1}


def same_news(shop: Shop) -> Iterator[Figure]:
    """Deliver one event 100 times at once."""
    shop.fault(**ALL_LOST)
    placed = order(shop, {"MANY": 1})
    pay(placed)
    shop.fault(**NONE_LOST)
    [event] = _events(shop, placed, FOUR[:1])
    answers = at_once([lambda: deliver(shop, event) for _ in range(COPIES)])
    facts = shop.facts("orders", "show", str(placed.body["order"]))
    letters = wait_for(lambda: shop.letters(str(placed.body["email"])))
    time.sleep(2)  # a second letter would come now
    letters = shop.letters(str(placed.body["email"]))
    right = [len(facts["fulfilments"]), len(facts["payments"]), len(letters)] == [1, 1, 1]
    yield Figure(
        f"the same event {COPIES} times in parallel",
        f"{dict(Counter(answers))}, {len(facts['fulfilments'])} fulfilment, "
        f"{len(facts['payments'])} payment, {len(letters)} letter",
        right and all(200 <= status < 300 for status in answers),
    )


def every_order(shop: Shop) -> Iterator[Figure]:
    """Deliver the four events of a sale with a part refund in all 24 orders.

    News of a refund that comes before those of its payment is put off, as the sweep's are.
    """
    sold = []
    orders = list(permutations(range(len(FOUR))))
    for turn in orders:
        shop.fault(**ALL_LOST)
        placed = order(shop, {"MANY": 1})
        pay(placed)
        _refund_at_stripe(shop, placed)
        shop.fault(**NONE_LOST)
        events = _events(shop, placed, FOUR)
        for place in turn:
            deliver(shop, events[place])
        sold.append(placed)
    shop.facts("reconcile", "--now", _later())
    ends = Counter(_end(shop, placed) for placed in sold)
    yield Figure(
        f"all {len(orders)} orders of {len(FOUR)} events",
        f"{len(ends)} final state: {dict(ends)}",
        len(ends) == 1 and f'"refunded_minor": {REFUNDED_MINOR}' in next(iter(ends)),
    )


def no_news(shop: Shop) -> Iterator[Figure]:
    """Lose every event of 100 paid orders; reconcile once, and once more."""
    shop.fault(**ALL_LOST)
    placed = [order(shop, {"MANY": 1}) for _ in range(LOST)]
    for each in placed:
        pay(each)
    before = Counter(look(shop, each)["state"] for each in placed)
    later = _later()
    first = shop.facts("reconcile", "--now", later)["reconcile"]
    after = Counter(look(shop, each)["state"] for each in placed)
    second = shop.facts("reconcile", "--now", later)["reconcile"]
    shop.fault(**NONE_LOST)
    breaches = shop.breaches()
    yield Figure(
        f"{LOST} lost webhooks",
        f"before {dict(before)}, after {dict(after)}; first run {first}, second run {second}; "
        f"{len(breaches)} breaches in the books",
        after == {"paid": LOST} and second["changed"] == 0 and not breaches,
    )


def deliver(shop: Shop, event: dict[str, Any]) -> int:
    """Send an event as Stripe does, freshly signed; give the status."""
    body = json.dumps(event)
    header = stripe.WebhookSignature.generate_signature_header(
        body, WEBHOOK_SECRET, int(time.time())
    )
    return requests.post(
        f"{shop.address}/payments/webhook", body.encode(), timeout=60,
        headers={"Stripe-Signature": header, "Content-Type": "application/json"},
    ).status_code  # fmt: skip


def _events(shop: Shop, placed: Answer, types: Sequence[str]) -> list[dict[str, Any]]:
    """Find the newest event of each type about an order, in the order of the types."""
    session, intent = _session_and_intent(shop, placed)
    found = shop.stripe("/v1/events", limit=100)["data"]
    about = [event for event in found if {session, intent} & _names(event["data"]["object"])]
    return [next(event for event in about if event["type"] == kind) for kind in types]


def _names(thing: dict[str, Any]) -> set[str]:
    return {str(thing.get(name)) for name in ("id", "payment_intent")}


def _session_and_intent(shop: Shop, placed: Answer) -> tuple[str, str]:
    session = str(placed.body["pay_url"]).rpartition("/")[2]
    return session, str(shop.stripe(f"/v1/checkout/sessions/{session}")["payment_intent"])


def _refund_at_stripe(shop: Shop, placed: Answer) -> None:
    """Refund a part in the dashboard, so that only Stripe's news tell the shop."""
    _session, intent = _session_and_intent(shop, placed)
    sent = {"payment_intent": intent, "amount": REFUNDED_MINOR}
    answer = requests.post(f"{shop.till}/v1/refunds", sent, headers=BEARER, timeout=30)
    answer.raise_for_status()


def _end(shop: Shop, placed: Answer) -> str:
    facts = look(shop, placed)
    kept = ("state", "paid_minor", "refunded_minor")
    shown = {name: facts[name] for name in kept} | {"fulfilments": len(facts["fulfilments"])}
    return json.dumps(shown)


def _later() -> str:
    """Write a moment in five minutes, when the sweep looks at what is young now."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + 300))
