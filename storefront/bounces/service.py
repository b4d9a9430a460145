"""Take notices: each is written down once, and has its consequence in the same transaction.

A complaint, and an address that does not exist, stop the letters at once; what may pass stops them
when it has happened four times within sixty days and no letter got through in between. Automatic
answers have no consequence, and nothing that comes back is ever answered.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from storefront.bounces.models import Bounce
from storefront.bounces.notices import Notice, bare, kind_of
from storefront.inserts import insert_once
from storefront.newsletter import service as newsletter
from storefront.newsletter.suppression import Scope
from storefront.sent_log import SentLetter
from storefront.settings import Settings

MOST_SOFT = 4
SOFT_WITHIN = timedelta(days=60)  # four letters of a two-weekly newsletter are 42 days apart
QUIET = timedelta(days=5)  # as long servers try: what has not come back by then has arrived
Letters = Select[*tuple[Any, ...]]  # whom letters were handed over for, and when
Finder = Callable[
    [Session, str], str | None
]  # whom a letter with this Message-ID was written to


def take(
    db: Session, notice: Notice, *, source: str, settings: Settings, now: datetime,
    finders: Sequence[Finder] = (),
) -> bool:  # fmt: skip
    """Write a notice down and do what follows from it; tell whether it is new.

    Whom it is about is told by our own letter; an address that only the notice names is believed
    from a signed webhook and from our own mail server alone.
    """
    named = notice.email if source in ("webhook", "smtp", "manual") else ""
    email = _recipient(db, notice.message_id, finders) or named
    if notice.kind == "delivered":
        return forgive(db, email) > 0
    kind = notice.kind if email else "unknown"
    is_new = insert_once(
        db, Bounce, email=email, kind=kind, source=source, key=notice.key[:200], at=now,
        message_id=notice.message_id, status_code=notice.status_code, is_forgiven=False,
    )  # fmt: skip
    if is_new and email:
        _consequence(db, email, kind, source, settings, now)
    return is_new


def refused(
    db: Session, email: str, *, status: str, message_id: str, settings: Settings, now: datetime
) -> bool:
    """Take what our own mail server says while it is handed a letter: a status such as 5.1.1."""
    told = Notice(
        kind_of(status), f"{bare(message_id)}:{status}", bare(message_id), email, status
    )
    return take(db, told, source="smtp", settings=settings, now=now)


def forgive(db: Session, email: str) -> int:
    """Count again from nothing: a letter got through. Tell how many notices no longer count."""
    soft = update(Bounce).where(
        Bounce.email == email, Bounce.kind == "soft", Bounce.is_forgiven.is_(False)
    )
    return int(getattr(db.execute(soft.values(is_forgiven=True)), "rowcount", 0))


def is_about_us(db: Session, notice: Notice, finders: Sequence[Finder] = ()) -> bool:
    """Tell whether a notice is about a letter of ours, and not about one that a person wrote."""
    return bool(_recipient(db, notice.message_id, finders))


def forgive_arrived(db: Session, now: datetime, letters: Iterable[Letters] = ()) -> int:
    """Count again from nothing where a later letter has not come back for five days; tell how many."""
    last = (
        select(Bounce.email, func.max(Bounce.at).label("at"))
        .where(Bounce.email != "", Bounce.at > now - SOFT_WITHIN)
        .group_by(Bounce.email)
        .having(func.count().filter(Bounce.kind == "soft", Bounce.is_forgiven.is_(False)) > 0)
        .subquery()
    )
    found: set[str] = set()
    ours: Letters = select(SentLetter.to, SentLetter.sent_at)
    for handed in (ours, *letters):
        email, at = handed.selected_columns
        arrived = handed.join(last, last.c.email == email).where(
            at > last.c.at, at <= now - QUIET
        )
        found |= {row[0] for row in db.execute(arrived.distinct())}
    return sum(forgive(db, email) for email in sorted(found))


def latest(db: Session, *, email: str = "", most: int = 100) -> Sequence[Bounce]:
    """List notices, newest first; those about one address if asked."""
    found = select(Bounce).order_by(Bounce.id.desc()).limit(most)
    return db.scalars(found.where(Bounce.email == email) if email else found).all()


def sent_to(db: Session, message_id: str) -> str | None:
    """Find whom a letter of the shop's own was written to."""
    return db.scalar(select(SentLetter.to).where(SentLetter.message_id == f"<{message_id}>"))


def _recipient(db: Session, message_id: str, finders: Sequence[Finder]) -> str:
    if not message_id:
        return ""
    return next(filter(None, (find(db, message_id) for find in (sent_to, *finders))), "")


def _consequence(
    db: Session, email: str, kind: str, source: str, settings: Settings, now: datetime
) -> None:
    if kind == "complaint":
        _stop(db, email, "marketing", "complaint", source, settings, now)
    elif kind == "hard":
        _stop(db, email, "all", "hard_bounce", source, settings, now)
    elif kind == "soft" and _soft(db, email, now) >= MOST_SOFT:
        _stop(db, email, "marketing", "soft_bounces", source, settings, now)


def _soft(db: Session, email: str, now: datetime) -> int:
    """Count what came back softly of late and was followed by no letter that got through."""
    counting = select(func.count(Bounce.id)).where(
        Bounce.email == email, Bounce.kind == "soft", Bounce.is_forgiven.is_(False),
        Bounce.at > now - SOFT_WITHIN,
    )  # fmt: skip
    return db.scalar(counting) or 0


def _stop(
    db: Session, email: str, scope: Scope, reason: str, source: str, settings: Settings,
    now: datetime,
) -> None:  # fmt: skip
    newsletter.suppress(
        db, email, scope=scope, reason=reason, source=source, now=now, settings=settings
    )
