"""What an answer of Stripe changes in a membership, in its notes, and which letters go out for it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.memberships import letters, notes, rules, service, trials
from storefront.memberships.models import Membership, MembershipPlan
from storefront.payments.subscription_gateway import SubscriptionFacts
from storefront.settings import Settings

LIVE = ("incomplete", "trialing", "active", "past_due", "unpaid", "paused")
OVER, LATE = "canceled", "past_due"
TRIAL_USED, SECOND, DISPUTED = "trial_used", "second", "disputed"


def apply(
    db: Session,
    row: Membership,
    facts: SubscriptionFacts,
    asked_at: datetime,
    settings: Settings,
) -> None:
    """Bring a row to what Stripe said at a moment; what has ended stays ended."""
    if row.status == OVER:
        row.read_at = asked_at
        return
    if facts.status == OVER:
        end(db, row, facts.ended_at or asked_at, asked_at, settings)
        return
    before, plan_before, ended_before = row.status, row.plan_slug, row.cancel_at_period_end
    asked_before = row.asks_to_confirm
    _copy(db, row, facts, asked_at)
    is_new = before == "incomplete" and row.status in rules.RUNS
    if facts.reference and facts.trial_end is not None and not row.ends_because:
        _check_trial(db, row, facts, asked_at, settings)
    if row.ends_because:
        return
    if is_new:
        _begin(db, row, settings)
        plan_before = row.plan_slug  # what was chosen before it began is no change
    _tell_status(db, row, before)
    _tell_late(db, row, settings, was_late=before == LATE, was_asking=asked_before)
    _tell_plan(db, row, plan_before, settings)
    _tell_ending(db, row, settings, was_ending=ended_before)


def _copy(db: Session, row: Membership, facts: SubscriptionFacts, asked_at: datetime) -> None:
    """Take over what access depends on."""
    if row.trial_end != facts.trial_end:
        row.reminded_at = None
    row.status, row.read_at = facts.status, asked_at
    row.stripe_customer_id = facts.customer_id
    row.trial_end, row.period_end = facts.trial_end, facts.period_end
    row.cancel_at_period_end = facts.ends
    row.plan_slug = plan_of(db, facts) or row.plan_slug
    row.asks_to_confirm = facts.asks
    is_late = facts.status == LATE
    row.past_due_since = (
        (row.past_due_since or facts.late_since or asked_at) if is_late else None
    )


def plan_of(db: Session, facts: SubscriptionFacts) -> str | None:
    """Name our plan of a subscription's price: by what we wrote on it, or by its lookup key."""
    if facts.plan and db.get(MembershipPlan, facts.plan) is not None:
        return facts.plan
    by_key = select(MembershipPlan.slug).where(MembershipPlan.lookup_key == facts.lookup_key)
    return db.scalar(by_key) if facts.lookup_key else None


def end(
    db: Session, row: Membership, ended_at: datetime, asked_at: datetime, settings: Settings
) -> None:
    """End a membership for good; who was refused at once has had their letter."""
    had_begun = row.status != "incomplete"
    row.read_at = asked_at
    if row.status == OVER:
        return
    row.status, row.ended_at, row.past_due_since = OVER, ended_at, None
    notes.add(db, row, asked_at, "It has ended.")
    if had_begun and row.ends_because not in (TRIAL_USED, SECOND):
        letters.ended(db, row, settings)


def _check_trial(
    db: Session, row: Membership, facts: SubscriptionFacts, now: datetime, settings: Settings
) -> None:
    """Let nobody have a second trial, nor a second membership beside a live one; nothing is charged."""
    if facts.status != "trialing":
        if not trials.was_given(db, facts.stripe_id):  # it is over before we heard of it
            trials.claim(db, row.email, facts.card, facts.stripe_id, settings, now)
        return
    if _has_other(db, row):
        refuse(db, row, SECOND, now, settings)
    elif trials.claim(db, row.email, facts.card, facts.stripe_id, settings, now):
        refuse(db, row, TRIAL_USED, now, settings)


def _has_other(db: Session, row: Membership) -> bool:
    others = select(Membership.id).where(
        Membership.email == row.email, Membership.id != row.id, Membership.source == "stripe",
        Membership.status.in_((*rules.RUNS, "past_due")), Membership.ends_because == "",
    )  # fmt: skip
    return db.scalar(others.limit(1)) is not None


def refuse(db: Session, row: Membership, why: str, now: datetime, settings: Settings) -> None:
    """Decide that we end a membership: it opens nothing from this moment on."""
    row.ends_because = why
    notes.add(db, row, now, f"We end it: {notes.WHY[why]}")
    if why == DISPUTED:
        letters.disputed(db, row, settings)
    else:
        letters.refused(db, row, settings)


def _begin(db: Session, row: Membership, settings: Settings) -> None:
    notes.add(db, row, row.read_at, "It has begun.")
    letters.begun(db, row, settings)


def _tell_status(db: Session, row: Membership, before: str) -> None:
    if before != row.status:
        notes.add(db, row, row.read_at, f"Stripe says {row.status} instead of {before}.")


def _tell_late(
    db: Session, row: Membership, settings: Settings, *, was_late: bool, was_asking: bool
) -> None:
    """Say that a payment is late, and how to mend it: a bank that asks takes no other answer."""
    if row.status != LATE:
        return
    until = rules.open_until(row, service.grace(settings))
    if row.asks_to_confirm and not (was_late and was_asking):
        notes.add(db, row, row.read_at, "The bank asks to confirm the payment.")
        letters.confirm(db, row, until, settings)
    elif not row.asks_to_confirm and not was_late:
        letters.late(db, row, until, settings)


def _tell_plan(db: Session, row: Membership, before: str, settings: Settings) -> None:
    if before != row.plan_slug:
        notes.add(db, row, row.read_at, f"The plan is {row.plan_slug} instead of {before}.")
        letters.changed(db, row, before, settings)


def _tell_ending(db: Session, row: Membership, settings: Settings, *, was_ending: bool) -> None:
    if was_ending == row.cancel_at_period_end:
        return
    said = "It ends with its period." if row.cancel_at_period_end else "It goes on after all."
    notes.add(db, row, row.read_at, said)
    tell = letters.ending if row.cancel_at_period_end else letters.goes_on
    tell(db, row, settings)
