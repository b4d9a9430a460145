"""What has to end before an address can be erased: goods, money and contracts that still run."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storefront.aftersales.models import Return, Withdrawal
from storefront.memberships.models import Membership, MembershipAttempt
from storefront.orders.models import Order
from storefront.settings import Settings

RUNNING_ORDERS = ("awaiting_payment", "processing", "paid", "needs_attention")
RUNNING_RETURNS = ("requested", "approved", "received")
RUNNING_MEMBERSHIPS = ("trialing", "active", "past_due", "unpaid", "paused")
ENDED_DISPUTES = ("won", "lost", "warning_closed", "prevented")


def of(db: Session, email: str, settings: Settings, now: datetime) -> list[str]:
    """Say in sentences what has to end first; nothing when all may be erased."""
    del settings
    found = []
    if _runs_membership(db, email, now):
        found.append("A membership runs with this address: end it first, on the page of the membership.")  # fmt: skip
    found += [
        f"Order {number} is not done yet: wait until it has arrived, or cancel it first."
        for number in db.scalars(_orders(email))
    ]
    if db.scalar(_returns(email)) or db.scalar(_withdrawals(email)):
        found.append("Something is being sent back: wait until that is done.")
    return found


def _runs_membership(db: Session, email: str, now: datetime) -> bool:
    runs = select(Membership.id).where(
        Membership.email == email, Membership.source == "stripe",
        Membership.status.in_(RUNNING_MEMBERSHIPS), Membership.ended_at.is_(None),
    )  # fmt: skip
    waits = select(MembershipAttempt.id).where(
        MembershipAttempt.email == email, MembershipAttempt.state.in_(("prepared", "open")),
        MembershipAttempt.expires_at > now,
    )  # fmt: skip
    return any(db.scalar(each.limit(1)) is not None for each in (runs, waits))


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
