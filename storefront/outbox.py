"""Leaving the transaction: what must happen later is a row written now, and is done once.

A row is claimed by a lease, done by the handler of its kind, and marked. A worker that
dies leaves its lease behind; when it has run out, another worker takes the row again.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront import clock, database
from storefront.database import Base
from storefront.inserts import insert_once

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_TRIES = 10
Handler = Callable[[dict[str, Any]], None]


class OutboxRow(Base):
    """One thing to do once: (kind, key) is unique."""

    __tablename__ = "storefront_outbox"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_storefront_outbox_state_run_at", "state", "run_at"),
        CheckConstraint("state IN ('queued', 'leased', 'done', 'failed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


def put(
    db: Session, kind: str, key: str, payload: dict[str, Any], *, run_at: datetime | None = None
) -> bool:
    """Write a row unless (kind, key) is there already; tell whether it was written."""
    now = clock.now()
    return insert_once(
        db, OutboxRow, kind=kind, key=key, payload=payload, created_at=now, run_at=run_at or now
    )


def insist(db: Session, kind: str, key: str, payload: dict[str, Any]) -> None:
    """Write a row, or let the one that was given up be tried again: for what must not stay undone."""
    if not put(db, kind, key, payload):
        given_up = update(OutboxRow).where(
            OutboxRow.kind == kind, OutboxRow.key == key, OutboxRow.state == "failed"
        )
        db.execute(given_up.values(state="queued", tries=0, run_at=clock.now(), error=None))


def withdraw(db: Session, kind: str, key: str) -> bool:
    """Take back a row that no worker is at; tell whether there was one."""
    is_dead = (OutboxRow.state == "leased") & (OutboxRow.lease_until < clock.now())
    is_free = or_(OutboxRow.state == "queued", is_dead)
    mine = delete(OutboxRow).where(OutboxRow.kind == kind, OutboxRow.key == key, is_free)
    return db.scalar(mine.returning(OutboxRow.id)) is not None


def claim(db: Session, now: datetime) -> OutboxRow | None:
    """Lease the next due row, or one whose worker has died."""
    due = or_(
        (OutboxRow.state == "queued") & (OutboxRow.run_at <= now),
        (OutboxRow.state == "leased") & (OutboxRow.lease_until < now),
    )
    oldest = select(OutboxRow.id).where(due).order_by(OutboxRow.run_at, OutboxRow.id).limit(1)
    row_id = db.scalar(oldest.with_for_update(skip_locked=True))
    if row_id is None:
        return None
    lease = update(OutboxRow).where(OutboxRow.id == row_id)
    db.execute(lease.values(state="leased", lease_until=now + LEASE, tries=OutboxRow.tries + 1))
    return db.get(OutboxRow, row_id, populate_existing=True)


def failed(db: Session, most: int = 50) -> Sequence[OutboxRow]:
    """List the rows that were given up, newest first."""
    given_up = select(OutboxRow).where(OutboxRow.state == "failed")
    return db.scalars(given_up.order_by(OutboxRow.id.desc()).limit(most)).all()


def retry(db: Session, row_id: int, now: datetime) -> bool:
    """Let a row that was given up be tried again; tell whether there is such a one."""
    one = update(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.state == "failed")
    again = one.values(state="queued", tries=0, run_at=now, error=None)
    return db.scalar(again.returning(OutboxRow.id)) is not None


def work_one(handlers: Mapping[str, Handler]) -> bool:
    """Do one due row; tell whether there was one. Needs an app context."""
    with database.transaction() as db:
        row = claim(db, clock.now())
        if row is None:
            return False
        row_id, tries, kind, payload = row.id, row.tries, row.kind, dict(row.payload)
    if tries > MOST_TRIES:
        error: str | None = "every worker that took it has died"
    else:
        error = _attempt(handlers, kind, payload)
    with database.transaction() as db:
        _finish(db, row_id, tries, error)
    return True


def drain(handlers: Mapping[str, Handler], most: int = 1000) -> int:
    """Do due rows until none is left or `most` are done; tell how many."""
    done = 0
    while done < most and work_one(handlers):
        done += 1
    return done


def _attempt(handlers: Mapping[str, Handler], kind: str, payload: dict[str, Any]) -> str | None:
    if kind not in handlers:
        return f"nothing handles the kind {kind!r}"
    try:
        handlers[kind](payload)
    except Exception as error:  # whatever a handler meets, the row must be tried again
        log.exception("outbox row of kind %s failed", kind)
        return f"{type(error).__name__}: {error}"
    return None


def _finish(db: Session, row_id: int, tries: int, error: str | None) -> None:
    """Mark a row, unless its lease ran out and another worker has taken it since."""
    now = clock.now()
    mine = update(OutboxRow).where(
        OutboxRow.id == row_id, OutboxRow.state == "leased", OutboxRow.tries == tries
    )
    if error is None:
        end = {"state": "done", "done_at": now}
    elif tries >= MOST_TRIES:
        end = {"state": "failed"}
    else:
        end = {"state": "queued", "run_at": now + timedelta(seconds=min(5 * 2**tries, 3600))}
    if error is not None:
        log.log(
            logging.ERROR if end["state"] == "failed" else logging.WARNING,
            "outbox row %s: %s",
            row_id,
            error,
        )
    db.execute(mine.values(error=error, lease_until=None, **end))
