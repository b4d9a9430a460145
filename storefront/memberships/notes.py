"""What happened to a membership, for whoever of the staff is asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.memberships.models import Membership, MembershipNote

WHY = {
    "trial_used": "this address or card has had its trial.",
    "second": "this address has a membership already.",
    "disputed": "the bank took its money back.",
    "staff": "somebody of the staff pressed the button.",
}


def add(db: Session, row: Membership, at: datetime, text: str) -> None:
    """Write down what happened, in the transaction in which it does."""
    db.add(MembershipNote(membership_id=row.id, at=at, text=text[:300]))


def of(db: Session, membership_id: int) -> Sequence[MembershipNote]:
    """List what happened, oldest first."""
    mine = select(MembershipNote).where(MembershipNote.membership_id == membership_id)
    return db.scalars(mine.order_by(MembershipNote.id)).all()
