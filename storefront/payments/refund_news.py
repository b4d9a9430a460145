"""What becomes of a refund at Stripe: its state, the books, the letters and who is told."""

import logging

from sqlalchemy.orm import Session

from storefront import clock, database, events
from storefront.documents import service as documents
from storefront.money import Money
from storefront.orders import history
from storefront.orders.states import REFUND_MOVES
from storefront.ownership import endings
from storefront.payments import books, letters
from storefront.payments.gateway import RefundFacts
from storefront.payments.models import Refund
from storefront.pricing import gift_cards
from storefront.settings import Settings

log = logging.getLogger(__name__)

STATES = {
    "pending": "pending", "requires_action": "pending", "succeeded": "succeeded",
    "failed": "failed", "canceled": "cancelled",
}  # fmt: skip


def follow(db: Session, refund: Refund, facts: RefundFacts, settings: Settings) -> None:
    """Bring a refund, whose order is locked, to where Stripe says it is."""
    refund.stripe_id = refund.stripe_id or facts.stripe_id
    state = STATES.get(facts.status, "pending")
    if state == refund.state:
        return
    if state not in REFUND_MOVES[refund.state]:
        log.warning("refund %s is %s and cannot be %s", refund.id, refund.state, state)
        return
    refund.failure = facts.failure[:400]
    move(db, refund, state, settings)


def move(db: Session, refund: Refund, state: str, settings: Settings) -> None:
    """Move a refund and do what its new state asks for."""
    refund.state = state
    books.count(db, refund.order, settings)
    if state == "pending":
        return
    refund.done_at = clock.now()
    if state == "succeeded":
        _succeed(db, refund, settings)
    else:
        _fail(db, refund, settings)


def _succeed(db: Session, refund: Refund, settings: Settings) -> None:
    order = refund.order
    if refund.gift_minor and refund.gift_at is None:
        gift_cards.give_back(db, order, refund.gift_minor, clock.now())
        refund.gift_at = clock.now()
    sum_text = Money(refund.total_minor, refund.currency).text(settings.locale)
    history.note(
        db, order, "refunded", f"{sum_text} was refunded.", by=refund.by, is_public=True,
        refund=refund.reference,
    )  # fmt: skip
    if refund.payment is None or not refund.payment.is_surplus:  # that was never invoiced
        documents.issue_credit_note(db, order, refund, settings)
    letters.refunded(db, refund, settings)
    endings.tell(db, order, settings, clock.now())
    number, reference = order.number, refund.reference
    database.after_commit(db, lambda: _tell(number, reference))


def _tell(number: str, reference: str) -> None:
    events.order_refunded.send(None, order_number=number, refund=reference)


def _fail(db: Session, refund: Refund, settings: Settings) -> None:
    """Tell the shopkeeper; the buyer is told nothing until somebody has decided."""
    sum_text = Money(refund.total_minor, refund.currency).text(settings.locale)
    why = refund.failure or "the bank gave no reason"
    history.note(
        db, refund.order, "refund_failed", f"The refund of {sum_text} failed: {why}.",
        refund=refund.reference,
    )  # fmt: skip
    documents.reverse_credit_note(db, refund.order, refund, settings)
    letters.refund_failed(db, refund, settings)
