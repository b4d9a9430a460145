"""Devices that are signed in: each request asks the database whether they still are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storefront import tokens
from storefront.settings import Settings
from storefront.staff.models import StaffMember, StaffSession

FRESH_FOR = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=1)  # not each request needs a write


@dataclass(frozen=True)
class Staff:
    """The member behind a request: a value, good for this one request only."""

    id: int
    email: str
    role: str
    session_id: int
    way: str
    proven_at: datetime | None
    seen_at: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether the last proof by code or passkey is a few minutes old at most."""
        return self.proven_at is not None and now - self.proven_at <= FRESH_FOR

    def is_stale(self, now: datetime) -> bool:
        """Tell whether being seen has to be written down again."""
        return now - self.seen_at >= SEEN_EVERY


def begin(
    db: Session, member: StaffMember, *, way: str, client: str, agent: str, settings: Settings,
    now: datetime,
) -> str:  # fmt: skip
    """Sign a device in and give the key for its cookie, always a new one."""
    key = tokens.key()
    session = StaffSession(
        key_fingerprint=tokens.fingerprint(key), member_id=member.id, way=way, created_at=now,
        proven_at=None if way == "host" else now, last_seen_at=now, client=client[:60],
        agent=agent[:120], expires_at=now + timedelta(hours=settings.staff_session_hours),
    )  # fmt: skip
    db.add(session)
    db.flush()
    return key


def find(db: Session, key: str, settings: Settings, now: datetime) -> Staff | None:
    """Tell who a cookie's key stands for; None once expired, idle, ended or deactivated."""
    idle = timedelta(minutes=settings.staff_idle_minutes)
    alive = (
        select(StaffSession, StaffMember)
        .join(StaffMember, StaffSession.member_id == StaffMember.id)
        .where(
            StaffSession.key_fingerprint == tokens.fingerprint(key),
            StaffSession.expires_at > now,
            StaffSession.last_seen_at > now - idle,
            StaffMember.is_active,
        )
    )
    row = db.execute(alive).one_or_none()
    if row is None:
        return None
    session, member = row
    return Staff(
        id=member.id, email=member.email, role=member.role, session_id=session.id,
        way=session.way, proven_at=session.proven_at, seen_at=session.last_seen_at,
    )  # fmt: skip


def seen(db: Session, session_id: int, now: datetime) -> None:
    """Write down that a device is in use."""
    one = update(StaffSession).where(StaffSession.id == session_id)
    db.execute(one.values(last_seen_at=now))


def prove_again(db: Session, session_id: int, now: datetime) -> str | None:
    """Note a new proof and give the device a new key; None when it was signed out meanwhile."""
    key = tokens.key()
    one = update(StaffSession).where(StaffSession.id == session_id)
    renewed = one.values(
        proven_at=now, last_seen_at=now, key_fingerprint=tokens.fingerprint(key)
    )
    found = db.scalar(renewed.returning(StaffSession.id))
    return key if found else None


def end(db: Session, session_id: int) -> None:
    """Sign one device out."""
    db.execute(delete(StaffSession).where(StaffSession.id == session_id))


def end_all(db: Session, member_id: int) -> None:
    """Sign every device of a member out."""
    db.execute(delete(StaffSession).where(StaffSession.member_id == member_id))


def of_member(
    db: Session, member_id: int, settings: Settings, now: datetime
) -> Sequence[StaffSession]:
    """List the devices of a member that are signed in, the one last seen first."""
    theirs = select(StaffSession).where(
        StaffSession.member_id == member_id, StaffSession.expires_at > now,
        StaffSession.last_seen_at > now - timedelta(minutes=settings.staff_idle_minutes),
    )  # fmt: skip
    return db.scalars(theirs.order_by(StaffSession.last_seen_at.desc())).all()


def forget_before(db: Session, moment: datetime) -> int:
    """Forget sessions that ended by their age; tell how many."""
    old = delete(StaffSession).where(StaffSession.expires_at < moment)
    return int(getattr(db.execute(old), "rowcount", 0))


def last_of_each(db: Session) -> dict[int, StaffSession]:
    """Give each member's device that was last seen, by the member's id."""
    in_turn = select(StaffSession).order_by(StaffSession.last_seen_at)
    return {session.member_id: session for session in db.scalars(in_turn)}
