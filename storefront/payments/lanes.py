"""A few lanes to Stripe, so that its silence never keeps every thread from serving the shop."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from storefront.payments.gateway import GatewayUnavailable, KeySpent

PATIENCE_SECONDS = 4.0  # how long somebody waits for a lane while calls are answered
FAILURES = 3  # in a row, and the calls rest
REST_SECONDS = 5.0  # then one call tries


class Lanes:
    """Let so many threads of this process call at once; the others wait their turn.

    After a call that was not answered nobody waits: who finds no lane is told at once to try
    again. When several in a row were not answered, all rest for some seconds; then a single
    call tries, and the first answer opens every lane again.
    """

    def __init__(self, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._lanes = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0
        self._now = now

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a lane during a call.

        Raises:
            GatewayUnavailable: none is free, or the calls rest.
        """
        self._refuse_at_rest()
        if not self._take():
            message = "too many wait for an answer already"
            raise GatewayUnavailable(message)
        try:
            yield
        except KeySpent:  # it was answered, although not well
            self._count(answered=True)
            raise
        except GatewayUnavailable:
            self._count(answered=False)
            raise
        except Exception:
            self._count(answered=True)
            raise
        else:
            self._count(answered=True)
        finally:
            self._lanes.release()

    def _take(self) -> bool:
        """Take a lane, waiting only while the calls are answered."""
        if self._lanes.acquire(blocking=False):
            return True
        if self._failures or not self._lanes.acquire(timeout=PATIENCE_SECONDS):
            return False
        if self._failures:  # what was waited for was not answered
            self._lanes.release()
            return False
        return True

    def _refuse_at_rest(self) -> None:
        with self._lock:
            if self._failures < FAILURES:
                return
            if self._now() < self._rests_until:
                message = "the last calls were not answered"
                raise GatewayUnavailable(message)
            self._rests_until = self._now() + REST_SECONDS  # this one tries, the others rest on

    def _count(self, *, answered: bool) -> None:
        with self._lock:
            self._failures = 0 if answered else self._failures + 1
            if self._failures >= FAILURES:
                self._rests_until = self._now() + REST_SECONDS
