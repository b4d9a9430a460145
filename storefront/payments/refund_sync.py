"""Compare the refunds of a payment with Stripe's list, also those that were made there by hand."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database, tokens
from storefront.orders import history
from storefront.orders.models import Order
from storefront.payments import books, receipts, refund_news
from storefront.payments.gateway import Gateway, RefundFacts
from storefront.payments.models import Payment, Refund
from storefront.payments.refundable import FAILED, payment_left
from storefront.settings import Settings

BY_HAND = "stripe"  # who made a refund that we never asked for
MADE_THERE = "A refund was made at Stripe."
TO_CANCEL = f"{MADE_THERE} Cancel here what is not to be sent any more."
GAVE_NOTHING = frozenset({"failed", "canceled"})


def sync(
    payment_id: int, gateway: Gateway, settings: Settings, *, event_id: str | None = None
) -> str:
    """List the refunds of a payment and write down how they stand. Again changes nothing.

    Raises:
        GatewayUnavailable: no answer; nothing has changed.
    """
    with database.transaction() as db:
        reference = db.get_one(Payment, payment_id).reference
    listed = gateway.list_refunds(reference)
    with database.transaction() as db:
        payment = db.get_one(Payment, payment_id)
        order = books.lock(db, payment.order_id)
        changed = [_follow(db, order, payment, facts, settings) for facts in reversed(listed)]
        outcome = "refunded" if any(changed) else "unchanged"
        receipts.finish(db, event_id, outcome)
        return outcome


def _follow(
    db: Session, order: Order, payment: Payment, facts: RefundFacts, settings: Settings
) -> bool:
    refund = _ours(db, facts)
    if refund is None:
        if facts.status in GAVE_NOTHING:
            return False
        refund = _adopt(db, order, payment, facts, settings)
    before = refund.state
    refund_news.follow(db, refund, facts, settings)
    return refund.state != before


def _ours(db: Session, facts: RefundFacts) -> Refund | None:
    by_id = db.scalar(select(Refund).where(Refund.stripe_id == facts.stripe_id))
    if by_id is not None or not facts.reference:
        return by_id
    return db.scalar(select(Refund).where(Refund.reference == facts.reference))


def _adopt(
    db: Session, order: Order, payment: Payment, facts: RefundFacts, settings: Settings
) -> Refund:
    """Take over a refund that somebody made at Stripe; what it leaves no money for is dropped."""
    for waiting in _unsent(db, payment):
        if payment_left(db, payment) >= facts.amount_minor:
            break
        waiting.state, waiting.failure = "cancelled", "It was refunded at Stripe instead."
        waiting.done_at = clock.now()
        db.flush()
    taken = db.scalars(select(Refund.turn).where(Refund.order_id == order.id)).all()
    refund = Refund(
        reference=tokens.key(), idempotency_key=tokens.key(), stripe_id=facts.stripe_id,
        order_id=order.id, payment=payment, turn=max(taken, default=-1) + 1,
        amount_minor=facts.amount_minor, gift_minor=0, shipping_minor=0,
        currency=facts.currency, reason="other", note="Made at Stripe.", request={},
        state="prepared", by=BY_HAND, created_at=clock.now(), sent_at=clock.now(),
    )  # fmt: skip
    db.add(refund)
    books.count(db, order, settings)
    history.note(db, order, "refund_asked", MADE_THERE, by=BY_HAND)
    if order.state == "paid" and not payment.is_surplus:
        order.attention = order.attention or TO_CANCEL
    return refund


def _unsent(db: Session, payment: Payment) -> list[Refund]:
    """List what is asked for and not yet known to Stripe, newest first."""
    waiting = select(Refund).where(
        Refund.payment_id == payment.id, Refund.stripe_id.is_(None),
        Refund.state.not_in(FAILED), Refund.amount_minor > 0,
    )  # fmt: skip
    return list(db.scalars(waiting.order_by(Refund.id.desc())))
