"""Put whole objects in place of their ids where `expand[]` asks for them."""

from storefront.till import errors, paging
from storefront.till.ledger import Json, Ledger

EXPANDABLE = {
    "checkout.session": {
        "customer",
        "invoice",
        "line_items",
        "payment_intent",
        "setup_intent",
        "subscription",
    },
    "item": {"discounts", "taxes"},
    "payment_intent": {"latest_charge", "customer", "payment_method"},
    "charge": {"payment_intent", "balance_transaction", "customer"},
    "subscription": {
        "customer",
        "default_payment_method",
        "latest_invoice",
        "pending_setup_intent",
    },
    "invoice": {"customer", "default_payment_method", "payments"},
    "customer": {"default_source", "subscriptions"},
    "payment_method": {"customer"},
    "promotion_code": {"customer"},
    "product": {"default_price"},
    "dispute": {"charge", "payment_intent"},
    "radar.early_fraud_warning": {"charge", "payment_intent"},
    "refund": {"charge", "payment_intent", "balance_transaction"},
    "price": {"product"},
    "shipping_rate": set(),
}
DEEPEST = 4
INSIDE = {
    "data",
    "discounts",
    "invoice_settings",
    "items",
    "lines",
    "parent",
    "payment",
    "price",
    "promotion",
    "shipping_cost",
    "shipping_options",
    "subscription_details",
    "total_details",
}  # groups on the way
NESTED = {
    "coupon",
    "default_payment_method",
    "payment_intent",
    "promotion_code",
    "shipping_rate",
    "subscription",
}  # ids that live inside such groups


HIDDEN = (["total_details", "breakdown"], ["shipping_cost", "taxes"])  # kept in the notes


def expanded(ledger: Ledger, body: Json, paths: list[str]) -> Json:
    """Answer a copy of body with every path expanded.

    Raises:
        ApiError: a path names what cannot be expanded, or is too deep.
    """
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEEPEST:
            raise errors.invalid("You cannot expand more than 4 levels.", "expand")
        body = with_path(ledger, body, parts, path)
    return body


def with_path(ledger: Ledger, body: Json, parts: list[str], path: str) -> Json:
    """Expand one path below body."""
    head, rest = parts[0], parts[1:]
    value = body.get(head)
    if [head, *rest] in HIDDEN and body.get("object") == "checkout.session":
        return uncovered(ledger, body, head, rest[0])
    if head in EXPANDABLE.get(body.get("object", ""), ()) or head in NESTED:
        value = opened(ledger, body, head)
    elif head not in INSIDE or head not in body or not rest:
        raise errors.invalid(f"This property cannot be expanded ({path}).", "expand")
    return {**body, head: below(ledger, value, rest, path)}


def uncovered(ledger: Ledger, body: Json, group: str, key: str) -> Json:
    """Show a part of a session's sums that is sent only when asked for."""
    kept = ledger.notes(body["id"])
    shown = kept.get("breakdown" if key == "breakdown" else "freight_taxes")
    return {**body, group: body[group] and {**body[group], key: shown}}


def below(ledger: Ledger, value: object, rest: list[str], path: str) -> object:
    """Carry on with the rest of a path in an object or in each of a list."""
    if isinstance(value, list):
        return [below(ledger, part, rest, path) for part in value]
    if not rest or not isinstance(value, dict):
        return value
    return with_path(ledger, value, rest, path)


def opened(ledger: Ledger, body: Json, key: str) -> object:
    """Find the object behind one key; an id the till keeps no object for stays an id."""
    if key == "line_items":
        items = ledger.children(body["id"], "item")
        url = f"/v1/checkout/sessions/{body['id']}/line_items"
        return body.get(key) or paging.as_list(url, items[:10], has_more=len(items) > 10)
    if key == "payments":
        paid = ledger.children(body["id"], "invoice_payment")
        return paging.as_list(f"/v1/invoice_payments?invoice={body['id']}", paid)
    if body.get("object") == "item":
        return ledger.notes(body["id"]).get(key, [])
    value = body.get(key)
    return (ledger.find(value) or value) if isinstance(value, str) else value
