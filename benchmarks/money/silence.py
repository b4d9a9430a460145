"""Stripe is silent: what the buyer sees and when, and how quick the catalogue stays beside it."""

import statistics
import threading
import time
from collections.abc import Iterator
from typing import Any

import requests

from benchmarks.money.crowd import at_once, cart_with, press
from benchmarks.money.figure import Figure
from benchmarks.money.shop import Shop
from storefront.payments.lanes import REST_SECONDS

PATIENT_SECONDS = 10
WAITING = 20  # buyers who press while nothing answers
LOOKERS = 10
LOOKS = 40
ROWS = ("cart", "order", "payment_attempt", "stock_level", "stock_hold")
SLOWER_AT_MOST = 3.0  # ratio of the middle looks: two cores serve both crowds


def silent(shop: Shop) -> Iterator[Figure]:
    """Hold back every answer of Stripe, and look at the shop meanwhile."""
    cookies = [cart_with(shop, "MANY") for _ in range(WAITING)]
    calm = _looks(shop)
    shop.fault(slow=30)
    pressed: list[Any] = []
    crowd = threading.Thread(
        target=lambda: pressed.extend(at_once([lambda c=c: _timed(shop, c) for c in cookies]))
    )
    crowd.start()
    time.sleep(0.5)
    beside = _looks(shop)
    crowd.join()
    shop.fault(slow=0, reset=1)
    slowest = max(seconds for seconds, _status in pressed)
    statuses = sorted({status for _seconds, status in pressed})
    ratio = statistics.median(beside) / statistics.median(calm)
    tail = _slow(beside) / _slow(calm)
    yield Figure(
        f"Stripe silent, {WAITING} buyers press",
        f"every one has an answer within {slowest:.1f} s, statuses {statuses}",
        slowest <= PATIENT_SECONDS and statuses == [503],
    )
    yield Figure(
        "the catalogue meanwhile",
        f"{ratio:.2f} × the time of a calm shop, its slowest twentieth {tail:.2f} × "
        f"(middle {1000 * statistics.median(beside):.0f} ms beside {1000 * statistics.median(calm):.0f} ms)",
        max(ratio, tail) <= SLOWER_AT_MOST,
    )
    time.sleep(REST_SECONDS + 1)
    later = [press(shop, cookie).status for cookie in cookies]
    breaches = shop.breaches()
    yield Figure(
        f"pressing again {REST_SECONDS + 1:.0f} s after it speaks",
        f"{later.count(303)} of {WAITING} come to the pay page; {len(breaches)} breaches in the books",
        later.count(303) == WAITING and not breaches,
    )


def unlocked(shop: Shop) -> Iterator[Figure]:
    """Lock every row that a checkout writes while its call to Stripe hangs."""
    slow = cart_with(shop, "MANY")
    shop.fault(slow=30)
    hanging = threading.Thread(target=lambda: press(shop, slow))
    hanging.start()
    time.sleep(1)
    began = time.monotonic()
    refusal = shop.locked(ROWS)
    took, is_hanging = time.monotonic() - began, hanging.is_alive()
    shop.fault(slow=0, reset=1)
    hanging.join()
    yield Figure(
        "no lock is held during a call to Stripe",
        f"with a call hanging ({is_hanging}) carts, orders, attempts and shelves were locked by "
        f"somebody else in {1000 * took:.0f} ms ({refusal or 'not refused'})",
        is_hanging and not refusal,
    )


def _slow(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _timed(shop: Shop, cookie: str) -> tuple[float, int]:
    began = time.monotonic()
    status = press(shop, cookie).status
    return time.monotonic() - began, status


def _looks(shop: Shop) -> list[float]:
    """Time looks at product pages by people with carts of their own, several at once."""

    def one() -> list[float]:
        cookie, times = cart_with(shop, "MANY"), []
        for _ in range(LOOKS):
            began = time.perf_counter()
            requests.get(f"{shop.address}/shop/many", headers={"Cookie": cookie}, timeout=60)
            times.append(time.perf_counter() - began)
        return times

    return [seconds for times in at_once([one] * LOOKERS) for seconds in times]
