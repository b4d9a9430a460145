"""Devices of addresses that were proven on them: a cookie holds a key, the database its hash.

A request that carries a key costs one statement, which also brings what the address says to own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storefront import tokens
from storefront.customers.models import CustomerSession, CustomerTool
from storefront.settings import Settings

SEEN_EVERY = timedelta(days=1)  # not each request needs a write


@dataclass(frozen=True)
class Device:
    """The device behind a request, and the address that was proven on it."""

    session_id: int
    email: str
    seen_at: datetime
    tools: frozenset[str]  # components that the address says to own

    def is_stale(self, now: datetime) -> bool:
        """Tell whether being seen has to be written down again."""
        return now - self.seen_at >= SEEN_EVERY


def begin(
    db: Session, email: str, *, way: str, client: str, agent: str, settings: Settings,
    now: datetime,
) -> str:  # fmt: skip
    """Take a device as the address's and give the key for its cookie, always a new one."""
    key = tokens.key()
    session = CustomerSession(
        key_fingerprint=tokens.fingerprint(key), email=email, way=way[:12], created_at=now,
        last_seen_at=now, client=client[:60], agent=agent[:120],
        expires_at=now + timedelta(days=settings.customer_session_days),
    )  # fmt: skip
    db.add(session)
    db.flush()
    return key


def find(db: Session, key: str, settings: Settings, now: datetime) -> Device | None:
    """Tell whose device a cookie's key stands for; None once expired, idle or ended."""
    said = (
        select(
            CustomerSession.id, CustomerSession.email, CustomerSession.last_seen_at,
            CustomerTool.component,
        )
        .outerjoin(CustomerTool, CustomerTool.email == CustomerSession.email)
        .where(
            CustomerSession.key_fingerprint == tokens.fingerprint(key),
            CustomerSession.expires_at > now,
            CustomerSession.last_seen_at > _idle_since(settings, now),
        )
    )  # fmt: skip
    rows = db.execute(said).all()
    if not rows:
        return None
    session_id, email, seen_at, _ = rows[0]
    tools = frozenset(row.component for row in rows if row.component)
    return Device(session_id, email, seen_at, tools)


def seen(db: Session, session_id: int, now: datetime) -> None:
    """Write down that a device is in use."""
    one = update(CustomerSession).where(CustomerSession.id == session_id)
    db.execute(one.values(last_seen_at=now))


def end(db: Session, session_id: int, email: str) -> bool:
    """Sign one device of an address out; tell whether it was signed in."""
    mine = delete(CustomerSession).where(
        CustomerSession.id == session_id, CustomerSession.email == email
    )
    return bool(getattr(db.execute(mine), "rowcount", 0))


def end_all(db: Session, email: str) -> None:
    """Sign every device of an address out."""
    db.execute(delete(CustomerSession).where(CustomerSession.email == email))


def of_address(
    db: Session, email: str, settings: Settings, now: datetime
) -> Sequence[CustomerSession]:
    """List the devices of an address that are signed in, the one last seen first."""
    theirs = select(CustomerSession).where(
        CustomerSession.email == email, CustomerSession.expires_at > now,
        CustomerSession.last_seen_at > _idle_since(settings, now),
    )  # fmt: skip
    newest = (CustomerSession.last_seen_at.desc(), CustomerSession.id.desc())
    return db.scalars(theirs.order_by(*newest)).all()


def forget(db: Session, settings: Settings, now: datetime) -> int:
    """Forget sessions that ended by their age or by lying idle; tell how many."""
    old = delete(CustomerSession).where(
        (CustomerSession.expires_at < now)
        | (CustomerSession.last_seen_at < _idle_since(settings, now))
    )
    return int(getattr(db.execute(old), "rowcount", 0))


def _idle_since(settings: Settings, now: datetime) -> datetime:
    return now - timedelta(days=settings.customer_idle_days)
