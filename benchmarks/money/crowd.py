"""Buyers, many at once: what each of them sends, and what they are answered."""

import re
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from benchmarks.money.shop import Shop

PATIENCE_SECONDS = 120
ADDRESS = {"line1": "Way 1", "city": "Berlin", "postal_code": "10115", "country": "DE"}
CARD = {"card_number": "4242424242424242", "expiry": "12/40", "cvc": "123", "name": "Ana"}


@dataclass(frozen=True)
class Answer:
    """What somebody was answered; status 0 means no answer at all."""

    status: int
    body: Mapping[str, Any]
    location: str = ""

    @property
    def code(self) -> str:
        """Give the code of a refusal."""
        return str(self.body.get("code", ""))


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run calls in threads that start together; give their answers in order.

    Raises:
        RuntimeError: one of them raised, or never came back.
    """
    start, answers = threading.Barrier(len(calls)), [None] * len(calls)
    lost = dict.fromkeys(range(len(calls)), "it never came back")

    def run(place: int, call: Callable[[], Any]) -> None:
        start.wait(60)
        try:
            answers[place] = call()
            del lost[place]
        except Exception as error:
            lost[place] = repr(error)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    if lost:
        message = f"{len(lost)} of {len(calls)} calls were lost: {next(iter(lost.values()))}"
        raise RuntimeError(message)
    return answers


def order(shop: Shop, items: Mapping[str, int], **more: Any) -> Answer:
    """Place an order by the API; every buyer has an address of their own."""
    wish = {
        "items": [{"sku": sku, "quantity": pieces} for sku, pieces in items.items()],
        "email": f"buyer.{uuid.uuid4().hex[:12]}@example.org", "name": "Ana Example",
        "address": ADDRESS, **more,
    }  # fmt: skip
    key = more.pop("key", None) or uuid.uuid4().hex
    wish.pop("key", None)
    try:
        answer = requests.post(
            f"{shop.address}/api/v1/checkout", json=wish, headers={"Idempotency-Key": key},
            timeout=PATIENCE_SECONDS,
        )  # fmt: skip
    except requests.RequestException as error:
        return Answer(0, {"error": str(error)})
    return Answer(answer.status_code, answer.json() | {"email": wish["email"]})


def pay(placed: Answer) -> requests.Response:
    """Fill in the pay page with a good card."""
    return requests.post(
        str(placed.body["pay_url"]), {"action": "pay", "email": placed.body["email"], **CARD},
        allow_redirects=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip


def look(shop: Shop, placed: Answer) -> dict[str, Any]:
    """Read an order by its key."""
    address = f"{shop.address}/api/v1/orders/{placed.body['order']}"
    found = requests.get(address, {"key": placed.body["key"]}, timeout=30)
    found.raise_for_status()
    return dict(found.json())


def cart_with(shop: Shop, sku: str) -> str:
    """Put one piece in a new cart by the form; give its cookie."""
    sent = {"sku": sku, "quantity": "1"}
    answer = requests.post(
        f"{shop.address}/cart/lines", sent, allow_redirects=False, timeout=30
    )
    return f"storefront_cart={answer.cookies['storefront_cart']}"


def press(shop: Shop, cookie: str) -> Answer:
    """Press the button of the checkout form, as a browser does."""
    headers = {"Cookie": cookie, "Origin": shop.address}
    form = requests.get(f"{shop.address}/checkout", headers=headers, timeout=30).text
    total = re.search(r'name="expected_total"[^>]*value="(\d+)"', form)
    sent = {
        "email": "ana@example.org", "name": "Ana Example", "line1": "Way 1", "city": "Berlin",
        "postal_code": "10115", "country": "DE", "shipping": "standard", "terms": "y",
        "expected_total": total.group(1) if total else "",
    }  # fmt: skip
    answer = requests.post(
        f"{shop.address}/checkout", sent, headers=headers, allow_redirects=False,
        timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    return Answer(answer.status_code, {}, answer.headers.get("Location", ""))


def counted(answers: Sequence[Answer]) -> dict[str, int]:
    """Count answers by what they said, such as `409 sold_out`."""
    return dict(Counter(f"{each.status} {each.code}".strip() for each in answers))
