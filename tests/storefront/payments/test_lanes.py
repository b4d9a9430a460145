"""Lanes to Stripe: few may wait at once, a silent Stripe is left in peace, one answer opens all."""

import contextlib
import threading
import time

import pytest

from storefront.payments import lanes
from storefront.payments.gateway import GatewayRefused, GatewayUnavailable, KeySpent
from storefront.payments.lanes import FAILURES, REST_SECONDS, Lanes


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def two(watch):
    return Lanes(2, watch)


def fail(ways, error=GatewayUnavailable):
    with pytest.raises(error), ways.one():
        raise error


def is_open(ways):
    try:
        with ways.one():
            return True
    except GatewayUnavailable:
        return False


def test_more_than_the_lanes_are_told_to_try_again(two, monkeypatch):
    monkeypatch.setattr(lanes, "PATIENCE_SECONDS", 0.01)

    with two.one(), two.one(), pytest.raises(GatewayUnavailable), two.one():
        pass

    assert is_open(two)


def test_somebody_who_waits_gets_the_lane_that_becomes_free(two):
    inside, done = threading.Event(), threading.Event()

    def hold():
        with two.one():
            inside.set()
            done.wait(5)

    threads = [threading.Thread(target=hold) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(5)
    threading.Timer(0.05, done.set).start()

    assert is_open(two)
    for thread in threads:
        thread.join(5)


def test_nobody_waits_once_a_call_was_not_answered(two):
    fail(two)

    with two.one(), two.one():
        began = time.monotonic()
        assert not is_open(two)

    assert time.monotonic() - began < lanes.PATIENCE_SECONDS / 2


def test_who_waited_for_a_call_that_failed_does_not_call(two):
    inside, done = threading.Event(), threading.Event()

    def hold():
        with contextlib.suppress(GatewayUnavailable), two.one():
            inside.set()
            done.wait(5)
            raise GatewayUnavailable

    threads = [threading.Thread(target=hold) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(5)
    threading.Timer(0.05, done.set).start()

    assert not is_open(two)
    for thread in threads:
        thread.join(5)


def test_after_failures_in_a_row_nobody_calls_until_the_rest_is_over(two, watch):
    for _ in range(FAILURES):
        fail(two)

    assert not is_open(two)
    watch.now += REST_SECONDS
    assert is_open(two)
    assert is_open(two)


def test_after_the_rest_one_tries_and_the_others_rest_on(two, watch):
    for _ in range(FAILURES):
        fail(two)
    watch.now += REST_SECONDS

    with two.one():
        assert not is_open(two)

    assert is_open(two)


def test_a_try_that_fails_begins_another_rest(two, watch):
    for _ in range(FAILURES):
        fail(two)
    watch.now += REST_SECONDS
    fail(two)
    watch.now += REST_SECONDS - 1

    assert not is_open(two)


@pytest.mark.parametrize("answer", [GatewayRefused, KeySpent, ValueError])
def test_an_answer_that_is_no_silence_counts_as_an_answer(two, answer):
    for _ in range(FAILURES - 1):
        fail(two)
    fail(two, answer)
    for _ in range(FAILURES - 1):
        fail(two)

    assert is_open(two)
