"""The reminder three days before a trial ends: once, and only while the trial goes on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.memberships import letters, notes
from storefront.memberships.models import Membership
from storefront.settings import Settings

AHEAD = timedelta(days=3)
MOST = 100  # in one run of the job


def due(db: Session, now: datetime) -> Sequence[str]:
    """Name the subscriptions whose trial ends within three days and whose member was not told."""
    soon = select(Membership.stripe_subscription_id).where(
        Membership.status == "trialing", Membership.trial_end > now,
        Membership.trial_end <= now + AHEAD, Membership.reminded_at.is_(None),
        Membership.cancel_at_period_end.is_(False), Membership.ends_because == "",
        Membership.stripe_subscription_id.is_not(None),
    )  # fmt: skip
    found = db.scalars(soon.order_by(Membership.trial_end).limit(MOST))
    return [each for each in found if each]


def remind(db: Session, subscription_id: str, now: datetime, settings: Settings) -> bool:
    """Write the reminder if the trial still goes on and is not ended; tell whether it was written.

    Call it after the subscription was read: a trial that was cut short is no trial any more.
    """
    mine = select(Membership).where(Membership.stripe_subscription_id == subscription_id)
    row = db.scalars(
        mine.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or row.status != "trialing" or row.trial_end is None:
        return False
    if row.reminded_at is not None or row.cancel_at_period_end or row.ends_because:
        return False
    row.reminded_at = now
    notes.add(db, row, now, "The end of the trial was announced.")
    letters.trial_ends(db, row, settings)
    return True
