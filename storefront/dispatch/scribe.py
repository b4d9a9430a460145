"""The scribe: writes the marks of all connections, as many as wait in one transaction.

A connection waits for its "begins" to be committed before it hands its letter over, and gives its result
away without waiting. Marks are written in the order in which they came, so each connection has one letter
at most between "begins" and its result, whenever the process dies.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from storefront.dispatch.marks import Result

log = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0
GIVE_UP_AFTER = 10  # tries to write, once we are to stop

Write = Callable[[Sequence[int], Sequence[Result]], frozenset[int]]


@dataclass(frozen=True)
class Begin:
    """A connection asks to begin with a letter."""

    id: int
    answer: "Future[bool]"


class Scribe:
    """A thread that writes marks until it is closed."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._marks: queue.SimpleQueue[Begin | Result | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self.work, name="newsletter-scribe", daemon=True)

    def start(self) -> None:
        """Write in the background."""
        self._thread.start()

    def close(self) -> None:
        """Write what is there, and end."""
        self._closing.set()
        self._marks.put(None)
        self._thread.join()

    def begin(self, delivery_id: int) -> bool:
        """Wait until a letter is marked as begun; tell whether it may go."""
        answer: Future[bool] = Future()
        self._marks.put(Begin(delivery_id, answer))
        return answer.result()

    def end(self, result: Result) -> None:
        """Give a result away to be written."""
        self._marks.put(result)

    def work(self) -> None:
        """Write marks until closed."""
        is_open = True
        while is_open:
            marks = [self._marks.get(), *self._waiting()]
            is_open = None not in marks
            self._write_all([one for one in marks if one is not None])

    def _waiting(self) -> list[Begin | Result | None]:
        found: list[Begin | Result | None] = []
        while True:
            try:
                found.append(self._marks.get_nowait())
            except queue.Empty:
                return found

    def _write_all(self, marks: Sequence[Begin | Result]) -> None:
        begins = [one for one in marks if isinstance(one, Begin)]
        results = [one for one in marks if isinstance(one, Result)]
        granted = self._persist([one.id for one in begins], results) if marks else frozenset()
        for one in begins:
            one.answer.set_result(one.id in granted)

    def _persist(self, begins: Sequence[int], results: Sequence[Result]) -> frozenset[int]:
        """Write, however long the database is away; what cannot be written stays unknown."""
        tries = 0
        while True:
            try:
                return self._write(begins, results)
            except Exception as error:  # a result that is lost here is one more unknown letter
                log.exception("the marks of %s letters could not be written", len(results))
                is_away = isinstance(error, DBAPIError)
            tries += 1
            is_closing = self._closing.wait(AGAIN_SECONDS)
            if tries >= GIVE_UP_AFTER and (is_closing or not is_away):
                return frozenset()
