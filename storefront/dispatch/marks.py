"""The marks of sending: "its handing over begins" before DATA, and what became of it after."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, or_, update
from sqlalchemy.orm import Session

from storefront.bounces import service as bounces
from storefront.dispatch import outcomes, pace
from storefront.dispatch.claim import Claimed
from storefront.dispatch.consent import is_reading
from storefront.dispatch.models import Delivery
from storefront.dispatch.outcomes import Outcome
from storefront.dispatch.pace import Limits
from storefront.dispatch.states import TERMINAL
from storefront.settings import Settings

NO_SUCH_ADDRESS = re.compile(r"5\.1\.\d{1,3}")
table: Table = Delivery.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Result:
    """What became of one letter."""

    id: int
    domain: str
    variant: str
    attempt: int
    outcome: Outcome
    email: str = ""
    message_id: str = ""

    @classmethod
    def of(cls, one: Claimed, variant: str, outcome: Outcome) -> "Result":
        """Say what became of a letter that was claimed."""
        return cls(one.id, one.domain, variant, one.attempt, outcome, one.email, one.message_id)


def begin(db: Session, owner: str, ids: Sequence[int], now: datetime) -> frozenset[int]:
    """Mark letters as begun; give those that may go, since they are still ours and still wanted.

    Between this mark and its result a letter is unknown to whoever comes after us. One whose reader
    has left since it was claimed is given back, and skipped with the reason when it is claimed next.
    """
    if not ids:
        return frozenset()
    mine = update(table).where(
        table.c.id.in_(ids),
        table.c.lease_owner == owner,
        table.c.state == "leased",
        table.c.data_at.is_(None),
        is_reading(now),
    )
    return frozenset(db.scalars(mine.values(data_at=now).returning(table.c.id)))


def end(
    db: Session, owner: str, results: Sequence[Result], now: datetime, limits: Limits
) -> None:
    """Write down what became of letters, unless somebody else has decided it meanwhile."""
    if not results:
        return
    mine = update(table).where(
        table.c.id == bindparam("row"),
        table.c.lease_owner == owner,
        or_(table.c.state == "leased", table.c.state == "unknown"),
    )
    names = ("state", "smtp_code", "reason", "variant", "attempt", "next_try_at", "ended_at")
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    db.connection().execute(
        mine.values(lease_until=None, **values), [_row(one, now) for one in results]
    )
    if limits.warmup:  # before the domains, in the order in which a claim takes them
        pace.count(db, sum(one.outcome.has_left for one in results), now)
    for domain in sorted({one.domain for one in results if one.outcome.is_domain_busy}):
        pace.strike(db, domain, now)


def tell_bounces(
    db: Session, results: Sequence[Result], settings: Settings, now: datetime
) -> None:
    """Tell the room of bounces of addresses that the mail server itself says do not exist."""
    for one in results:
        found = NO_SUCH_ADDRESS.match(one.outcome.reason)
        if one.outcome.state == "failed" and found and one.email:
            bounces.refused(
                db, one.email, status=found[0], message_id=one.message_id, settings=settings, now=now,
            )  # fmt: skip


def _row(one: Result, now: datetime) -> Mapping[str, Any]:
    outcome, next_try_at = outcomes.next_try(one.outcome, one.attempt, now)
    return {
        "row": one.id, "new_state": outcome.state, "new_smtp_code": outcome.code,
        "new_reason": outcome.reason, "new_variant": one.variant,
        "new_attempt": one.attempt + (outcome.state != "queued"),
        "new_next_try_at": next_try_at, "new_ended_at": now if outcome.state in TERMINAL else None,
    }  # fmt: skip
