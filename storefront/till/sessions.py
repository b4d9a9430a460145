"""Open, read and expire Checkout Sessions."""

from typing import Any

from storefront.till import amounts, events, ids, session_lines, session_rules, skeleton
from storefront.till.amounts import Amounts
from storefront.till.discounts import discount_of
from storefront.till.errors import ApiError, invalid
from storefront.till.ledger import Json
from storefront.till.tables import objects
from storefront.till.turn import Turn

KIND = "checkout.session"
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
    session_id = ids.new(KIND)
    lines = [
        session_lines.read_line(turn, item, f"line_items[{place}]")
        for place, item in enumerate(params["line_items"])
    ]
    currency = lines[0].price["currency"]
    subtotals = [line.subtotal for line in lines]
    off = discount_of(turn, params, sum(subtotals), currency)
    parts = [
        amounts.line(line.subtotal, less, line.rates)
        for line, less in zip(lines, amounts.shares(off.amount, subtotals), strict=True)
    ]
    for line, part in zip(lines, parts, strict=True):
        session_lines.keep_line(turn, session_id, line, part)
    sums = amounts.together(parts)
    offered = session_lines.shipping_options(turn, params, currency)
    return turn.ledger.add(
        KIND,
        turn.now,
        notes={"payment_intent_data": params.get("payment_intent_data", {})},
        id=session_id,
        currency=currency,
        discounts=off.shown,
        **money(sums, offered, currency),
        **terms(turn, params, session_id),
    )


def terms(turn: Turn, params: Json, session_id: str) -> Json:
    """Fill in what the request says about the session itself."""
    asked = {name: params.get(name, USUAL.get(name)) for name in ECHOED}
    asked |= {name: params[name] for name in ECHOED_WHEN_SENT if name in params}
    echoed = {
        name: None if value is None else skeleton.overlay(KIND, name, value)
        for name, value in asked.items()
    }
    return {
        **echoed,
        "expires_at": params.get("expires_at", turn.now + session_rules.DAY),
        "metadata": params.get("metadata") or {},
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": params.get("payment_method_types") or ["card"],
        "payment_status": "unpaid",
        "status": "open",
        "ui_mode": "hosted_page",
        "url": f"{turn.base_address}/pay/{session_id}",
    }


def money(sums: Amounts, offered: list[Json], currency: str) -> Json:
    """Add the first shipping option, which is chosen until the buyer changes it."""
    freight = offered[0]["shipping_amount"] if offered else 0
    total = sums.total + freight
    if total > amounts.LARGEST:
        raise invalid("Amount must be no more than 99999999.", "line_items", "amount_too_large")
    least = amounts.SMALLEST.get(currency, 1)
    if 0 < total < least:
        raise invalid(
            f"The Checkout Session's total amount must be at least {least} {currency.upper()}"
            " (minor units).",
            "line_items",
            "amount_too_small",
        )
    details = {"amount_discount": sums.discount, "amount_shipping": freight}
    return {
        "amount_subtotal": sums.subtotal,
        "amount_total": total,
        "total_details": {**details, "amount_tax": sums.tax},
        "shipping_options": offered,
        "shipping_cost": shipping_cost(offered[0]) if offered else None,
    }


def shipping_cost(option: Json) -> Json:
    """Say what the chosen shipping option comes to."""
    amount = option["shipping_amount"]
    cost = {"amount_subtotal": amount, "amount_tax": 0, "amount_total": amount}
    return {**cost, "shipping_rate": option["shipping_rate"]}


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
