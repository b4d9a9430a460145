"""Begin, change and end subscriptions."""

from dataclasses import replace

from storefront.till import alarms, errors, events, ids, metadata, rhythm, skeleton
from storefront.till.ledger import Json
from storefront.till.turn import Turn

KIND, URL = "subscription", "/v1/subscriptions"
DAY = 24 * 60 * 60
ENDED = ("canceled", "incomplete_expired")
TAKEN = {
    "cancel_at",
    "cancel_at_period_end",
    "cancellation_details",
    "default_payment_method",
    "description",
    "items",
    "metadata",
    "proration_behavior",
    "trial_end",
}


def begin(turn: Turn, session: Json, method: Json | None, invoice_id: str) -> Json:
    """Make the subscription a session sells."""
    asked = turn.ledger.notes(session["id"]).get("subscription_data", {})
    sub_id = ids.new(KIND)
    trial = trial_end(asked, turn.now)
    lines = turn.ledger.children(session["id"], "item")
    prices = [line for line in lines if line["price"]["recurring"]]
    end = trial or rhythm.after(turn.now, prices[0]["price"]["recurring"], turn.now)
    items = [item_of(sub_id, line, turn.now, end) for line in prices]
    settings = asked.get("trial_settings") or {"end_behavior": {}}
    behaviour = {"billing_cycle_anchor": None, "missing_payment_method": "create_invoice"}
    customer = turn.ledger.get(session["customer"], "customer")
    return turn.ledger.add(
        KIND,
        turn.now,
        parent=session["customer"],
        id=sub_id,
        billing_cycle_anchor=trial or turn.now,
        currency=session["currency"],
        customer=session["customer"],
        default_payment_method=method["id"] if method else None,
        default_tax_rates=[],
        description=asked.get("description"),
        items=as_list(sub_id, items),
        latest_invoice=invoice_id,
        metadata=metadata.first(asked),
        start_date=turn.now,
        status="trialing" if trial else "active",
        test_clock=customer["test_clock"],
        trial_end=trial,
        trial_settings={"end_behavior": {**behaviour, **settings["end_behavior"]}},
        trial_start=turn.now if trial else None,
    )


def trial_end(asked: Json, now: int) -> int | None:
    """Read how long a trial lasts, if there is one."""
    if "trial_period_days" in asked:
        return now + int(asked["trial_period_days"]) * DAY
    return int(asked["trial_end"]) if "trial_end" in asked else None


def item_of(sub_id: str, line: Json, start: int, end: int) -> Json:
    """Make the item of a line."""
    return skeleton.make(
        "subscription_item",
        id=ids.new("subscription_item"),
        created=start,
        current_period_end=end,
        current_period_start=start,
        plan=plan_of(line["price"]),
        price=line["price"],
        quantity=line["quantity"],
        subscription=sub_id,
        tax_rates=[],
    )


def plan_of(price: Json) -> Json:
    """Write a price the old way, which items still carry."""
    shared = ("active", "billing_scheme", "created", "currency", "id", "metadata", "nickname")
    rhythm_ = price["recurring"]
    return skeleton.make(
        "plan",
        **{name: price[name] for name in (*shared, "product")},
        amount=price["unit_amount"],
        amount_decimal=price["unit_amount_decimal"],
        interval=rhythm_["interval"],
        interval_count=rhythm_["interval_count"],
        trial_period_days=rhythm_["trial_period_days"],
        usage_type="licensed",
    )


def as_list(sub_id: str, items: list[Json]) -> Json:
    """Wrap a subscription's items."""
    url = f"/v1/subscription_items?subscription={sub_id}"
    return {"object": "list", "url": url, "has_more": False, "data": items}


def period_end(sub: Json) -> int:
    """Tell when the current period ends."""
    return int(sub["items"]["data"][0]["current_period_end"])


def own_time(turn: Turn, customer_id: str | None) -> Turn:
    """Go by the customer's test clock, if there is one."""
    customer = turn.ledger.find(customer_id or "", "customer") or {}
    if not customer.get("test_clock"):
        return turn
    clock = turn.ledger.get(customer["test_clock"], "test_helpers.test_clock")
    return replace(turn, now=clock["frozen_time"], till_now=turn.moment)


def update(turn: Turn, params: Json, object_id: str) -> Json:
    """Change what the request names.

    Raises:
        ApiError: the subscription has ended, or the till does not take a parameter.
    """
    before = alive(turn, object_id)
    for name in params:
        if name not in TAKEN:
            raise errors.invalid(f"This test till does not take {name}.", name)
    if "items" in params:
        raise errors.invalid("This test till does not change items.", "items")
    turn = own_time(turn, before["customer"])
    after = turn.ledger.change(before, **changes(turn, before, params))
    events.record(turn, "customer.subscription.updated", after, before=before)
    return after


def changes(turn: Turn, before: Json, params: Json) -> Json:
    """Work out the new values."""
    values: Json = {"metadata": metadata.merged(before, params)}
    if "default_payment_method" in params:
        wanted = params["default_payment_method"]
        turn.ledger.get(wanted, "payment_method", "default_payment_method")
        values["default_payment_method"] = wanted
    if "description" in params:
        values["description"] = params["description"] or None
    if isinstance(params.get("trial_end"), int):
        values |= {"trial_end": params["trial_end"], "status": "trialing"}
        values["items"] = moved(before, before["start_date"], params["trial_end"])
    return values | cancelling(turn, before, params)


def cancelling(turn: Turn, before: Json, params: Json) -> Json:
    """Work out whether and when the subscription is to end."""
    values: Json = {}
    if "cancel_at_period_end" in params:
        ends = params["cancel_at_period_end"]
        values = {"cancel_at_period_end": ends, "canceled_at": turn.now if ends else None}
        values["cancel_at"] = period_end(before) if ends else None
    if "cancel_at" in params:
        values = {"cancel_at": params["cancel_at"] or None, "cancel_at_period_end": False}
        values["canceled_at"] = turn.now if params["cancel_at"] else None
    if values or "cancellation_details" in params:
        details = params.get("cancellation_details") or {}
        reason = "cancellation_requested" if values.get("cancel_at") else None
        values["cancellation_details"] = said(details, reason)
    return values


def said(details: Json, reason: str | None) -> object:
    """Write why a subscription ends."""
    sent = {**details, "reason": reason}
    return skeleton.overlay(KIND, "cancellation_details", sent)


def moved(sub: Json, start: int, end: int) -> Json:
    """Give the items another period."""
    period = {"current_period_start": start, "current_period_end": end}
    return {**sub["items"], "data": [{**item, **period} for item in sub["items"]["data"]]}


def with_price(sub: Json, price: Json) -> Json:
    """Write the items by another price."""
    shown = {"price": price, "plan": plan_of(price)}
    return {**sub["items"], "data": [{**item, **shown} for item in sub["items"]["data"]]}


def cancel(turn: Turn, params: Json, object_id: str) -> Json:
    """End a subscription at once."""
    sub = alive(turn, object_id)
    turn = own_time(turn, sub["customer"])
    return end(turn, sub, "cancellation_requested", params.get("cancellation_details") or {})


def end(turn: Turn, sub: Json, reason: str, details: Json | None = None) -> Json:
    """Close a subscription for good."""
    alarms.drop(turn, sub["id"])
    closed = turn.ledger.change(
        sub,
        canceled_at=sub["canceled_at"] or turn.now,
        cancellation_details=said(details or {}, reason),
        ended_at=turn.now,
        status="canceled",
    )
    events.record(turn, "customer.subscription.deleted", closed)
    return closed


def alive(turn: Turn, object_id: str) -> Json:
    """Find a subscription that has not ended."""
    sub = turn.ledger.get(object_id, KIND)
    if sub["status"] in ENDED:
        raise errors.missing(KIND, object_id)
    return sub
