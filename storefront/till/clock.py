"""Tell the till's time, which tests may move forward."""

import threading
import time


class Clock:
    """Count whole seconds since the epoch, as Stripe's timestamps do."""

    def __init__(self, ahead_seconds: int = 0) -> None:
        self._ahead_seconds = ahead_seconds
        self._lock = threading.Lock()

    def now(self) -> int:
        """Read the till's time in epoch seconds."""
        return int(self.moment())

    def moment(self) -> float:
        """Read the till's time with fractions of a second."""
        with self._lock:
            return time.time() + self._ahead_seconds

    @property
    def is_ahead(self) -> bool:
        """Tell whether the till's time was moved on."""
        with self._lock:
            return self._ahead_seconds > 0

    def back(self) -> None:
        """Go by the time of day again; what came due on the way stays done."""
        with self._lock:
            self._ahead_seconds = 0

    def advance(self, seconds: int) -> None:
        """Move the till's time forward."""
        with self._lock:
            self._ahead_seconds += seconds
