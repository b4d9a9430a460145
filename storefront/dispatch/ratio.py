"""Whether too many of the latest letters are refused."""

from collections import deque

LATEST = 200
ENOUGH = 20  # before that many letters nothing is said


class Ratio:
    """The latest answers for one issue."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._latest: deque[bool] = deque(maxlen=LATEST)

    def add(self, state: str) -> None:
        """Count an answer of the mail server."""
        if state in ("accepted", "failed", "deferred"):
            self._latest.append(state != "accepted")

    def problem(self) -> str:
        """Say what is wrong, in a sentence; nothing while all is well."""
        seen = list(self._latest)
        refused = sum(seen)
        if len(seen) < ENOUGH or refused / len(seen) <= self._most:
            return ""
        return f"The mail server refused {refused} of the latest {len(seen)} letters."
