"""What has to end before an address can be erased: goods, money and contracts that still run."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storefront.aftersales.models import Return, Withdrawal
from storefront.memberships.models import Membership, MembershipAttempt
from storefront.orders.models import Order
from storefront.settings import Settings

RUNS = "A membership runs with this address: end it first, on the page of the membership."
OPEN = "The first payment of a membership or gift is still open: pay it, or wait until it closes by itself, within a day."
RUNNING_ORDERS = ("awaiting_payment", "processing", "paid", "needs_attention")
RUNNING_RETURNS = ("requested", "approved", "received")
RUNNING_MEMBERSHIPS = ("trialing", "active", "past_due", "unpaid", "paused")
ENDED_DISPUTES = ("won", "lost", "warning_closed", "prevented")


def of(db: Session, email: str, settings: Settings, now: datetime) -> list[str]:
    """Say in sentences what has to end first; nothing when all may be erased."""
    del settings, now
    found = [
        sentence
        for sentence, wanted in ((RUNS, _memberships(email)), (OPEN, _begun(email)), (OPEN, _asked(email)))
        if db.scalar(wanted) is not None
    ]  # fmt: skip
    found = list(dict.fromkeys(found))
    found += [
        f"Order {number} is not done yet: wait until it has arrived, or cancel it first."
        for number in db.scalars(_orders(email))
    ]
    if db.scalar(_returns(email)) or db.scalar(_withdrawals(email)):
        found.append("Something is being sent back: wait until that is done.")
    return found


def _memberships(email: str) -> Select[int]:
    mine = (Membership.email == email, Membership.source == "stripe")
    runs = Membership.status.in_(RUNNING_MEMBERSHIPS) & Membership.ended_at.is_(None)
    return select(Membership.id).where(*mine, runs).limit(1)


def _begun(email: str) -> Select[int]:
    """Find what was begun and not paid: Stripe drops it within a day, or its first payment comes."""
    mine = (Membership.email == email, Membership.source == "stripe")
    return select(Membership.id).where(*mine, Membership.status == "incomplete").limit(1)


def _asked(email: str) -> Select[int]:
    """Find pages where something may be paid, or was paid, as long as we have not heard the end.

    Anybody may type an address to give from: only its owner's own wishes keep it.
    """
    waits = MembershipAttempt.state.in_(("prepared", "open")) & MembershipAttempt.is_proven
    return select(MembershipAttempt.id).where(MembershipAttempt.email == email, waits).limit(1)


def _orders(email: str) -> Select[str]:
    is_disputed = Order.dispute_state.is_not(None) & Order.dispute_state.not_in(ENDED_DISPUTES)
    runs = Order.state.in_(RUNNING_ORDERS) | is_disputed
    return select(Order.number).where(Order.email == email, runs).order_by(Order.id)


def _returns(email: str) -> Select[int]:
    of_theirs = select(Return.id).join(Order, Return.order_id == Order.id)
    return of_theirs.where(Order.email == email, Return.state.in_(RUNNING_RETURNS)).limit(1)


def _withdrawals(email: str) -> Select[int]:
    mine = (Withdrawal.email == email, Withdrawal.done_at.is_(None))
    return select(Withdrawal.id).where(*mine).limit(1)
