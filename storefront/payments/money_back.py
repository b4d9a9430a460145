"""The sweep of money that goes back: refunds on their way and disputes that are open."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from storefront import database
from storefront.payments import dispute_news
from storefront.payments.disputes import OVER
from storefront.payments.gateway import Gateway
from storefront.payments.models import Dispute, Payment, Refund
from storefront.settings import Settings

MOST = 200
LOOK_AGAIN = timedelta(minutes=10)


def waiting_refunds(db: Session, before: datetime) -> list[tuple[int, str]]:
    """List refunds that Stripe has not been asked for, the oldest first."""
    unsent = select(Refund.id, Refund.state).where(
        Refund.state == "prepared", Refund.created_at <= before
    )
    return [(row.id, row.state) for row in db.execute(unsent.order_by(Refund.id).limit(MOST))]


def pending_payments(db: Session, now: datetime) -> list[int]:
    """Choose the payments with refunds on their way that were not looked at for the longest time."""
    on_their_way = select(Refund.payment_id).where(Refund.state == "pending")
    return _in_turn(db, Payment, Payment.id.in_(on_their_way), now)


def open_disputes(db: Session, now: datetime) -> list[int]:
    """Choose the open disputes that were not looked at for the longest time."""
    return _in_turn(db, Dispute, Dispute.status.not_in(OVER), now)


def _in_turn(
    db: Session,
    model: type[Payment] | type[Dispute],
    is_open: ColumnElement[bool],
    now: datetime,
) -> list[int]:
    """Choose some rows and note the look, so that each takes its turn and none is asked of often."""
    is_due = or_(model.looked_at.is_(None), model.looked_at <= now - LOOK_AGAIN)
    longest_ago = (model.looked_at.asc().nulls_first(), model.id)
    wanted = select(model.id).where(is_open, is_due).order_by(*longest_ago).limit(MOST)
    chosen = list(db.scalars(wanted))
    db.execute(update(model).where(model.id.in_(chosen)).values(looked_at=now))
    return chosen


def look_at_dispute(dispute_id: int, gateway: Gateway, settings: Settings) -> str:
    """Ask how a dispute stands; tell whether that is new."""
    with database.transaction() as db:
        known = db.get_one(Dispute, dispute_id)
        name, before, payment_id = known.stripe_id, known.status, known.payment_id
    after = dispute_news.record(payment_id, gateway.read_dispute(name), settings)
    return "unchanged" if after == before else after
