"""Consent as it stands at the moment of sending: the choice of readers was frozen, their consent was not."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from storefront.dispatch.models import Delivery
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


def is_reading(now: datetime) -> ColumnElement[bool]:
    """Ask of a delivery, in the statement that begins it, whether its reader is still on the list.

    Each question names the whole of a key, so that no plan walks through a list of thousands for one
    letter; where there is no answer, that is a no.
    """
    state = select(Subscriber.state).where(Subscriber.id == Delivery.subscriber_id)
    slug = select(Issue.list_slug).where(Issue.id == Delivery.issue_id).correlate(Delivery)
    is_awake = or_(Subscription.paused_until.is_(None), Subscription.paused_until <= now)
    reads = select(and_(Subscription.state == "confirmed", is_awake)).where(
        Subscription.subscriber_id == Delivery.subscriber_id,
        Subscription.list_slug == slug.scalar_subquery(),
    )
    return and_(state.scalar_subquery() == "confirmed", reads.scalar_subquery())


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
