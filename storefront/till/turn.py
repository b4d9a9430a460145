"""Carry what one piece of work needs: the ledger, the time and who asked."""

from dataclasses import dataclass, field

from storefront.till.ledger import Ledger


@dataclass(frozen=True)
class Turn:
    """Hold one transaction and the facts its events and links are made from."""

    ledger: Ledger
    now: int  # epoch seconds, till time
    base_address: str
    request_id: str | None = None
    idempotency_key: str | None = None
    recorded: list[str] = field(default_factory=list)  # ids of the events made in this turn
