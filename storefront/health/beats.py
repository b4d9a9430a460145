"""Signs of life: whoever works in the background writes when it was last at work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.health.models import Heartbeat
from storefront.inserts import insert_once

WORKER = "worker"
RETURNED = "returned_mail"  # the mailbox of it was read


def beat(db: Session, name: str, now: datetime, **facts: Any) -> None:
    """Write down that something is at work."""
    insert_once(db, Heartbeat, name=name, seen_at=now, facts={})
    row = db.get_one(Heartbeat, name, populate_existing=True, with_for_update=True)
    row.seen_at, row.facts = now, facts


def seen(db: Session) -> Mapping[str, Heartbeat]:
    """Give the last sign of each."""
    return {row.name: row for row in db.scalars(select(Heartbeat))}
