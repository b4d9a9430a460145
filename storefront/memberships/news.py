"""What Stripe's events mean for memberships: which thing to read again, never what to believe."""

from collections.abc import Mapping

from storefront import clock, database
from storefront.memberships import bills, joining, money, reminders, sync
from storefront.payments import receipts
from storefront.payments.gateway import Gateway
from storefront.payments.handlers import Handler, Told
from storefront.settings import Settings


def session(told: Told, gateway: Gateway, settings: Settings) -> str | None:
    """Settle the wish of a session, to join or to give."""
    with database.transaction() as db:
        found = [joining.find(db, told.reference, kind) for kind in ("join", "gift")]
        ids = [attempt.id for attempt in found if attempt is not None]
    if not ids:
        return None
    return joining.settle(
        ids[0], gateway, settings, session_id=told.object_id, event_id=told.event_id
    )


def subscription(told: Told, gateway: Gateway, settings: Settings) -> str | None:
    """Read a subscription again."""
    return sync.sync(told.object_id, gateway, settings, event_id=told.event_id)


def trial_will_end(told: Told, gateway: Gateway, settings: Settings) -> str | None:
    """Read a subscription again, and remind if it is in its trial still."""
    status = sync.sync(told.object_id, gateway, settings)
    with database.transaction() as db:
        reminders.remind(db, told.object_id, clock.now(), settings)
        receipts.finish(db, told.event_id, status)
    return status


def invoice(told: Told, gateway: Gateway, settings: Settings) -> str | None:
    """Keep an invoice and read its subscription again; an invoice of none is nothing to us."""
    asked_at, status = clock.now(), sync.NOT_OURS
    found = gateway.read_invoice(told.object_id)
    if found.subscription_id:
        status = sync.sync(found.subscription_id, gateway, settings)
    with database.transaction() as db:
        bills.keep_known(db, found, asked_at)
        receipts.finish(db, told.event_id, status)
    return status


def refund(told: Told, gateway: Gateway, settings: Settings) -> str | None:
    """Look at what went back: a gift whose money is back is taken back."""
    kind = "charge" if told.type == "charge.refunded" else "refund"
    reference = gateway.payment_of(kind, told.object_id)  # type: ignore[arg-type]
    return money.refunded(reference, gateway, settings, event_id=told.event_id)


def dispute(told: Told, gateway: Gateway, settings: Settings) -> str | None:
    """Look at a disputed payment: what it paid for ends."""
    facts = gateway.read_dispute(told.object_id)
    return money.disputed(facts, gateway, settings, event_id=told.event_id)


def warning(told: Told, gateway: Gateway, settings: Settings) -> str | None:
    """Leave an early warning about a membership's payment alone: nothing has happened yet."""
    del settings
    reference = gateway.payment_of("warning", told.object_id)
    if not money.is_ours(reference, gateway):
        return None
    with database.transaction() as db:
        receipts.finish(db, told.event_id, sync.NOT_OURS)
    return sync.NOT_OURS


SESSIONS = ("completed", "async_payment_succeeded", "async_payment_failed", "expired")
SUBSCRIPTIONS = ("created", "updated", "deleted", "paused", "resumed")
INVOICES = ("paid", "payment_failed", "payment_action_required")
DISPUTES = ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")

HANDLERS: Mapping[str, Handler] = {
    **{f"checkout.session.{name}": session for name in SESSIONS},
    **{f"customer.subscription.{name}": subscription for name in SUBSCRIPTIONS},
    "customer.subscription.trial_will_end": trial_will_end,
    **{f"invoice.{name}": invoice for name in INVOICES},
    **dict.fromkeys(
        ("refund.created", "refund.updated", "refund.failed", "charge.refunded", "charge.refund.updated"),
        refund,
    ),
    **{f"charge.dispute.{name}": dispute for name in DISPUTES},
    "radar.early_fraud_warning.created": warning,
}  # fmt: skip
"""Type of event to what is done; those of payments are asked about only when no order is meant."""
