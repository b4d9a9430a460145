"""What Stripe tells us: the receipt is committed first, then the object is read again."""

import logging

from storefront import database
from storefront.payments import handlers, receipts
from storefront.payments.gateway import Gateway, GatewayRefused, GatewayUnavailable, Hint
from storefront.payments.handlers import Told
from storefront.settings import Settings

log = logging.getLogger(__name__)


def receive(hint: Hint, gateway: Gateway, settings: Settings) -> None:
    """Record an event durably, then do what it hints at; what fails now is tried again later."""
    if keep(hint, settings):
        try:
            work(hint.event_id, gateway, settings)
        except Exception:  # whatever it is, the receipt is kept: the sweep will do it
            log.exception("event %s is left to the sweep", hint.event_id)


def keep(hint: Hint, settings: Settings) -> bool:
    """Write the receipt of an event; tell whether there is something to do."""
    with database.transaction() as db:
        event = receipts.remember(db, hint)
        if event.done_at is not None:
            return False
        if hint.livemode != settings.livemode:
            receipts.finish(db, hint.event_id, "other_mode")
            return False
        if not handlers.is_known(hint.type):
            receipts.finish(db, hint.event_id, "not_needed")
            return False
        return True


def work(event_id: str, gateway: Gateway, settings: Settings) -> str:
    """Do what a recorded event hints at; tell what became of it, or why nothing did."""
    with database.transaction() as db:
        event = receipts.read(db, event_id)
        if event.done_at is not None:
            return event.outcome
        told = Told(event_id, event.type, event.object_id, event.reference)
    try:
        return handlers.handle(told, gateway, settings)
    except (GatewayUnavailable, GatewayRefused) as error:
        outcome, why = receipts.UNANSWERED, str(error)
    except Exception as error:  # it is tried again, and told when that never helps
        log.exception("event %s could not be done", event_id)
        outcome, why = receipts.BROKEN, f"{type(error).__name__}: {error}"
    with database.transaction() as db:
        return receipts.put_off(db, event_id, outcome, settings, why)
