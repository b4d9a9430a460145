"""Claiming: a worker leases the next letters, and what a dead worker held is given back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, bindparam, or_, select, update
from sqlalchemy.orm import Session

from storefront import mail
from storefront.dispatch import pace
from storefront.dispatch.consent import still_wanted
from storefront.dispatch.models import Delivery
from storefront.dispatch.pace import Limits
from storefront.issues.models import Issue
from storefront.settings import Settings

Leased = tuple[int, int | None, str, int, str]  # id, reader, domain, attempt, Message-ID
LEASE = timedelta(minutes=10)
DIED = "The worker died while it handed this letter over: the mail server may have taken it."
table: Table = Delivery.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Claimed:
    """One letter that is ours to send, until its lease runs out."""

    id: int
    reader_id: int
    email: str
    locale: str
    domain: str
    attempt: int
    message_id: str


def claim(
    db: Session, issue: Issue, owner: str, now: datetime, *,
    most: int, limits: Limits, settings: Settings,
) -> list[Claimed]:  # fmt: skip
    """Lease the next letters of an issue that is being sent.

    Whoever has left since is skipped with the reason. The pace may allow fewer than `most`.
    """
    count = pace.room(db, limits, most, now)
    if not count or not _is_sending(db, issue.id):
        return []
    leased = _lease(db, issue.id, owner, now, count)
    readers = [reader for _, reader, *_ in leased if reader]
    wanted = still_wanted(db, issue, readers, settings, now)
    _skip(db, leased, wanted, now)
    mine = [
        Claimed(
            key, reader, *wanted[reader][1:], domain, attempt,
            name or message_id(issue.id, reader, settings),
        )
        for key, reader, domain, attempt, name in leased
        if reader and not wanted[reader][0]
    ]  # fmt: skip
    beyond = set(pace.surplus(db, limits, [(one.id, one.domain) for one in mine], now))
    release(db, owner, beyond)
    mine = [one for one in mine if one.id not in beyond]
    pace.take(db, limits, len(mine), now)
    _name(db, mine)
    return mine


def message_id(issue_id: int, reader_id: int, settings: Settings) -> str:
    """Give the same letter the same Message-ID each time it is tried; nobody else can work it out."""
    return mail.keyed_id(settings, f"issue:{issue_id}:{reader_id}")


def release(db: Session, owner: str, ids: Sequence[int] | set[int]) -> None:
    """Give back letters that were not begun."""
    if ids:
        mine = table.c.id.in_(sorted(ids)) & (table.c.lease_owner == owner)
        _queue_again(db, mine)


def release_issue(db: Session, issue_id: int) -> None:
    """Take letters that were not begun from every worker; those being written just now are left."""
    _queue_again(db, table.c.issue_id == issue_id)


def recover(db: Session, now: datetime, is_dead: Callable[[str], bool]) -> tuple[int, int]:
    """Take back what dead workers held: give (queued again, unknown).

    A letter whose handing over had begun is unknown, and nobody sends it again by themselves.
    """
    held = select(table.c.lease_owner).distinct().where(table.c.state == "leased")
    dead = [owner for owner in db.scalars(held) if is_dead(owner)]
    is_lost = or_(table.c.lease_until < now, table.c.lease_owner.in_(dead))
    unknown = db.execute(
        update(table)
        .where(_free(is_lost & table.c.data_at.is_not(None)))
        .values(state="unknown", reason=DIED, ended_at=now, lease_until=None)
    )
    return _queue_again(db, is_lost), int(getattr(unknown, "rowcount", 0))


def wake(db: Session, issue_id: int, now: datetime) -> None:
    """Queue deferred letters whose time has come."""
    due = (table.c.state == "deferred") & (table.c.next_try_at <= now)
    mine = update(table).where(table.c.issue_id == issue_id, due)
    db.execute(mine.values(state="queued"))


def _is_sending(db: Session, issue_id: int) -> bool:
    """Tell whether it is still being sent, and let nobody stop it before this is committed."""
    state = select(Issue.state).where(Issue.id == issue_id).with_for_update(read=True)
    return db.scalar(state) == "sending"


def _lease(
    db: Session, issue_id: int, owner: str, now: datetime, count: int
) -> Sequence[Leased]:
    due = select(table.c.id).where(table.c.issue_id == issue_id, table.c.state == "queued")
    resting = pace.resting(db, now)
    due = due.where(table.c.domain.not_in(resting)) if resting else due
    next_ones = (
        due.order_by(table.c.turn).limit(count).with_for_update(skip_locked=True).cte("due")
    )
    lease = (
        update(table)
        .where(table.c.id.in_(select(next_ones.c.id)))
        .values(
            state="leased", lease_owner=owner, lease_until=now + LEASE, data_at=None, reason=""
        )
        .returning(
            table.c.id,
            table.c.subscriber_id,
            table.c.domain,
            table.c.attempt,
            table.c.message_id,
        )
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in db.execute(lease)]


def _skip(
    db: Session, leased: Sequence[Leased],
    wanted: dict[int, tuple[str, str, str]], now: datetime,
) -> None:  # fmt: skip
    reasons: dict[str, list[int]] = {}
    for key, reader, *_ in leased:
        reason = wanted[reader][0] if reader in wanted else "The reader was erased."
        if reason:
            reasons.setdefault(reason, []).append(key)
    for reason, keys in reasons.items():
        skip(db, keys, reason, now)


def skip(db: Session, ids: Sequence[int], reason: str, now: datetime) -> None:
    """Skip letters that were not begun."""
    mine = update(table).where(table.c.id.in_(ids), table.c.state == "leased")
    db.execute(mine.values(state="skipped", reason=reason, ended_at=now, lease_until=None))


def _name(db: Session, mine: Sequence[Claimed]) -> None:
    """Write the Message-IDs down, so that a bounce finds its letter."""
    if mine:
        one = update(table).where(table.c.id == bindparam("row"), table.c.message_id == "")
        db.connection().execute(
            one.values(message_id=bindparam("name")),
            [{"row": each.id, "name": each.message_id} for each in mine],
        )


def _queue_again(db: Session, which: ColumnElement[bool]) -> int:
    again = update(table).where(_free(which & table.c.data_at.is_(None)))
    done = db.execute(again.values(state="queued", lease_owner="", lease_until=None))
    return int(getattr(done, "rowcount", 0))


def _free(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Narrow to leased rows that nobody writes at this moment."""
    rows = select(table.c.id).where(table.c.state == "leased", which)
    return table.c.id.in_(rows.with_for_update(skip_locked=True))
