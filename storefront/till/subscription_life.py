"""Let time pass for a subscription: trial end, renewal, dunning, cancellation."""

from typing import Any

from storefront.till import alarms, events, invoice_lines, invoices, rhythm
from storefront.till.endpoint import Endpoint
from storefront.till.errors import ApiError
from storefront.till.ledger import Json
from storefront.till.subscriptions import (
    DAY,
    KIND,
    end,
    moved,
    own_time,
    period_end,
    with_price,
)
from storefront.till.turn import Turn

NOTICE = 3 * DAY  # before a trial ends
RETRIES = (3 * DAY, 5 * DAY, 7 * DAY)  # after a renewal that was not paid; then it ends


def set_alarm(turn: Turn, sub: Json) -> None:
    """Remember when this subscription next has something to do."""
    due = period_end(sub)
    kept = turn.ledger.notes(sub["id"])
    if sub["status"] == "trialing":
        due = sub["trial_end"]
        if not kept.get("told"):
            due = max(turn.now, due - NOTICE)
    if sub["status"] == "past_due":
        due = kept["next_try"]
    if sub["cancel_at"]:
        due = min(due, sub["cancel_at"])
    if sub["status"] != "paused":
        alarms.put(turn, sub["id"], due, sub["test_clock"])


def ring(turn: Turn, sub_id: str) -> None:
    """Do what is due now."""
    sub = turn.ledger.get(sub_id, KIND)
    if sub["cancel_at"] and sub["cancel_at"] <= turn.now:
        end(turn, sub, "cancellation_requested")
    elif sub["status"] == "trialing" and sub["trial_end"] > turn.now:
        turn.ledger.note(sub_id, told=True)
        events.record(turn, "customer.subscription.trial_will_end", sub)
        set_alarm(turn, sub)
    elif sub["status"] == "trialing":
        end_trial(turn, sub)
    elif sub["status"] == "past_due":
        retry(turn, turn.ledger.get(sub["latest_invoice"], invoices.KIND))
    else:
        renew(turn, sub)


def end_trial(turn: Turn, sub: Json) -> Json:
    """Begin the first paid period, or end what has nothing to pay with."""
    how = sub["trial_settings"]["end_behavior"]["missing_payment_method"]
    if not sub["default_payment_method"] and how != "create_invoice":
        return without_card(turn, sub, how)
    sub = turn.ledger.change(sub, trial_end=min(sub["trial_end"], turn.now))
    return renew(turn, sub)


def without_card(turn: Turn, sub: Json, how: str) -> Json:
    """Pause or cancel a trial that nobody gave a card for."""
    if how == "cancel":
        return end(turn, sub, "payment_failed")
    alarms.drop(turn, sub["id"])
    paused = turn.ledger.change(sub, status="paused")
    events.record(turn, "customer.subscription.paused", paused)
    return paused


def renew(turn: Turn, before: Json) -> Json:
    """Begin a new period: active first, then its invoice is paid or not.

    A plan that was to change with the period changes first.
    """
    wanted = turn.ledger.notes(before["id"]).get("next_price")
    if wanted:
        turn.ledger.note(before["id"], next_price=None)
        price = turn.ledger.get(wanted, "price")
        before = {**before, "items": with_price(before, price)}
    recurring = before["items"]["data"][0]["price"]["recurring"]
    start = turn.now if before["status"] == "trialing" else period_end(before)
    stop = rhythm.after(start, recurring, start)
    sub = turn.ledger.change(before, items=moved(before, start, stop), status="active")
    invoice = bill(turn, sub, (start, stop), "subscription_cycle")
    sub = turn.ledger.change(sub, latest_invoice=invoice["id"])
    events.record(turn, "customer.subscription.updated", sub, before=before)
    turn.ledger.note(sub["id"], tries=0)
    return collect(turn, sub, invoice)


def bill(
    turn: Turn,
    sub: Json,
    period: tuple[int, int],
    reason: str,
    sums: Json | None = None,
    **values: Any,
) -> Json:
    """Write the invoice of a period; `sums` are those of the session that began it."""
    free = sub["status"] == "trialing"
    items = sub["items"]["data"]
    lines = [invoice_lines.of_subscription(sub, item, period, free=free) for item in items]
    return invoice_of(turn, sub, lines, reason, sums, **values)


def invoice_of(
    turn: Turn,
    sub: Json,
    lines: list[Json],
    reason: str,
    sums: Json | None = None,
    **values: Any,
) -> Json:
    """Write an invoice of these lines to a subscription's customer."""
    customer = turn.ledger.find(sub["customer"], "customer") or {}
    return invoices.write(
        turn,
        lines,
        sums or invoice_lines.sums(lines),
        sub,
        billing_reason=reason,
        customer=sub["customer"],
        customer_email=customer.get("email"),
        customer_name=customer.get("name"),
        test_clock=sub["test_clock"],
        **values,
    )


def collect(turn: Turn, sub: Json, invoice: Json) -> Json:
    """Take an invoice's money; what fails is tried again, and ends at last."""
    method = turn.ledger.find(sub["default_payment_method"] or "", "payment_method")
    invoice, done = invoices.pay(turn, invoice, method)
    if done:
        return settled(turn, sub)
    tries = turn.ledger.notes(sub["id"]).get("tries", 0)
    next_try = turn.now + RETRIES[tries] if tries < len(RETRIES) else None
    invoices.tell_failed(turn, invoice, next_try)
    if next_try is None:
        return end(turn, sub, "payment_failed")
    turn.ledger.note(sub["id"], tries=tries + 1, next_try=next_try)
    late = turn.ledger.change(sub, status="past_due")
    if sub["status"] != "past_due":
        events.record(turn, "customer.subscription.updated", late, before=sub)
    set_alarm(turn, late)
    return late


def settled(turn: Turn, sub: Json) -> Json:
    """Carry on after an invoice was paid."""
    after = turn.ledger.change(
        sub, status="active" if sub["status"] == "past_due" else sub["status"]
    )
    if after["status"] != sub["status"]:
        events.record(turn, "customer.subscription.updated", after, before=sub)
    set_alarm(turn, after)
    return after


def retry(turn: Turn, invoice: Json) -> Json:
    """Try an open invoice of a subscription again.

    Raises:
        ApiError: it is not a subscription's.
    """
    details = ((invoice["parent"] or {}).get("subscription_details")) or {}
    sub = turn.ledger.find(details.get("subscription", ""), KIND)
    if sub is None:
        raise ApiError("This test till tries again only the invoices of subscriptions.")
    collect(own_time(turn, sub["customer"]), sub, invoice)
    return turn.ledger.get(invoice["id"], invoices.KIND)


def pay_now(turn: Turn, _params: Json, object_id: str) -> Json:
    """Try an open invoice again because somebody asks.

    Raises:
        ApiError: it is paid already.
    """
    invoice = turn.ledger.get(object_id, invoices.KIND)
    if invoice["status"] != "open":
        raise ApiError("Invoice is already paid", code="invoice_already_paid", executed=True)
    return retry(turn, invoice)


ENDPOINTS = (
    *invoices.ENDPOINTS,
    Endpoint("POST", f"{invoices.URL}/<object_id>/pay", "InvoicePayParams", pay_now),
)
