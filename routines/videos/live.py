"""Live grants: those that are used; an account plays so many films at once and no more."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from routines.videos.grants import Grant
from routines.videos.models import LiveGrant
from storefront.public import insert_once, take_turns


def known(db: Session, grant: Grant) -> LiveGrant | None:
    """Find a grant that has been used before."""
    return db.get(LiveGrant, grant.key)


def open_(db: Session, grant: Grant, device: str, most: int, now: datetime) -> LiveGrant:
    """Note the first use of a grant, and close what is too many.

    A film on a device counts once, however often its grant is renewed. Beyond the limit, the film that
    was opened longest ago is closed: somebody who goes from one device to another is never locked out.
    First uses of one viewer take turns, so that each counts those before it.
    """
    take_turns(db, "live_grants", [grant.viewer])
    insert_once(
        db, LiveGrant, key=grant.key, viewer=grant.viewer, device=device, video=grant.video,
        opened_at=now, expires_at=grant.expires_at,
    )  # fmt: skip
    for other_device, video in _too_many(db, grant.viewer, most, now):
        close(db, grant.viewer, other_device, video, now)
    return db.get_one(LiveGrant, grant.key, populate_existing=True)


def _too_many(db: Session, viewer: str, most: int, now: datetime) -> list[tuple[str, str]]:
    """Name the films that are open beyond the limit, each with its device."""
    mine = select(LiveGrant).where(LiveGrant.viewer == viewer, LiveGrant.closed_at.is_(None))
    rows = db.scalars(mine.where(LiveGrant.expires_at > now).order_by(LiveGrant.opened_at.desc(), LiveGrant.key)).all()  # fmt: skip
    films = list(dict.fromkeys((row.device, row.video) for row in rows))
    return films[most:]


def close(db: Session, viewer: str, device: str, video: str, now: datetime) -> None:
    """Close the grants of a film on a device."""
    theirs = update(LiveGrant).where(LiveGrant.viewer == viewer, LiveGrant.device == device)
    db.execute(theirs.where(LiveGrant.video == video).values(closed_at=now))


def forget(db: Session, now: datetime) -> int:
    """Forget grants that have ended, and tell how many."""
    ended = delete(LiveGrant).where(LiveGrant.expires_at < now)
    return int(getattr(db.execute(ended), "rowcount", 0))
