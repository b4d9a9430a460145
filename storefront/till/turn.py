"""Carry what one piece of work needs: the ledger, the time and who asked."""

from dataclasses import dataclass, field

from storefront.till.faults import Faults
from storefront.till.ledger import Ledger


@dataclass(frozen=True)
class Turn:
    """Hold one transaction and the facts its events and links are made from."""

    ledger: Ledger
    now: int  # epoch seconds: till time, or the time of what is being caught up with
    base_address: str
    request_id: str | None = None
    idempotency_key: str | None = None
    faults: Faults = field(default_factory=Faults)
    till_now: int = 0  # till time, where `now` is another
    recorded: list[str] = field(default_factory=list)  # ids of the events made in this turn

    @property
    def moment(self) -> int:
        """Tell till time, by which events are stamped and sent."""
        return self.till_now or self.now
