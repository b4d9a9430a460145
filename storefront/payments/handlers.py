"""What each kind of event makes us look at: one table; what is not in it is kept and left alone.

Rooms above this one add a table of their own when the app is built. What is about nothing of ours
is theirs to look at: a session that is no order's may have begun a membership.
"""

from collections.abc import Callable, Iterator, Mapping
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


Handler = Callable[[Told, Gateway, Settings], str | None]  # None = not of this room

MOST_TYPES = 20  # a list of events can name no more at once


def session(told: Told, gateway: Gateway, settings: Settings) -> str | None:
    """Settle the attempt of a session."""
    with database.transaction() as db:
        attempt_id = receipts.attempt_of(db, told.reference, told.object_id)
    if attempt_id is None:
        return None
    return settle.settle(
        attempt_id, gateway, settings, session_id=told.object_id, event_id=told.event_id
    )


def refund(told: Told, gateway: Gateway, settings: Settings) -> str | None:
    """Look at all refunds of the payment that a refund or a charge is of."""
    is_charge = told.type == "charge.refunded"
    reference = gateway.payment_of("charge" if is_charge else "refund", told.object_id)
    payment_id = _payment(reference)
    if payment_id is None:
        return None
    return refund_sync.sync(payment_id, gateway, settings, event_id=told.event_id)


def dispute(told: Told, gateway: Gateway, settings: Settings) -> str | None:
    """Look at a dispute."""
    facts = gateway.read_dispute(told.object_id)
    payment_id = _payment(facts.payment_reference)
    if payment_id is None:
        return None
    return dispute_news.record(payment_id, facts, settings, event_id=told.event_id)


def fraud_warning(told: Told, gateway: Gateway, settings: Settings) -> str | None:
    """Tell the shopkeeper of what a card network thinks of a payment."""
    payment_id = _payment(gateway.payment_of("warning", told.object_id))
    if payment_id is None:
        return None
    return dispute_news.warn(payment_id, settings, event_id=told.event_id)


def _payment(reference: str) -> int | None:
    with database.transaction() as db:
        return receipts.payment_of(db, reference)


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
"""Type of event to what is done for orders."""

ABOVE: dict[str, Handler] = {}
"""The same for the rooms above, which they write themselves into with `add`."""


def add(handlers: Mapping[str, Handler]) -> None:
    """Let a room above look at these types too, when no order is meant."""
    ABOVE.update(handlers)


def is_known(kind: str) -> bool:
    """Tell whether anything is done at this type of event."""
    return kind in HANDLERS or kind in ABOVE


def types() -> Iterator[tuple[str, ...]]:
    """Name all types that something is done at, in lists that are short enough to ask with."""
    every = tuple(dict.fromkeys([*HANDLERS, *ABOVE]))
    for start in range(0, len(every), MOST_TYPES):
        yield every[start : start + MOST_TYPES]


def handle(told: Told, gateway: Gateway, settings: Settings) -> str:
    """Do what an event hints at; what nobody here knows is put off, as it may be ahead of us."""
    for table in (HANDLERS, ABOVE):
        outcome = table[told.type](told, gateway, settings) if told.type in table else None
        if outcome is not None:
            return outcome
    with database.transaction() as db:
        return receipts.put_off(db, told.event_id, receipts.ORPHAN, settings)
