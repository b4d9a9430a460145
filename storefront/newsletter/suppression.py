"""Who must not be written to: keyed hashes, so that the list outlives the erasing of an address.

Scope `marketing` stops newsletters and the like; scope `all` also stops every other letter, since
there is nobody at that address. A complaint is `marketing`: receipts of orders still come.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Select, exists, or_, select, update
from sqlalchemy.orm import Session

from storefront import clock
from storefront.inserts import insert_once
from storefront.newsletter import addresses, consent
from storefront.newsletter.models import Subscriber, Subscription, Suppression
from storefront.settings import Settings

Scope = Literal["marketing", "all"]
REASONS = ("complaint", "hard_bounce", "soft_bounces", "erased", "manual")
ASKED_AGAIN = ("soft_bounces", "erased")  # who confirms anew is released from these


def is_suppressed(
    db: Session, email: str, scope: Scope = "marketing", *, settings: Settings
) -> bool:
    """Tell whether an address gets no letters of this scope; what is stopped for all is for marketing too."""
    return bool(db.scalar(select(_is_suppressed(email, scope, settings))))


def is_askable(db: Session, email: str, settings: Settings) -> bool:
    """Tell whether an address may get the letter to confirm: those who complained, or whose address does not exist, may not."""
    final = _live(email, settings).where(Suppression.reason.not_in(ASKED_AGAIN))
    state = exists().where(Subscriber.email == email, Subscriber.state == "suppressed")
    softly = exists(_live(email, settings).where(Suppression.reason.in_(ASKED_AGAIN)))
    return not db.scalar(select(or_(exists(final), state & ~softly)))


def suppress(
    db: Session, email: str, *, scope: Scope, reason: str, source: str, now: datetime,
    settings: Settings,
) -> bool:  # fmt: skip
    """Write to an address no more; tell whether that is new."""
    is_new = _hold(db, addresses.person(email, settings), scope, reason, source, now)
    reader = db.scalar(select(Subscriber).where(Subscriber.email == email))
    if reader is not None:
        reader.state = "suppressed"
    if is_new:
        words = f"No more letters ({scope}): {reason}."
        shown = consent.by_us(email, words, source, settings)
        consent.record(db, "suppressed", shown, "", settings, now)
    return is_new


def release(
    db: Session, email: str, *, by: str, now: datetime, settings: Settings,
    reasons: Sequence[str] = REASONS,
) -> bool:  # fmt: skip
    """Let an address be written to again, in every scope; tell whether it was suppressed.

    Nobody joins a list by this: who was on one is on it again, who had left stays away.
    """
    mine = db.scalars(_live(email, settings).where(Suppression.reason.in_(reasons))).all()
    for row in mine:
        row.released_at, row.released_by = now, by
    db.flush()
    reader = db.scalar(select(Subscriber).where(Subscriber.email == email))
    was = bool(mine) or bool(reader and reader.state == "suppressed" and by)
    if reader is not None and was and not db.scalar(select(exists(_live(email, settings)))):
        reader.state = "confirmed" if _reads(db, reader) else "left"
    if was:
        shown = consent.by_us(email, "Letters may be sent again.", "release", settings)
        consent.record(db, "released", shown, "", settings, now)
    return was


def reasons(db: Session, email: str, settings: Settings) -> list[dict[str, str]]:
    """Say why an address is not written to; nothing when it may be."""
    return [
        {"scope": row.scope, "reason": row.reason, "source": row.source,
         "since": clock.written(row.since)}
        for row in db.scalars(_live(email, settings))
    ]  # fmt: skip


def live(db: Session, most: int = 200) -> Sequence[Suppression]:
    """List what holds now, the newest first."""
    held = select(Suppression).where(Suppression.released_at.is_(None))
    return db.scalars(held.order_by(Suppression.since.desc()).limit(most)).all()


def _live(email: str, settings: Settings) -> Select[Suppression]:
    return select(Suppression).where(
        Suppression.fingerprint.in_(addresses.persons(email, settings)),
        Suppression.released_at.is_(None),
    )


def _is_suppressed(email: str, scope: Scope, settings: Settings) -> ColumnElement[bool]:
    if scope == "all":
        return exists(_live(email, settings).where(Suppression.scope == "all"))
    state = exists().where(Subscriber.email == email, Subscriber.state == "suppressed")
    return or_(exists(_live(email, settings)), state)


def _hold(
    db: Session, person: str, scope: str, reason: str, source: str, now: datetime
) -> bool:
    """Keep one row for each hash and scope; one that was released holds again."""
    told = {"reason": reason, "source": source[:60], "since": now}
    key = {"fingerprint": person, "scope": scope}
    if insert_once(db, Suppression, **key, **told, released_by=""):
        return True
    again = update(Suppression).filter_by(**key).where(Suppression.released_at.is_not(None))
    held = again.values(**told, released_at=None, released_by="")
    return db.scalar(held.returning(Suppression.id)) is not None


def _reads(db: Session, reader: Subscriber) -> bool:
    on_one = (Subscription.subscriber_id == reader.id) & (Subscription.state == "confirmed")
    return bool(db.scalar(select(exists().where(on_one))))
