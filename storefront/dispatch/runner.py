"""The runner: claims letters, has them written, and gives them to its connections, until it is stopped.

One thread claims and writes letters; each connection to the mail server has a thread of its own; the
scribe writes what they report. Whatever dies at whatever moment, the rows say who still waits.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.dispatch import claim as claims
from storefront.dispatch import marks, owners, pace, service
from storefront.dispatch.claim import Claimed
from storefront.dispatch.editions import Edition, Letter
from storefront.dispatch.lines import Line
from storefront.dispatch.marks import Result
from storefront.dispatch.outcomes import Outcome
from storefront.dispatch.porter import Parcel, Porter, State
from storefront.dispatch.scribe import Scribe
from storefront.errors import Invalid
from storefront.issues.edition import Reader
from storefront.issues.models import Issue
from storefront.settings import Settings

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.5
MOST, LEAST = 200, 10  # letters of one batch
BATCH_SECONDS = 60  # a batch that takes longer is made smaller, far below its lease
RECOVER_EVERY = timedelta(seconds=30)
UNWRITTEN = "The letter could not be written"
NOTHING = "The issue has nothing for this reader."


@dataclass(frozen=True)
class Bureau:
    """What the runner needs of the app around it."""

    settings: Settings
    context: Callable[[], AbstractContextManager[Any]]
    open_edition: Callable[[Session, int], Edition]
    open_line: Callable[[], Line]


class Runner:
    """Sends what is to be sent, with a number of connections, until it is stopped."""

    def __init__(
        self, bureau: Bureau, stopping: threading.Event, *, only: int | None = None
    ) -> None:
        self.owner = owners.take_name()
        self._bureau = bureau
        self._only = only
        self._limits = pace.Limits.of(bureau.settings)
        self._batch = MOST
        self._recovered_at = clock.now() - RECOVER_EVERY
        self._editions: dict[int, Edition] = {}
        self._state = State(stopping, bureau.settings.newsletter_error_ratio)
        self._parcels: queue.Queue[Parcel | None] = queue.Queue(MOST // 2)
        self._scribe = Scribe(self._write)
        self._porters = [
            Porter(bureau.open_line(), self._parcels, self._scribe, self._state)
            for _ in range(bureau.settings.newsletter_connections)
        ]

    def work(self, *, until_done: bool = False) -> None:
        """Send until stopped, or until nothing is being sent any more."""
        self._scribe.start()
        for porter in self._porters:
            porter.start()
        try:
            while not self._state.stopping.is_set():
                left, sent = self._survive()
                if until_done and not left:
                    break
                if not sent:
                    self._state.stopping.wait(IDLE_SECONDS)
        finally:
            self._end()

    def _end(self) -> None:
        """Let each connection finish its letter; the others are given back."""
        for _ in self._porters:
            self._parcels.put(None)
        for porter in self._porters:
            porter.join()
        self._scribe.close()
        self._learn()
        owners.give_up(self.owner)

    def _learn(self) -> None:
        """Write down what the last answers ask for, which came after the last round."""
        try:
            with self._bureau.context():
                self._mend()
        except SQLAlchemyError:
            log.exception("what the last answers ask for was not written down")

    def _survive(self) -> tuple[int, int]:
        try:
            with self._bureau.context():
                return self._round()
        except Exception:  # the runner outlives a database that is away and whatever a round meets: the rows say who waits
            log.exception("a round of sending failed and will be tried again")
            return 1, 0

    def _round(self) -> tuple[int, int]:
        """Send a batch of each issue; give how many issues are left, and how many letters went."""
        self._recover()
        with database.transaction() as db:
            found = [one for one in service.sending(db) if self._only in (None, one.id)]
            for issue in found:
                claims.wake(db, issue.id, clock.now())
            keys = [issue.id for issue in found]
        self._editions = {key: value for key, value in self._editions.items() if key in keys}
        sent = sum(self._send(key) for key in keys if not self._state.stopping.is_set())
        self._mend()
        done = sum(self._finish(key) for key in keys) if not sent else 0
        return len(keys) - done, sent

    def _send(self, issue_id: int) -> int:
        began = time.monotonic()
        claimed = self._claim(issue_id)
        if not claimed:
            return 0
        left = {one.reader_id: one for one in claimed}
        try:
            for letter in self._letters(issue_id, claimed):
                if not self._give(issue_id, left[letter.reader_id], letter):
                    break
                del left[letter.reader_id]
            else:
                self._skip(left.values())
                left = {}
        except (
            Exception
        ) as error:  # content, templates and plugins: whatever it is, the others go on
            log.exception("issue %s could not be written", issue_id)
            self._state.trouble[issue_id] = f"The letters could not be written: {error}"
        self._release(left.values())
        self._fit(time.monotonic() - began)
        return len(claimed) - len(left)

    def _claim(self, issue_id: int) -> Sequence[Claimed]:
        with database.transaction() as db:
            issue = db.get_one(Issue, issue_id)
            return claims.claim(
                db, issue, self.owner, clock.now(), most=self._batch, limits=self._limits,
                settings=self._bureau.settings,
            )  # fmt: skip

    def _letters(self, issue_id: int, claimed: Sequence[Claimed]) -> Iterator[Letter]:
        db = database.session()
        if issue_id not in self._editions:
            self._editions[issue_id] = self._bureau.open_edition(db, issue_id)
        readers = [
            Reader(one.reader_id, one.email, one.locale, one.message_id) for one in claimed
        ]
        return self._editions[issue_id].letters(db, readers)

    def _give(self, issue_id: int, claimed: Claimed, letter: Letter) -> bool:
        """Give a letter to the next connection that is free; tell whether sending goes on.

        One that cannot be put together has failed by itself.
        """
        if letter.problem:
            failed = Outcome("failed", None, f"{UNWRITTEN}: {letter.problem}.")
            self._scribe.end(Result.of(claimed, letter.variant, failed))
            return True
        parcel = Parcel(issue_id, claimed, letter.variant, letter.wire)
        while self._state.goes_on(issue_id):
            try:
                self._parcels.put(parcel, timeout=IDLE_SECONDS)
            except queue.Full:
                continue
            return True
        return False

    def _fit(self, seconds: float) -> None:
        """Make batches that are sent well within their lease."""
        if seconds > BATCH_SECONDS:
            self._batch = max(LEAST, self._batch // 2)
        elif seconds < BATCH_SECONDS / 4:
            self._batch = min(MOST, self._batch * 2)

    def _release(self, left: Iterable[Claimed]) -> None:
        with database.transaction() as db:
            claims.release(db, self.owner, [one.id for one in left])

    def _skip(self, left: Iterable[Claimed]) -> None:
        keys = [one.id for one in left]
        if keys:
            with database.transaction() as db:
                claims.skip(db, keys, NOTHING, clock.now())

    def _mend(self) -> None:
        """Do what the answers of the mail server ask for: rest for a while, or no longer, or stop an issue."""
        if well := self._state.take_well():
            with database.transaction() as db:
                pace.calm(db, {pace.ALL, *well} & set(pace.strikes(db)))
        if self._state.down:
            self._parcels.join()  # what waits is given back without a try
            with database.transaction() as db:
                pace.strike(db, pace.ALL, clock.now())
            log.warning("the mail server is away: %s", self._state.down)
            self._state.down = ""
        for issue_id, reason in self._state.take_trouble().items():
            self._pause(issue_id, reason)

    def _pause(self, issue_id: int, reason: str) -> None:
        try:
            with database.transaction() as db:
                service.pause(db, issue_id, reason)
                issue = db.get_one(Issue, issue_id)
                service.alert(db, issue, reason, self._bureau.settings, clock.now())
        except Invalid:
            log.info("issue %s had been stopped already", issue_id)

    def _finish(self, issue_id: int) -> bool:
        with database.transaction() as db:
            return service.finish(db, issue_id, clock.now())

    def _recover(self) -> None:
        now = clock.now()
        if now - self._recovered_at < RECOVER_EVERY:
            return
        self._recovered_at = now
        with database.transaction() as db:
            _, unknown = claims.recover(db, now, owners.is_dead)
            pace.count(db, unknown, now)

    def _write(self, begins: Sequence[int], results: Sequence[Result]) -> frozenset[int]:
        """Write the marks of all connections in one transaction."""
        with self._bureau.context(), database.transaction() as db:
            now = clock.now()
            marks.end(db, self.owner, results, now, self._limits)
            marks.tell_bounces(db, results, self._bureau.settings, now)
            return marks.begin(db, self.owner, begins, now)
