"""Who owns which component: asked at each request, written where money comes and goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from storefront.orders.models import Order
from storefront.ownership.models import ClaimCode, Owned
from storefront.ownership.rules import Title, kept_lines, titles
from storefront.settings import Settings


@dataclass(frozen=True)
class Record:
    """One owned component, as its owner may read it."""

    component: str
    source: str
    since: datetime
    ends_at: datetime | None


def owned_until(db: Session, email: str, now: datetime) -> dict[str, datetime | None]:
    """Give what an address owns, each with the moment at which it ends; None = it does not."""
    mine = select(Owned.component, Owned.ends_at).where(Owned.email == email, is_active(now))
    found: dict[str, datetime | None] = {}
    for component, ends_at in db.execute(mine):
        before = found.get(component, ends_at)
        found[component] = max(before, ends_at) if before and ends_at else None
    return found


def owned_components(db: Session, email: str, now: datetime) -> frozenset[str]:
    """Name the components that an address owns at a moment."""
    return frozenset(owned_until(db, email, now))


def owned_by(
    db: Session, emails: Sequence[str], now: datetime
) -> dict[str, frozenset[str]]:  # fmt: skip
    """Name what each of many addresses owns, in one statement; who owns nothing has nothing."""
    mine = select(Owned.email, Owned.component).where(Owned.email.in_(emails), is_active(now))
    found: dict[str, set[str]] = {}
    for email, component in db.execute(mine):
        found.setdefault(email, set()).add(component)
    return {email: frozenset(found.get(email, ())) for email in emails}


def is_active(now: datetime) -> ColumnElement[bool]:
    """Give the condition under which a row counts at a moment."""
    return or_(Owned.ends_at.is_(None), Owned.ends_at > now)


def sync_order(db: Session, order: Order, settings: Settings, now: datetime) -> None:
    """Bring ownership to what an order says, in the transaction that changes the order.

    What it no longer gives ends after the days of grace; what it gives again does not end.
    The order is locked by the caller. Again changes nothing.
    """
    db.flush()
    due, rows = due_titles(db, order), {_title(row): row for row in of_order(db, order)}
    for title in sorted(due - rows.keys(), key=_in_order):
        db.add(_row(title, now))
    for title, row in rows.items():
        if title in due:
            row.ends_at = row.told_at = None
        elif row.ends_at is None:
            row.ends_at = now + timedelta(days=settings.gate_refund_grace_days)
    db.flush()


def due_titles(db: Session, order: Order) -> frozenset[Title]:
    """Give what an order gives now; a line that was given away belongs to who took its code."""
    codes = _given_away(db, order)
    lines = {code.order_line_id for code in codes}
    kept = {line.id for line in kept_lines(order)}
    return frozenset(title for title in titles(order) if title.reference not in lines) | {
        Title("claim", code.id, component, code.claimed_by)
        for code in codes
        if code.claimed_by is not None and code.order_line_id in kept
        for component in code.components
    }


def _given_away(db: Session, order: Order) -> Sequence[ClaimCode]:
    lines = [line.id for line in order.lines]
    taken = select(ClaimCode).where(
        ClaimCode.order_line_id.in_(lines), ClaimCode.claimed_at.is_not(None),
        ClaimCode.revoked_at.is_(None),
    )  # fmt: skip
    return db.scalars(taken.order_by(ClaimCode.id)).all()


def of_order(db: Session, order: Order) -> Sequence[Owned]:
    """List the rows of an order's lines, and of the codes by which some were given away."""
    lines = [line.id for line in order.lines]
    codes = [code.id for code in _given_away(db, order)]
    mine = or_(
        and_(Owned.source == "order", Owned.reference.in_(lines)),
        and_(Owned.source == "claim", Owned.reference.in_(codes)),
    )
    return db.scalars(select(Owned).where(mine).order_by(Owned.id)).all()


def records(db: Session, email: str) -> list[Record]:
    """List all that an address owns or owned, oldest first, for its account and its export."""
    mine = select(Owned).where(Owned.email == email).order_by(Owned.since, Owned.id)
    return [
        Record(row.component, row.source, row.since, row.ends_at) for row in db.scalars(mine)
    ]


def _row(title: Title, now: datetime) -> Owned:
    return Owned(
        email=title.email, component=title.component, source=title.source,
        reference=title.reference, since=now,
    )  # fmt: skip


def _title(row: Owned) -> Title:
    return Title(row.source, row.reference, row.component, row.email)


def _in_order(title: Title) -> tuple[str, int, str, str]:
    return (title.source, title.reference, title.component, title.email)
