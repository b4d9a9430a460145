"""What the address behind a device opens by being confirmed or by reading: asked where a gate stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from storefront.customers.models import VerifiedAddress
from storefront.customers.visitor import Visitor
from storefront.newsletter.models import Subscriber
from storefront.settings import Settings


@dataclass(frozen=True)
class Reading:
    """The address that a device stands for now; whether it reads, or has once read."""

    email: str | None = None
    reads: bool = False
    has_opened: bool = False  # something, by confirming the newsletter


def of(db: Session, visitor: Visitor, settings: Settings, now: datetime) -> Reading:
    """Tell what a visitor's address stands for; a stranger costs no statement, all others one.

    A device that only waited for a letter stands for nobody once its address was erased, everything
    was signed out, or the letter is older than a session may become.
    """
    if visitor.email is None:
        return Reading()
    asked = select(literal(visitor.email).label("email")).subquery()
    both = (
        select(
            Subscriber.state, VerifiedAddress.verified_at, VerifiedAddress.content_closed_at,
            VerifiedAddress.newsletter_opened_at,
        )
        .select_from(asked)
        .outerjoin(Subscriber, Subscriber.email == asked.c.email)
        .outerjoin(VerifiedAddress, VerifiedAddress.email == asked.c.email)
    )  # fmt: skip
    state, verified_at, closed_at, opened_at = db.execute(both).one()
    if visitor.email_scope == "content":
        oldest = now - timedelta(days=settings.customer_session_days)
        if not _is_open(visitor.confirmed_at or oldest, verified_at, closed_at, oldest):
            return Reading()
    return Reading(visitor.email, state == "confirmed", opened_at is not None)


def _is_open(
    confirmed_at: datetime, verified_at: datetime | None, closed_at: datetime | None,
    oldest: datetime,
) -> bool:  # fmt: skip
    """Tell whether a letter was confirmed by whoever has the address now, and closed by nobody since."""
    if verified_at is None or confirmed_at < verified_at:
        return False
    return confirmed_at > max(oldest, closed_at or oldest)
