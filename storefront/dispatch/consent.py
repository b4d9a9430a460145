"""Consent as it stands at the moment of sending: the choice of readers was frozen, their consent was not."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.issues.models import Issue
from storefront.newsletter import addresses
from storefront.newsletter.models import Subscriber, Subscription, Suppression
from storefront.settings import Settings

LEFT = "The reader has left since."
RESTS = "The reader asked for a rest from this newsletter."
SUPPRESSED = "This address must not be written to."

Wanted = dict[int, tuple[str, str, str]]


def still_wanted(
    db: Session, issue: Issue, reader_ids: Sequence[int], settings: Settings, now: datetime
) -> Wanted:
    """Give (why not, address, language) of each reader; an empty reason is a yes."""
    on_list = (Subscription.subscriber_id == Subscriber.id) & (
        Subscription.list_slug == issue.list_slug
    )
    columns = (Subscriber.id, Subscriber.email, Subscriber.locale, Subscriber.state)
    here = (func.coalesce(Subscription.state, "left"), Subscription.paused_until)
    found = select(*columns, *here).outerjoin(Subscription, on_list)
    rows = db.execute(found.where(Subscriber.id.in_(reader_ids))).all()
    held = _suppressed(db, [row[1] for row in rows], settings)
    return {
        key: (SUPPRESSED if email in held else _why_not(state, on, until, now), email, locale)
        for key, email, locale, state, on, until in rows
    }


def _why_not(state: str, on_list: str, rests_until: datetime | None, now: datetime) -> str:
    if state == "suppressed":
        return SUPPRESSED
    if state != "confirmed" or on_list != "confirmed":
        return LEFT
    return RESTS if rests_until and rests_until > now else ""


def _suppressed(db: Session, emails: Sequence[str], settings: Settings) -> set[str]:
    """Find the addresses that stand on the list of hashes."""
    marks = {mark: email for email in emails for mark in addresses.persons(email, settings)}
    held = select(Suppression.fingerprint).where(
        Suppression.fingerprint.in_(marks), Suppression.released_at.is_(None)
    )
    return {marks[mark] for mark in db.scalars(held)}
