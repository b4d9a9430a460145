"""Put whole objects in place of their ids where `expand[]` asks for them."""

from storefront.till import errors, paging
from storefront.till.ledger import Json, Ledger

EXPANDABLE = {
    "checkout.session": {"payment_intent", "line_items", "customer", "invoice", "subscription"},
    "payment_intent": {"latest_charge", "customer", "payment_method"},
    "charge": {"payment_intent", "balance_transaction", "customer"},
    "refund": {"charge", "payment_intent", "balance_transaction"},
    "price": {"product"},
    "shipping_rate": set(),
}
DEEPEST = 4
INSIDE = {"data", "price", "shipping_cost", "shipping_options"}  # groups on the way
NESTED = {"shipping_rate"}  # ids that live inside such groups


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
    if head in EXPANDABLE.get(body.get("object", ""), ()) or head in NESTED:
        value = opened(ledger, body, head)
    elif head not in INSIDE or head not in body or not rest:
        raise errors.invalid(f"This property cannot be expanded ({path}).", "expand")
    return {**body, head: below(ledger, value, rest, path)}


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
    value = body.get(key)
    return (ledger.find(value) or value) if isinstance(value, str) else value
