"""A porter: one connection to the mail server, which carries one letter after the other."""

import logging
import queue
import threading
from dataclasses import dataclass

from storefront.dispatch import outcomes
from storefront.dispatch.claim import Claimed
from storefront.dispatch.lines import Line, LineDown
from storefront.dispatch.marks import Result
from storefront.dispatch.outcomes import NOT_TRIED, Outcome
from storefront.dispatch.ratio import Ratio
from storefront.dispatch.scribe import Scribe

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parcel:
    """A letter that is ready to go."""

    issue_id: int
    claimed: Claimed
    variant: str
    letter: bytes


class State:
    """What porters tell the runner: that the mail server is away, or what is wrong with an issue."""

    def __init__(self, stopping: threading.Event, most_refused: float) -> None:
        self.stopping = stopping
        self.down = ""
        self.trouble: dict[int, str] = {}
        self._most_refused = most_refused
        self._ratios: dict[int, Ratio] = {}
        self._well: set[str] = set()
        self._lock = threading.Lock()

    def goes_on(self, issue_id: int) -> bool:
        """Tell whether letters of an issue may still go."""
        return not (self.stopping.is_set() or self.down or issue_id in self.trouble)

    def note(self, issue_id: int, domain: str, outcome: Outcome) -> None:
        """Count an answer; too many refusals are trouble."""
        with self._lock:
            if outcome.state == "accepted":
                self._well.add(domain)
            ratio = self._ratios.setdefault(issue_id, Ratio(self._most_refused))
            ratio.add(outcome.state)
            problem = ratio.problem()
            if problem:
                self.trouble[issue_id] = f"{problem} The last one: {outcome.reason}"

    def take_well(self) -> set[str]:
        """Give the domains that took letters since this was asked last."""
        with self._lock:
            found, self._well = self._well, set()
        return found

    def take_trouble(self) -> dict[int, str]:
        """Give what is wrong, and begin to count anew."""
        with self._lock:
            found, self.trouble = self.trouble, {}
            for issue_id in found:
                self._ratios.pop(issue_id, None)
        return found


class Porter:
    """A thread with a line of its own, until a None comes."""

    def __init__(
        self, line: Line, parcels: "queue.Queue[Parcel | None]", scribe: Scribe, state: State
    ) -> None:
        self._line, self._parcels, self._scribe, self._state = line, parcels, scribe, state
        self._thread = threading.Thread(target=self.work, name="newsletter-line", daemon=True)

    def start(self) -> None:
        """Carry in the background."""
        self._thread.start()

    def join(self) -> None:
        """Wait until the last letter was carried."""
        self._thread.join()

    def work(self) -> None:
        """Carry letters until there are no more."""
        while (parcel := self._parcels.get()) is not None:
            outcome = self._carry(parcel)
            self._scribe.end(Result.of(parcel.claimed, parcel.variant, outcome))
            self._state.note(parcel.issue_id, parcel.claimed.domain, outcome)
            self._parcels.task_done()
        self._parcels.task_done()  # of the None
        self._line.close()

    def _carry(self, parcel: Parcel) -> Outcome:
        """Carry one letter; whatever happens is an outcome."""
        if not self._state.goes_on(parcel.issue_id):
            return NOT_TRIED
        began = False

        def begins() -> bool:
            nonlocal began
            began = self._scribe.begin(parcel.claimed.id)
            return began

        try:
            return self._line.hand_over(parcel.claimed.email, parcel.letter, begins)
        except LineDown as error:
            if error.needs_somebody:
                self._state.trouble[parcel.issue_id] = (
                    f"The mail server does not let us in: {error}"
                )
            else:
                self._state.down = str(error) or "no answer"
            return NOT_TRIED
        except Exception as error:  # one letter must not stop the others
            log.exception("a letter could not be handed over")
            reason = outcomes.written(f"{type(error).__name__}: {error}")
            return Outcome("unknown" if began else "failed", None, reason)
