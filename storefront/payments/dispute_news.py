"""What becomes of a dispute: the row, the order's note of it, the books, and who is told."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.money import Money
from storefront.orders import history
from storefront.orders.models import Order
from storefront.ownership import endings
from storefront.payments import books, letters, receipts
from storefront.payments.disputes import OVER
from storefront.payments.gateway import DisputeFacts
from storefront.payments.models import Dispute, Payment
from storefront.settings import Settings

DISPUTED = "The buyer's bank disputes the payment"
WARNED = "The card network takes the payment for fraud"


def record(
    payment_id: int, facts: DisputeFacts, settings: Settings, *, event_id: str | None = None
) -> str:
    """Write down how a dispute stands; tell its status. Again changes nothing."""
    with database.transaction() as db:
        payment = db.get_one(Payment, payment_id)
        order = books.lock(db, payment.order_id)
        dispute, before = _row(db, payment, facts)
        dispute.status, dispute.reason = facts.status[:40], facts.reason[:80]
        dispute.amount_minor, dispute.due_at = facts.amount_minor, facts.due_at
        db.flush()
        order.dispute_state = _state(db, order)
        books.count(db, order, settings)
        endings.tell(db, order, settings, clock.now())
        if before != dispute.status:
            _tell(db, order, dispute, before, settings)
        receipts.finish(db, event_id, dispute.status)
        return dispute.status


def _row(db: Session, payment: Payment, facts: DisputeFacts) -> tuple[Dispute, str]:
    """Find the row of a dispute, or make it; tell the status it had."""
    known = db.scalar(select(Dispute).where(Dispute.stripe_id == facts.stripe_id))
    if known is not None:
        return known, known.status
    made = Dispute(
        stripe_id=facts.stripe_id, order_id=payment.order_id, payment_id=payment.id,
        amount_minor=facts.amount_minor, currency=facts.currency, status="",
        created_at=clock.now(),
    )  # fmt: skip
    db.add(made)
    return made, ""


def _state(db: Session, order: Order) -> str | None:
    """Choose what the order says of its disputes: an open one first, then a lost one."""
    mine = select(Dispute.status).where(Dispute.order_id == order.id).order_by(Dispute.id)
    statuses = db.scalars(mine).all()
    still = [status for status in statuses if status not in OVER]
    lost = [status for status in statuses if status == "lost"]
    return next(iter(still + lost + list(reversed(statuses))), None)


def _tell(db: Session, order: Order, dispute: Dispute, before: str, settings: Settings) -> None:
    """Tell the shopkeeper when a dispute begins and when it is over."""
    sum_text = Money(dispute.amount_minor, dispute.currency).text(settings.locale)
    text = f"{DISPUTED}: {sum_text}, {dispute.reason or 'no reason given'}, {dispute.status.replace('_', ' ')}."
    history.note(db, order, "dispute", text, dispute=dispute.stripe_id)
    is_over = dispute.status in OVER
    if order.attention.startswith(DISPUTED):
        order.attention = ""
    if dispute.status == "lost":
        text = f"{DISPUTED}, and has taken {sum_text}: ship nothing that is not paid any more."
    if (not is_over or dispute.status == "lost") and not order.attention:
        order.attention = text[:400]
    if not before or is_over:
        letters.dispute_news(db, order, dispute, settings)


def warn(payment_id: int, settings: Settings, *, event_id: str) -> str:
    """Note that a card network suspects fraud; the shopkeeper may refund before a dispute comes."""
    with database.transaction() as db:
        payment = db.get_one(Payment, payment_id)
        order = books.lock(db, payment.order_id)
        text = f"{WARNED}: look at it before it is shipped, or refund it before it is disputed."
        history.note(db, order, "fraud_warning", text, payment=payment.reference)
        order.attention = order.attention or text
        letters.fraud_warning(db, order, payment, settings)
        receipts.finish(db, event_id, "warned")
        return "warned"
