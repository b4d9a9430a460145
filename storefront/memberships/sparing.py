"""How long gifts last beside what is paid, and after one another: no time twice, none lost."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from storefront.memberships import notes, rules
from storefront.memberships.models import (
    Membership,
    MembershipGift,
    MembershipPayment,
    MembershipSpared,
)


def prolong(db: Session, bill: MembershipPayment, start: datetime, end: datetime) -> None:
    """Let the gifts that an address had when it paid for a time last so much longer."""
    email = db.get_one(Membership, bill.membership_id).email
    mine = _gifts(email).where(
        Membership.created_at <= bill.made_at, Membership.period_end > start
    )
    seconds = int((end - start).total_seconds())
    for row in db.scalars(mine) if seconds > 0 else ():
        if row.period_end is not None:
            row.period_end += timedelta(seconds=seconds)
            db.add(MembershipSpared(payment_id=bill.id, membership_id=row.id, seconds=seconds))
            said = "It lasts longer: another membership is paid meanwhile."
            notes.add(db, row, bill.made_at, said)
    db.flush()


def take_off(db: Session, bill: MembershipPayment, now: datetime) -> None:
    """Take back by how much gifts lasted longer for a bill; what began after them begins earlier."""
    spared = select(MembershipSpared).where(MembershipSpared.payment_id == bill.id)
    last, span = None, timedelta(0)
    for found in db.scalars(spared.order_by(MembershipSpared.membership_id)).all():
        row = db.get_one(
            Membership, found.membership_id, with_for_update=True, populate_existing=True
        )
        span = timedelta(seconds=found.seconds)  # the same for each
        if row.period_end is not None and row.status == "active":
            last = row
            row.period_end -= span
            notes.add(db, row, now, "It lasts no longer for a payment that went back.")
        db.delete(found)
    db.flush()
    if last is not None and last.period_end is not None:
        _draw_near(db, last, last.period_end + span, span, now)


def close_gap(db: Session, gone: Membership, now: datetime) -> None:
    """Let the gifts that follow one which is taken back begin as much earlier as it had left."""
    if gone.period_end is None:
        return
    before = select(func.max(Membership.period_end)).where(
        Membership.email == gone.email, Membership.status.in_(rules.RUNS),
        or_(Membership.source != rules.GIFT, Membership.id < gone.id),
    )  # fmt: skip
    began = max(now, db.scalar(before) or now)
    _draw_near(db, gone, gone.period_end, gone.period_end - began, now)


def _draw_near(
    db: Session, before: Membership, end: datetime, span: timedelta, now: datetime
) -> None:
    """Bring forward the gifts that were to begin at an end; each keeps the months it is good for."""
    later = _gifts(before.email).where(
        Membership.id > before.id, Membership.period_end > end, Membership.created_at < end
    )
    for row in db.scalars(later) if span > timedelta(0) else ():
        months = select(MembershipGift.months).where(MembershipGift.membership_id == row.id)
        least = rules.months_after(now, db.scalars(months).one())
        ends = max(row.period_end - span, least) if row.period_end else least
        if row.period_end is not None and ends < row.period_end:
            row.period_end = ends
            notes.add(db, row, now, "It begins earlier: what came before it was taken back.")
    db.flush()


def _gifts(email: str) -> Select[Membership]:
    """Choose the gifts of an address that are not taken back, for this transaction."""
    mine = select(Membership).where(
        Membership.email == email, Membership.source == rules.GIFT, Membership.status == "active",
    )  # fmt: skip
    ordered = mine.order_by(Membership.id).with_for_update()
    return ordered.execution_options(populate_existing=True)
