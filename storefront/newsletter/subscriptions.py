"""Who reads which newsletter: join, leave, and take leaving back.

A person has a state of their own beside that of each list: confirmed while on one list or more,
left when on none, suppressed when nobody may write to them whatever the lists say.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.customers.service import close_content
from storefront.errors import LinkExpired
from storefront.inserts import insert_once
from storefront.newsletter import consent, departures, suppression
from storefront.newsletter.consent import Evidence
from storefront.newsletter.models import Interest, Subscriber, Subscription
from storefront.settings import Settings

UNDO_FOR = timedelta(minutes=10)
PAUSE_FOR = timedelta(days=90)


def reader(db: Session, email: str) -> Subscriber | None:
    """Find somebody who reads, has read, or must not be written to."""
    return db.scalar(select(Subscriber).where(Subscriber.email == email))


def is_confirmed(db: Session, email: str, list_slug: str | None = None) -> bool:
    """Tell whether an address reads a newsletter now; any of them when none is named."""
    if list_slug is not None:
        return bool(db.scalar(readers_of(list_slug).where(Subscriber.email == email)))
    state = select(Subscriber.state).where(Subscriber.email == email)
    return db.scalar(state) == "confirmed"


def readers_of(list_slug: str, now: datetime | None = None) -> Select[int]:
    """Select the ids of those who may be written to on a list: confirmed there, and not pausing."""
    moment = now or clock.now()
    is_awake = or_(Subscription.paused_until.is_(None), Subscription.paused_until <= moment)
    return (
        select(Subscriber.id)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(Subscription.list_slug == list_slug, Subscription.state == "confirmed")
        .where(Subscriber.state == "confirmed", is_awake)
    )


def joined(db: Session, email: str) -> list[str]:
    """Name the lists that an address is on, in order."""
    on = (
        select(Subscription.list_slug)
        .join(Subscriber, Subscription.subscriber_id == Subscriber.id)
        .where(Subscriber.email == email, Subscription.state == "confirmed")
    )
    return list(db.scalars(on.order_by(Subscription.list_slug)))


def join(
    db: Session, shown: Evidence, list_slugs: Collection[str], *, client: str, now: datetime,
    settings: Settings, event: str = "confirmed",
) -> list[str]:  # fmt: skip
    """Put a proven address on lists, and say which are new to it; none for a suppressed one."""
    found = reader(db, shown.email)
    if not list_slugs or suppression.is_suppressed(db, shown.email, settings=settings):
        return []  # who is on no list reads nothing, and is no reader
    if found is None:
        row = {"email": shown.email, "locale": shown.locale, "state": "left"}
        insert_once(db, Subscriber, **row, confirmed_at=now)  # or an import was quicker
        found = db.scalars(select(Subscriber).where(Subscriber.email == shown.email)).one()
    new = [slug for slug in list_slugs if _put(db, found, slug, now)]
    if found.state != "confirmed":
        found.state, found.confirmed_at, found.left_at = "confirmed", now, None
    if new:
        consent.record(db, event, shown.about(new), client, settings, now)
    return new


def leave(
    db: Session, email: str, lists: Collection[str] | None = None, *, client: str,
    settings: Settings, now: datetime, form: str = "leave", words: str = consent.LEAVE,
) -> datetime | None:  # fmt: skip
    """Stop the letters of some lists, of all when none is named; tell since when they are stopped.

    None for an address that reads nothing of it. Leaving twice is leaving once.
    """
    found = reader(db, email)
    if found is None:
        return None
    mine = _subscriptions(db, found, lists)
    leaving = [each for each in mine if each.state == "confirmed"]
    for each in leaving:
        each.state, each.left_at, each.paused_until = "left", now, None
    db.flush()
    departures.tell(db, found.id, [each.list_slug for each in leaving])
    is_last = found.state == "confirmed" and not joined(db, email)
    if is_last:
        found.state, found.left_at = "left", now
        if not settings.gate_keep_after_leaving:
            close_content(db, email, now)
    if leaving or is_last:
        slugs = [each.list_slug for each in leaving]
        shown = consent.of_reader(found, words, settings, form).about(slugs)
        consent.record(db, "left", shown, client, settings, now)
    since = [each.left_at for each in mine] or [found.left_at]
    return max((moment for moment in since if moment), default=None)


def come_back(
    db: Session, email: str, lists: Collection[str] | None = None, *, client: str,
    settings: Settings, now: datetime,
) -> None:  # fmt: skip
    """Take leaving back, within a few minutes of it.

    Raises:
        LinkExpired: too late; sign up again.
    """
    found = reader(db, email)
    mine = _subscriptions(db, found, lists) if found and found.state != "suppressed" else []
    back = [each for each in mine if each.left_at and now - each.left_at <= UNDO_FOR]
    if found is None or not back:
        message = "It is too late to undo that. Sign up again; it takes one letter."
        raise LinkExpired(message)
    for each in back:
        each.state, each.left_at = "confirmed", None
    found.state, found.left_at = "confirmed", None
    shown = consent.of_reader(found, consent.COME_BACK, settings)
    slugs = [each.list_slug for each in back]
    consent.record(db, "confirmed", shown.about(slugs), client, settings, now)


def pause(db: Session, email: str, lists: Collection[str] | None, now: datetime) -> int:
    """Send nothing of these lists for three months; nobody has left. Tell how many pause."""
    found = reader(db, email)
    mine = _subscriptions(db, found, lists) if found else []
    pausing = [each for each in mine if each.state == "confirmed"]
    for each in pausing:
        each.paused_until = now + PAUSE_FOR
    return len(pausing)


def topics(db: Session, email: str) -> list[str]:
    """Name the body parts that a reader said to care about."""
    theirs = select(Interest.topic).join(Subscriber, Interest.subscriber_id == Subscriber.id)
    return list(db.scalars(theirs.where(Subscriber.email == email).order_by(Interest.topic)))


def choose_topics(db: Session, email: str, chosen: Collection[str]) -> None:
    """Keep exactly these topics of a reader."""
    found = reader(db, email)
    if found is not None:
        db.execute(delete(Interest).where(Interest.subscriber_id == found.id))
        db.add_all(Interest(subscriber_id=found.id, topic=topic) for topic in sorted({*chosen}))


def _subscriptions(
    db: Session, found: Subscriber, lists: Collection[str] | None
) -> Sequence[Subscription]:
    mine = select(Subscription).where(Subscription.subscriber_id == found.id)
    wanted = mine if lists is None else mine.where(Subscription.list_slug.in_(lists))
    return db.scalars(wanted.order_by(Subscription.list_slug).with_for_update()).all()


def _put(db: Session, found: Subscriber, slug: str, now: datetime) -> bool:
    """Put a reader on one list; tell whether they were not on it."""
    mine = next(iter(_subscriptions(db, found, [slug])), None)
    if mine is None:
        row = {"subscriber_id": found.id, "list_slug": slug, "state": "left"}
        insert_once(db, Subscription, **row, confirmed_at=now)
        [mine] = _subscriptions(db, found, [slug])
    if mine.state == "confirmed":
        mine.paused_until = None
        return False
    mine.state, mine.confirmed_at, mine.left_at, mine.paused_until = (
        "confirmed",
        now,
        None,
        None,
    )
    db.flush()
    return True
