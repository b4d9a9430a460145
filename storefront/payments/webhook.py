"""What Stripe tells us: the receipt is committed first, then the object is read again."""

import logging

from storefront import database
from storefront.payments import receipts, settle
from storefront.payments.gateway import Gateway, GatewayRefused, GatewayUnavailable, Hint
from storefront.settings import Settings

log = logging.getLogger(__name__)

OURS = "checkout.session."


def receive(hint: Hint, gateway: Gateway, settings: Settings) -> None:
    """Record an event durably, then do what it hints at; what fails now is tried again later."""
    with database.transaction() as db:
        event = receipts.remember(db, hint)
        if event.done_at is not None:
            return
        if hint.livemode != settings.livemode:
            receipts.finish(db, hint.event_id, "other_mode")
            return
        if not hint.type.startswith(OURS):
            receipts.finish(db, hint.event_id, "not_needed")
            return
    try:
        work(hint.event_id, hint.reference, hint.object_id, gateway, settings)
    except Exception:  # whatever it is, the receipt is kept: the sweep will do it
        log.exception("event %s is left to the sweep", hint.event_id)


def work(
    event_id: str, reference: str, session_id: str, gateway: Gateway, settings: Settings
) -> str:
    """Do what a recorded event hints at; tell the attempt's state, or why not."""
    with database.transaction() as db:
        attempt_id = receipts.attempt_of(db, reference, session_id)
        if attempt_id is None:
            return receipts.put_off(db, event_id, receipts.ORPHAN, settings)
    try:
        return settle.settle(
            attempt_id, gateway, settings, session_id=session_id, event_id=event_id
        )
    except (GatewayUnavailable, GatewayRefused) as error:
        outcome, why = receipts.UNANSWERED, str(error)
    except Exception as error:  # it is tried again, and told when that never helps
        log.exception("event %s could not be done", event_id)
        outcome, why = receipts.BROKEN, f"{type(error).__name__}: {error}"
    with database.transaction() as db:
        return receipts.put_off(db, event_id, outcome, settings, why)
