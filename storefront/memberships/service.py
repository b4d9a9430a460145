"""Who is a member now, and what can be joined."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from storefront.errors import NotFound
from storefront.memberships import rules
from storefront.memberships.models import Membership, MembershipPlan
from storefront.memberships.rules import Grace, Standing
from storefront.settings import Settings

MOST_AT_ONCE = 5000  # addresses in one statement


def grace(settings: Settings) -> Grace:
    """Read from the settings how long a membership opens beyond what is certain."""
    return Grace(
        clock=timedelta(minutes=settings.member_clock_minutes),
        late=timedelta(days=settings.member_grace_days),
    )


def standing(db: Session, email: str, now: datetime, settings: Settings) -> Standing | None:
    """Tell by what an address is a member now; None when it is none."""
    return members(db, [email], now, settings).get(email)


def members(
    db: Session, emails: Collection[str], now: datetime, settings: Settings
) -> dict[str, Standing]:
    """Tell the standing of many addresses, in one statement for each five thousand of them."""
    wanted, found = list(emails), dict[str, Standing]()
    for start in range(0, len(wanted), MOST_AT_ONCE):
        some = wanted[start : start + MOST_AT_ONCE]
        for row, plan_name in _live(db, some, now, settings):
            told = _standing(row, plan_name, grace(settings))
            known = found.get(row.email, told)
            longest = max(known, told, key=lambda one: one.until)
            opens_until = max(known.opens_until, told.opens_until)
            found[row.email] = replace(longest, opens_until=opens_until)
    return found


def _live(
    db: Session, emails: Collection[str], now: datetime, settings: Settings
) -> Sequence[tuple[Membership, str]]:
    live = (
        select(Membership, MembershipPlan.name)
        .join(MembershipPlan, MembershipPlan.slug == Membership.plan_slug)
        .where(Membership.email.in_(emails), is_member_clause(now, settings))
        .order_by(Membership.id)
    )
    return [(row, name) for row, name in db.execute(live)]


def _standing(row: Membership, plan_name: str, patience: Grace) -> Standing:
    until, opens_until = rules.told_until(row, patience), rules.open_until(row, patience)
    if until is None or opens_until is None:
        message = f"membership {row.id} opens without an end"
        raise RuntimeError(message)
    return Standing(
        plan_slug=row.plan_slug, name=plan_name, status=row.status, until=until,
        opens_until=opens_until, is_trial=row.status == "trialing",
        ends=row.cancel_at_period_end or row.source == rules.GIFT, source=row.source,
    )  # fmt: skip


def is_member_clause(now: datetime, settings: Settings) -> ColumnElement[bool]:
    """Say in SQL what `rules.opens` says of one row of the table."""
    patience = grace(settings)
    runs = Membership.status.in_(rules.RUNS)
    is_gift = Membership.source == rules.GIFT
    in_period = or_(
        and_(runs, is_gift, Membership.period_end > now),
        and_(runs, ~is_gift, Membership.period_end > now - patience.clock),
    )
    is_late = and_(
        Membership.status == "past_due", Membership.past_due_since > now - patience.late
    )
    return and_(Membership.ends_because == "", or_(in_period, is_late))


def plans(db: Session) -> list[MembershipPlan]:
    """List what can be joined now, in order."""
    offered = select(MembershipPlan).where(MembershipPlan.is_offered)
    return list(db.scalars(offered.order_by(MembershipPlan.position, MembershipPlan.slug)))


def plan(db: Session, slug: str) -> MembershipPlan:
    """Find a plan that can be joined now.

    Raises:
        NotFound: there is none of this name, or it is not offered any more.
    """
    found = db.get(MembershipPlan, slug)
    if found is None or not found.is_offered:
        raise NotFound("There is no such membership.")
    return found


def of_address(db: Session, email: str) -> Sequence[Membership]:
    """List everything an address was ever a member by, newest first."""
    mine = select(Membership).where(Membership.email == email)
    return db.scalars(mine.order_by(Membership.id.desc())).all()
