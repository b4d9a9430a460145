"""What this room writes: a trial begins and ends, a payment is late, it ends, a plan changes, a gift.

Nothing is charged that no letter has announced. Each is written once: its key says what of.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storefront import mail
from storefront.memberships import wording
from storefront.memberships.models import Membership, MembershipGift, MembershipPlan
from storefront.settings import Settings


def begun(db: Session, row: Membership, settings: Settings) -> None:
    """Say that a membership has begun: by a trial with its end and the first charge, or paid."""
    name = "membership_trial" if row.status == "trialing" else "membership_begun"
    _write(db, name, row, str(row.stripe_subscription_id), settings)


def trial_ends(db: Session, row: Membership, settings: Settings) -> None:
    """Remind of the end of a trial and of what is charged then."""
    _write(db, "membership_trial_ends", row, _moment(row.trial_end), settings)


def late(db: Session, row: Membership, until: datetime | None, settings: Settings) -> None:
    """Say that a renewal could not be paid, until when it stays open and how to mend it."""
    _write(db, "membership_late", row, _moment(row.past_due_since), settings, open_until=until)


def confirm(db: Session, row: Membership, until: datetime | None, settings: Settings) -> None:
    """Say that the bank wants a payment to be confirmed, until when it stays open and where."""
    key = _moment(row.past_due_since)
    _write(db, "membership_confirm", row, key, settings, open_until=until)


def ending(db: Session, row: Membership, settings: Settings) -> None:
    """Confirm each time that it ends with its period, and tell what is still charged: nothing, unless it is late."""
    is_late = row.past_due_since is not None
    _write(db, "membership_ending", row, row.read_at.isoformat(), settings, is_late=is_late)


def goes_on(db: Session, row: Membership, settings: Settings) -> None:
    """Confirm that it is charged again after all: the letter before said that nothing is."""
    _write(db, "membership_goes_on", row, row.read_at.isoformat(), settings)


def ended(db: Session, row: Membership, settings: Settings) -> None:
    """Say that it has ended."""
    key = row.stripe_subscription_id or f"gift {row.id}"
    _write(db, "membership_ended", row, key, settings)


def changed(db: Session, row: Membership, before: str, settings: Settings) -> None:
    """Say that another plan is paid from now on."""
    old = db.get_one(MembershipPlan, before)
    key = f"{before}>{row.plan_slug}:{_moment(row.read_at)}"
    _write(db, "membership_changed", row, key, settings, before=old.name)


def refused(db: Session, row: Membership, settings: Settings) -> None:
    """Say why a membership was ended at once, and that nothing was charged."""
    key = str(row.stripe_subscription_id)
    _write(db, "membership_refused", row, key, settings, why=row.ends_because)


def disputed(db: Session, row: Membership, settings: Settings) -> None:
    """Tell the shopkeeper that a bank took a member's money back."""
    context = {"email": row.email, "subscription": row.stripe_subscription_id or ""}
    mail.write(db, "membership_disputed", settings.support_email, f"{row.id}", context)


def gift(db: Session, given: MembershipGift, code: str, settings: Settings, *, to: str) -> None:
    """Send the code of a gift; it is written nowhere else and never kept with the letter."""
    plan = db.get_one(MembershipPlan, given.plan_slug)
    context = {
        "code": code,
        "plan": plan.name,
        "lasts": wording.lasts(given.months),
        "until": wording.day(given.expires_at, settings),
        "gift_url": f"{wording.address('/gift', settings)}#{code}",
    }
    mail.write(db, "membership_gift", to, str(given.id), context, keep=False)


def gift_taken(db: Session, row: Membership, settings: Settings) -> None:
    """Say until when a redeemed gift lasts and that nothing is ever charged for it."""
    _write(db, "membership_gift_taken", row, str(row.id), settings)


def _write(
    db: Session, letter: str, row: Membership, key: str, settings: Settings,
    *, open_until: datetime | None = None, **more: Any,
) -> None:  # fmt: skip
    plan = db.get_one(MembershipPlan, row.plan_slug)
    context = {
        "plan": plan.name,
        "price": wording.price(plan, settings),
        "amount": wording.amount(plan, settings),
        "trial_end": wording.day(row.trial_end, settings),
        "period_end": wording.day(row.period_end, settings),
        "open_until": wording.day(open_until, settings),
        "manage_url": wording.address("/manage", settings),
        "join_url": wording.address("", settings),
    }
    mail.write(db, letter, row.email, f"{row.id}:{key}"[:150], context | more)


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
