"""What must always be true of memberships; each breach is a sentence."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.memberships import rules
from storefront.memberships.models import Membership, MembershipGift, TrialUse
from storefront.memberships.rules import GIFT

PAID_FOR = (*rules.RUNS, "past_due")


def problems(db: Session) -> list[str]:
    """List every breach; none is what a healthy shop says."""
    checks = (_named, _one_each, _trials, _gifts)
    return [sentence for check in checks for sentence in check(db)]


def _named(db: Session) -> Iterator[str]:
    """Every membership that Stripe bills names its subscription, and no gift does."""
    has_none = Membership.stripe_subscription_id.is_(None)
    wrong = select(Membership.id, Membership.source).where(
        (Membership.source == "stripe") == has_none
    )
    for row_id, source in db.execute(wrong.order_by(Membership.id)):
        said = "names a subscription" if source == GIFT else "names no subscription"
        yield f"Membership {row_id} is of {source} and {said}."
    endless = select(Membership.id).where(
        Membership.status.in_(rules.RUNS), Membership.period_end.is_(None)
    )
    for row_id in db.scalars(endless.order_by(Membership.id)):
        yield f"Membership {row_id} runs and has no end of its period."


def _one_each(db: Session) -> Iterator[str]:
    """No address pays for two."""
    live = (
        select(Membership.email, func.min(Membership.id), func.count())
        .where(
            Membership.source == "stripe", Membership.status.in_(PAID_FOR),
            Membership.ends_because == "",
        )
        .group_by(Membership.email)
        .having(func.count() > 1)
    )  # fmt: skip
    for _email, first, count in db.execute(live):
        yield f"The address of membership {first} has {count} that are paid for."


def _trials(db: Session) -> Iterator[str]:
    """Every trial that runs has used up the trial of its address; none is of nobody's."""
    counted = select(TrialUse.subscription_id).where(TrialUse.kind == "address")
    uncounted = select(Membership.id).where(
        Membership.status == "trialing", Membership.ends_because == "",
        Membership.source == "stripe", Membership.stripe_subscription_id.not_in(counted),
    )  # fmt: skip
    for row_id in db.scalars(uncounted.order_by(Membership.id)):
        yield f"Membership {row_id} is in a trial that is counted for no address."
    known = select(Membership.stripe_subscription_id).where(
        Membership.stripe_subscription_id.is_not(None)
    )
    lost = select(TrialUse.id, TrialUse.kind).where(TrialUse.subscription_id.not_in(known))
    for use_id, kind in db.execute(lost.order_by(TrialUse.id)):
        yield f"Used trial {use_id} of a {kind} belongs to no membership."


def _gifts(db: Session) -> Iterator[str]:
    """A redeemed gift has its membership, one that is not has none, and one taken back is closed."""
    wrong = select(MembershipGift.id).where(
        MembershipGift.redeemed_at.is_(None) != MembershipGift.membership_id.is_(None)
    )
    for gift_id in db.scalars(wrong.order_by(MembershipGift.id)):
        yield f"Gift {gift_id} is redeemed without a membership, or the other way round."
    open_still = (
        select(MembershipGift.id)
        .join(Membership, Membership.id == MembershipGift.membership_id)
        .where(MembershipGift.revoked_at.is_not(None), Membership.status != "canceled")
    )
    for gift_id in db.scalars(open_still.order_by(MembershipGift.id)):
        yield f"Gift {gift_id} was taken back and its membership is open still."
