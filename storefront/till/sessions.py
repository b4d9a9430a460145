"""Open, read and expire Checkout Sessions."""

from typing import Any

from storefront.till import (
    discounts,
    events,
    ids,
    session_lines,
    session_rules,
    session_sums,
    skeleton,
)
from storefront.till.errors import ApiError
from storefront.till.ledger import Json
from storefront.till.tables import objects
from storefront.till.turn import Turn

KIND = "checkout.session"
# What the till itself needs later.
ASKED = ("payment_intent_data", "subscription_data", "customer_update")
ECHOED = (
    "adaptive_pricing",
    "allow_promotion_codes",
    "automatic_tax",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "consent_collection",
    "custom_fields",
    "custom_text",
    "customer_creation",
    "customer_email",
    "invoice_creation",
    "locale",
    "phone_number_collection",
    "shipping_address_collection",
    "submit_type",
    "success_url",
    "tax_id_collection",
)
ECHOED_WHEN_SENT = (
    "after_expiration",
    "branding_settings",
    "excluded_payment_method_types",
    "integration_identifier",
    "name_collection",
    "origin_context",
    "permissions",
    "saved_payment_method_options",
    "wallet_options",
)
USUAL: dict[str, Any] = {
    "adaptive_pricing": {"enabled": False},
    "automatic_tax": {"enabled": False},
    "customer_creation": "if_required",
    "custom_fields": [],
    "custom_text": {},
    "invoice_creation": {"enabled": False, "invoice_data": {"metadata": {}}},
    "phone_number_collection": {"enabled": False},
}


def create(turn: Turn, params: Json) -> Json:
    """Open a session for the buyer to pay.

    Raises:
        ApiError: the request breaks one of Stripe's rules.
    """
    session_rules.check(params, turn.now)
    if "customer" in params:
        turn.ledger.get(params["customer"], "customer", "customer")
    session_id = ids.new(KIND)
    lines = session_lines.keep_lines(turn, session_id, params)
    currency = lines[0]["currency"]
    offered = session_lines.shipping_options(turn, params, currency)
    opened = turn.ledger.add(
        KIND,
        turn.now,
        notes={name: params[name] for name in ASKED if name in params},
        id=session_id,
        amount_subtotal=sum(line["amount_subtotal"] for line in lines),
        currency=currency,
        customer=params.get("customer"),
        discounts=[],
        shipping_options=offered,
        **terms(turn, params, session_id),
    )
    found = discounts.asked_for(turn, params, opened)
    opened = turn.ledger.change(opened, discounts=found)
    return session_sums.reckon(turn, opened, offered[0]["shipping_rate"] if offered else None)


def terms(turn: Turn, params: Json, session_id: str) -> Json:
    """Fill in what the request says about the session itself."""
    asked = {name: params.get(name, USUAL.get(name)) for name in ECHOED}
    asked |= {name: params[name] for name in ECHOED_WHEN_SENT if name in params}
    echoed = {
        name: None if value is None else skeleton.overlay(KIND, name, value)
        for name, value in asked.items()
    }
    if params["mode"] == "subscription":
        echoed |= {"customer_creation": None, "invoice_creation": None}
    return {
        **echoed,
        "expires_at": params.get("expires_at", turn.now + session_rules.DAY),
        "metadata": params.get("metadata") or {},
        "mode": params["mode"],
        "payment_method_collection": collected(params),
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": params.get("payment_method_types") or ["card"],
        "payment_status": "unpaid",
        "status": "open",
        "ui_mode": "hosted_page",
        "url": f"{turn.base_address}/pay/{session_id}",
    }


def collected(params: Json) -> str:
    """Say when a card is asked for: always in subscriptions, unless told otherwise."""
    usual = "always" if params["mode"] == "subscription" else "if_required"
    return str(params.get("payment_method_collection", usual))


def expire(turn: Turn, session_id: str) -> Json:
    """Close an open session for good.

    Raises:
        ApiError: it is not open any more, or there is no such session.
    """
    session = turn.ledger.get(session_id, KIND)
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout'
            f" Session has a status of `{session['status']}`.",
            executed=True,
        )
    return close(turn, session)


def close(turn: Turn, session: Json) -> Json:
    """Mark an open session expired and cancel a payment begun on it."""
    closed = turn.ledger.change(session, status="expired", url=None)
    if session["payment_intent"]:
        intent = turn.ledger.get(session["payment_intent"], "payment_intent")
        canceled = turn.ledger.change(
            intent, status="canceled", canceled_at=turn.now, cancellation_reason="automatic"
        )
        events.record(turn, "payment_intent.canceled", canceled)
    events.record(turn, "checkout.session.expired", closed)
    return closed


def expire_due(turn: Turn) -> int:
    """Expire every open session whose time has passed."""
    due = turn.ledger.newest(
        KIND,
        100,
        objects.c.body["status"].as_string() == "open",
        objects.c.body["expires_at"].as_integer() <= turn.now,
    )
    for session in due:
        close(turn, session)
    return len(due)
