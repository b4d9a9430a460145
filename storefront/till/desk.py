"""Hold the till's parts together and open turns on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from storefront.till import sessions, timers
from storefront.till.clock import Clock
from storefront.till.faults import Faults
from storefront.till.idempotency import Running
from storefront.till.meeting import Meeting
from storefront.till.settings import TillSettings
from storefront.till.store import Store
from storefront.till.turn import Turn


@dataclass
class Desk:
    """Carry the settings, the store, the clock and the fault switches."""

    settings: TillSettings
    store: Store
    clock: Clock = field(default_factory=Clock)
    faults: Faults = field(default_factory=Faults)
    running: Running = field(default_factory=Running)
    meeting: Meeting = field(default_factory=Meeting)
    closing: Event = field(default_factory=Event)  # set when the till stops
    base_address: str = ""

    @contextmanager
    def turn(self, request_id: str | None = None, key: str | None = None) -> Iterator[Turn]:
        """Open one transaction in which sessions past their time are expired."""
        with self.store.transaction() as ledger:
            now = self.clock.now()
            turn = Turn(ledger, now, self.base_address, request_id, key, self.faults)
            sessions.expire_due(turn)
            timers.ring_due(turn)
            yield turn
