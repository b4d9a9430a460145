"""The audit log: who did what to what; written in the transaction of what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.staff.models import AuditEntry

OPERATOR = "operator"  # whoever types commands on the machine


@dataclass(frozen=True)
class Wanted:
    """Which entries to list; what is empty does not narrow."""

    who: str = ""
    action: str = ""
    about: str = ""
    since: datetime | None = None
    before: datetime | None = None


def note(
    db: Session, who: str, action: str, about: str = "", *, client: str = "", **facts: Any
) -> AuditEntry:
    """Write down that somebody did something; never to be changed."""
    entry = AuditEntry(
        at=clock.now(), who=who[:254], action=action[:60], about=about[:200], facts=facts,
        client=client[:60],
    )  # fmt: skip
    db.add(entry)
    db.flush()
    return entry


def found(
    db: Session, wanted: Wanted, *, skip: int = 0, most: int = 50
) -> Sequence[AuditEntry]:
    """List the entries that are wanted, newest first."""
    newest = _narrowed(select(AuditEntry), wanted)
    ordered = newest.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return db.scalars(ordered.offset(skip).limit(most)).all()


def count(db: Session, wanted: Wanted) -> int:
    """Count the entries that are wanted."""
    return db.scalar(_narrowed(select(func.count(AuditEntry.id)), wanted)) or 0


def actions(db: Session) -> Sequence[str]:
    """List every action that was ever noted."""
    return db.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.who:
        query = query.where(AuditEntry.who == wanted.who.casefold())
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.about:
        query = query.where(AuditEntry.about == wanted.about)
    if wanted.since:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.before:
        query = query.where(AuditEntry.at < wanted.before)
    return query
