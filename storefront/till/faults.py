"""Break on purpose, so that callers can be tested against a bad day."""

import fnmatch
import threading
from typing import Any

from storefront.till import errors
from storefront.till.errors import ApiError

COUNTS = (  # requests
    "fail_after_commit",
    "cut_after_commit",
    "conflict",
    "too_many",
    "refund_pending",
    "expire_race",
)
WEBHOOK_COUNTS = ("drop", "duplicate", "mis_sign", "old_stamp", "shuffle")  # deliveries
SECONDS = ("slow", "delay")  # stay until set back to 0
PATTERNS = ("paths", "events")  # which requests, which event types
OFF: dict[str, Any] = {
    **dict.fromkeys((*COUNTS, *WEBHOOK_COUNTS, *SECONDS), 0),
    **dict.fromkeys(PATTERNS, "*"),
}


class Faults:
    """Count down the faults that are switched on; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = dict(OFF)

    def state(self) -> dict[str, Any]:
        """Show every switch."""
        with self._lock:
            return dict(self._state)

    def switch(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Set the named switches; `reset` first puts all of them off.

        Raises:
            ApiError: a switch is unknown or its value is not a count, seconds or a pattern.
        """
        fresh = {name: read(name, value) for name, value in wanted.items() if name != "reset"}
        with self._lock:
            start = OFF if str(wanted.get("reset")).lower() in ("1", "true") else self._state
            self._state = {**start, **fresh}
            return dict(self._state)

    def take(self, name: str, *, path: str = "", kind: str = "") -> bool:
        """Use up one of a counted fault if it is on for this path or event type."""
        with self._lock:
            if not self._meant(name, path, kind) or self._state[name] < 1:
                return False
            self._state[name] -= 1
            return True

    def seconds(self, name: str, *, path: str = "", kind: str = "") -> float:
        """Read a lasting fault's seconds for this path or event type."""
        with self._lock:
            return float(self._state[name]) if self._meant(name, path, kind) else 0.0

    def _meant(self, name: str, path: str, kind: str) -> bool:
        webhook = name in WEBHOOK_COUNTS or name == "delay"
        pattern = self._state["events" if webhook else "paths"]
        return fnmatch.fnmatchcase(kind if webhook else path, pattern)


def read(name: str, value: Any) -> Any:
    """Read one switch's value."""
    if name not in OFF:
        raise errors.unknown_parameter(name)
    if name in PATTERNS:
        return str(value) or "*"
    try:
        number = float(value) if name in SECONDS else int(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ApiError(f"Invalid number: {value}", param=name) from error
    if not 0 <= number <= 100_000:
        raise errors.invalid("A fault takes a number from 0 to 100000.", name)
    return number
