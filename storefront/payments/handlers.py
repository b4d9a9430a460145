"""What each kind of event makes us look at: one table; what is not in it is kept and left alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from storefront import database
from storefront.payments import dispute_news, receipts, refund_sync, settle
from storefront.payments.gateway import Gateway
from storefront.settings import Settings


@dataclass(frozen=True)
class Told:
    """What a recorded event hints at."""

    event_id: str
    type: str
    object_id: str
    reference: str


Handler = Callable[[Told, Gateway, Settings], str]


def session(told: Told, gateway: Gateway, settings: Settings) -> str:
    """Settle the attempt of a session."""
    with database.transaction() as db:
        attempt_id = receipts.attempt_of(db, told.reference, told.object_id)
        if attempt_id is None:
            return receipts.put_off(db, told.event_id, receipts.ORPHAN, settings)
    return settle.settle(
        attempt_id, gateway, settings, session_id=told.object_id, event_id=told.event_id
    )


def refund(told: Told, gateway: Gateway, settings: Settings) -> str:
    """Look at all refunds of the payment that a refund or a charge is of."""
    is_charge = told.type == "charge.refunded"
    reference = gateway.payment_of("charge" if is_charge else "refund", told.object_id)
    payment_id = _payment(told, reference, settings)
    if payment_id is None:
        return receipts.ORPHAN
    return refund_sync.sync(payment_id, gateway, settings, event_id=told.event_id)


def dispute(told: Told, gateway: Gateway, settings: Settings) -> str:
    """Look at a dispute."""
    facts = gateway.read_dispute(told.object_id)
    payment_id = _payment(told, facts.payment_reference, settings)
    if payment_id is None:
        return receipts.ORPHAN
    return dispute_news.record(payment_id, facts, settings, event_id=told.event_id)


def fraud_warning(told: Told, gateway: Gateway, settings: Settings) -> str:
    """Tell the shopkeeper of what a card network thinks of a payment."""
    payment_id = _payment(told, gateway.payment_of("warning", told.object_id), settings)
    if payment_id is None:
        return receipts.ORPHAN
    return dispute_news.warn(payment_id, settings, event_id=told.event_id)


def _payment(told: Told, reference: str, settings: Settings) -> int | None:
    """Find a payment of ours; an event of one that we do not know is put off."""
    with database.transaction() as db:
        payment_id = receipts.payment_of(db, reference)
        if payment_id is None:
            receipts.put_off(db, told.event_id, receipts.ORPHAN, settings)
        return payment_id


HANDLERS: Mapping[str, Handler] = {
    "checkout.session.completed": session,
    "checkout.session.async_payment_succeeded": session,
    "checkout.session.async_payment_failed": session,
    "checkout.session.expired": session,
    "refund.created": refund,
    "refund.updated": refund,
    "refund.failed": refund,
    "charge.refunded": refund,
    "charge.refund.updated": refund,
    "charge.dispute.created": dispute,
    "charge.dispute.updated": dispute,
    "charge.dispute.closed": dispute,
    "charge.dispute.funds_withdrawn": dispute,
    "charge.dispute.funds_reinstated": dispute,
    "radar.early_fraud_warning.created": fraud_warning,
}
"""Type of event to what is done; at most twenty, as a list of events can name no more."""
