"""Stripe's objects as our own facts; what it leaves out is nothing, never an error."""

from datetime import UTC, datetime
from typing import Any

from storefront.payments.gateway import DisputeFacts, Hint, PaymentFacts, RefundFacts


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
    )


def refund_facts(refund: Any) -> RefundFacts:
    """Read a refund."""
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    return RefundFacts(
        stripe_id=refund.id,
        payment_reference=id_of(refund.payment_intent),
        reference=str(metadata.get("refund", "")),
        amount_minor=refund.amount,
        currency=refund.currency.upper(),
        status=refund.status or "pending",
        failure=getattr(refund, "failure_reason", None) or "",
    )


def dispute_facts(dispute: Any) -> DisputeFacts:
    """Read a dispute."""
    due = dispute.evidence_details.due_by if dispute.evidence_details else None
    return DisputeFacts(
        stripe_id=dispute.id,
        payment_reference=id_of(dispute.payment_intent),
        amount_minor=dispute.amount,
        currency=dispute.currency.upper(),
        status=dispute.status,
        reason=dispute.reason or "",
        due_at=datetime.fromtimestamp(due, UTC) if due else None,
    )


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
