"""What a reader has chosen, and changing it: lists are joined and left, topics replaced."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.newsletter import consent, lists, subscriptions, suppression
from storefront.newsletter.models import Subscriber, Subscription
from storefront.settings import Settings


@dataclass(frozen=True)
class Choice:
    """One newsletter as its reader, or somebody who could be one, sees it."""

    slug: str
    name: str
    about: str
    reads: bool
    paused_until: str  # a day, empty when it does not pause


def of(db: Session, email: str) -> list[Choice]:
    """List what is offered, and hidden lists that the address is on already."""
    mine = {each.list_slug: each for each in db.scalars(_theirs(email))}
    return [
        Choice(one.slug, one.name, one.about, one.slug in mine, _pause(mine.get(one.slug)))
        for one in lists.everything(db, offered_only=False)
        if one.is_offered or one.slug in mine
    ]


def keep(
    db: Session, email: str, wanted: Collection[str], topics: Collection[str], *, client: str,
    settings: Settings, now: datetime,
) -> None:  # fmt: skip
    """Read exactly these of the lists that are offered, with these topics."""
    had, before = {*subscriptions.joined(db, email)}, subscriptions.topics(db, email)
    shown = consent.Evidence(
        email, consent.CHOICES, "preferences", settings.locale, settings.policy_version
    )
    gone = {one.slug for one in lists.everything(db)} & had - {*wanted}
    if wanted:  # who was erased, and chooses letters anew, gets them
        suppression.release(db, email, by="", now=now, settings=settings, reasons=("erased",))
    subscriptions.join(db, shown, wanted, client=client, now=now, settings=settings)
    if gone:
        subscriptions.leave(
            db, email, gone, client=client, settings=settings, now=now, form="preferences",
            words=consent.CHOICES,
        )  # fmt: skip
    if sorted(topics) != before:
        subscriptions.choose_topics(db, email, topics)
        consent.record(db, "changed", shown.about(wanted), client, settings, now)


def _theirs(email: str) -> Select[Subscription]:
    on = (Subscriber.email == email, Subscription.state == "confirmed")
    return select(Subscription).join(Subscriber).where(*on)


def _pause(mine: Subscription | None) -> str:
    if mine is None or mine.paused_until is None or mine.paused_until <= clock.now():
        return ""
    return mine.paused_until.date().isoformat()
