"""Stripe's objects as our own facts; what it leaves out is nothing, never an error."""

from datetime import UTC, datetime
from typing import Any

from storefront.payments.gateway import DisputeFacts, Hint, PaymentFacts, RefundFacts
from storefront.payments.subscription_gateway import InvoiceFacts, SubscriptionFacts

NEVER_BEGAN = "incomplete_expired"


def payment_facts(session: Any) -> PaymentFacts:
    """Read a session with its payment intent."""
    intent_status = getattr(session.payment_intent, "status", "")
    is_unpaid = session.status == "complete" and session.payment_status == "unpaid"
    return PaymentFacts(
        session_id=session.id,
        reference=session.client_reference_id or "",
        status=session.status or "open",
        payment_status=session.payment_status,
        payment_reference=id_of(session.payment_intent) or session.id,
        amount_minor=session.amount_total or 0,
        subtotal_minor=session.amount_subtotal or 0,
        currency=(session.currency or "").upper(),
        livemode=session.livemode,
        url=session.url or "",
        is_processing=is_unpaid and intent_status == "processing",
        has_failed=is_unpaid and intent_status in {"requires_payment_method", "canceled"},
        tax_minor=getattr(session.total_details, "amount_tax", 0) or 0,
        subscription_id=id_of(getattr(session, "subscription", None)),
    )


def refund_facts(refund: Any) -> RefundFacts:
    """Read a refund."""
    return RefundFacts(
        stripe_id=refund.id,
        payment_reference=id_of(refund.payment_intent),
        reference=_told(refund, "refund"),
        amount_minor=refund.amount,
        currency=refund.currency.upper(),
        status=refund.status or "pending",
        failure=getattr(refund, "failure_reason", None) or "",
    )


def dispute_facts(dispute: Any) -> DisputeFacts:
    """Read a dispute."""
    evidence = dispute.evidence_details
    return DisputeFacts(
        stripe_id=dispute.id,
        payment_reference=id_of(dispute.payment_intent),
        amount_minor=dispute.amount,
        currency=dispute.currency.upper(),
        status=dispute.status,
        reason=dispute.reason or "",
        due_at=_moment(evidence.due_by if evidence else None),
    )


def subscription_facts(found: Any, *, asks: bool = False) -> SubscriptionFacts:
    """Read a subscription with its customer, card and latest invoice.

    The end of the period is told by its item, the beginning of a delay by the invoice that is open.
    """
    item = found["items"].data[0]
    price = item.price
    is_late = found.status in {"past_due", "unpaid"}
    return SubscriptionFacts(
        stripe_id=found.id,
        customer_id=id_of(found.customer),
        reference=_told(found, "membership"),
        email=getattr(found.customer, "email", None) or "",
        status="canceled" if found.status == NEVER_BEGAN else found.status,
        item_id=item.id,
        lookup_key=price.lookup_key or "",
        plan=_told(price, "plan"),
        amount_minor=price.unit_amount or 0,
        currency=price.currency.upper(),
        trial_end=_moment(found.trial_end),
        period_end=_moment(item.current_period_end),
        late_since=_moment(getattr(found.latest_invoice, "created", None)) if is_late else None,
        ends=bool(found.cancel_at_period_end or found.cancel_at),
        ended_at=_moment(found.ended_at),
        card=_fingerprint(found.default_payment_method),
        livemode=found.livemode,
        invoice=invoice_facts(found.latest_invoice) if is_whole(found.latest_invoice) else None,
        asks=asks,
    )


def is_whole(thing: Any) -> bool:
    """Tell a thing that is told whole from its bare id and from nothing."""
    return not (thing is None or isinstance(thing, str))


def invoice_facts(found: Any) -> InvoiceFacts:
    """Read an invoice; of its lines those that cost something tell what time it is for."""
    details = getattr(found.parent, "subscription_details", None)
    costly = [line.period.end for line in found.lines.data if line.amount > 0]
    return InvoiceFacts(
        stripe_id=found.id,
        subscription_id=id_of(getattr(details, "subscription", None)),
        number=found.number or "",
        status=found.status or "draft",
        amount_minor=found.amount_due,
        paid_minor=found.amount_paid,
        currency=found.currency.upper(),
        made_at=datetime.fromtimestamp(found.created, UTC),
        until=_moment(max(costly, default=None)),
        page=found.hosted_invoice_url or "",
    )


def _fingerprint(method: Any) -> str:
    """Give what tells a card or an account from others; a wallet has none."""
    account = getattr(method, getattr(method, "type", ""), None)
    return getattr(account, "fingerprint", None) or ""


def _told(thing: Any, name: str) -> str:
    """Read one word of what we wrote on a thing at Stripe."""
    metadata = thing.metadata.to_dict() if thing.metadata else {}
    return str(metadata.get(name, ""))


def _moment(stamp: int | None) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if stamp else None


def hint_of(event: Any) -> Hint:
    """Read what a listed event hints at."""
    thing = event.data.object
    return Hint(
        event_id=event.id,
        type=event.type,
        object_id=getattr(thing, "id", None) or "",
        reference=getattr(thing, "client_reference_id", None) or "",
        livemode=event.livemode,
        created=datetime.fromtimestamp(event.created, UTC),
    )


def id_of(thing: Any) -> str:
    """Give the id of a thing that is told whole, by its id, or not at all."""
    return thing if isinstance(thing, str) else (getattr(thing, "id", None) or "")
