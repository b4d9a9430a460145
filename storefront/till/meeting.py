"""Let a payment and an expiry of one session meet, so that they run at the same moment."""

import threading

PATIENCE_SECONDS = 5.0


class Meeting:
    """Hold an expiry back until somebody pays for the same session, or patience ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, threading.Event] = {}

    def wait_for_payment(self, session_id: str) -> None:
        """Wait at the door, as the expiry."""
        with self._lock:
            paying = self._waiting.setdefault(session_id, threading.Event())
        paying.wait(PATIENCE_SECONDS)
        with self._lock:
            self._waiting.pop(session_id, None)

    def pay(self, session_id: str) -> None:
        """Let a waiting expiry go on beside this payment."""
        with self._lock:
            if session_id in self._waiting:
                self._waiting[session_id].set()
