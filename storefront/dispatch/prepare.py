"""Preparing an issue: one row for each of its readers, in the order in which they are written to."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, cast, exists, func, literal, select, text
from sqlalchemy.orm import Session

from storefront.dispatch.holding import locked
from storefront.dispatch.models import Delivery
from storefront.errors import Invalid
from storefront.inserts import INSERTS
from storefront.issues.audience import give_room
from storefront.issues.models import Issue
from storefront.issues.states import move
from storefront.newsletter.models import Subscriber
from storefront.newsletter.subscriptions import readers_of

Audience = Callable[[Session, Issue], Select[int]]
TURNS = 1_000_000
READERS_KEPT_APART = 997  # a prime: readers who are alone at their domain are spread, too


def prepare(db: Session, issue_id: int, now: datetime, audience: Audience | None = None) -> int:
    """Write one row for each reader, freeze the total, and let the issue be sent.

    `audience` selects the readers by their ids; without it they are all of its list. An issue
    that is prepared already stays as it is. Give the total.

    Raises:
        NotFound: there is no such issue.
        Invalid: it is not to be sent, or has a segment and no `audience` was given.
    """
    issue = locked(db, issue_id)
    if issue.prepared_at is not None:
        return issue.total or 0
    if audience is None and issue.segment_slug:
        raise Invalid("This issue has a segment, and nobody can tell who is in it.")
    if issue.state != "preparing":
        move(issue, "preparing")
    _take_your_time(db)
    chosen = audience(db, issue) if audience else readers_of(issue.list_slug, now)
    give_room(db, chosen)
    while _insert(db, issue, chosen, now):
        pass  # the last round finds nobody who is missing
    issue.total = written(db, issue_id)
    issue.prepared_at = now
    move(issue, "sending")
    return issue.total


def written(db: Session, issue_id: int) -> int:
    """Count the rows of an issue."""
    mine = select(func.count()).select_from(Delivery).where(Delivery.issue_id == issue_id)
    return db.scalar(mine) or 0


def _insert(db: Session, issue: Issue, chosen: Select[int], now: datetime) -> int:
    """Insert who has no row yet; count them."""
    dialect = db.get_bind().dialect.name
    place = func.instr if dialect == "sqlite" else func.strpos
    domain = func.lower(func.substr(Subscriber.email, place(Subscriber.email, "@") + 1))
    has_row = exists().where(
        Delivery.issue_id == issue.id, Delivery.subscriber_id == Subscriber.id
    )
    readers = select(
        literal(issue.id), Subscriber.id, domain, _turn(domain), literal("queued"), literal(now, Delivery.next_try_at.type)
    ).where(Subscriber.id.in_(chosen), ~has_row)  # fmt: skip
    columns = ["issue_id", "subscriber_id", "domain", "turn", "state", "next_try_at"]
    insert = INSERTS[dialect](Delivery.__table__).from_select(columns, readers)
    counted = insert.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return max(0, int(getattr(db.execute(counted), "rowcount", 0)))


def _turn(domain: Any) -> Any:
    """Spread the readers of each domain evenly over the whole issue."""
    place = func.row_number().over(partition_by=domain, order_by=Subscriber.id)
    count = func.count().over(partition_by=domain)
    apart = (Subscriber.id * 7919 % READERS_KEPT_APART) * 1.0 / READERS_KEPT_APART
    return cast((place - apart) * TURNS / count, Integer)


def _take_your_time(db: Session) -> None:
    """Let a million rows take longer than any page may; it ends with this transaction."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SET LOCAL statement_timeout = 0"))
