"""Change what a subscription is paid by: a dearer or longer plan at once, another with the next period."""

from storefront.till import (
    amounts,
    events,
    invoice_lines,
    invoices,
    payment_methods,
    rhythm,
    subscription_life,
    subscriptions,
)
from storefront.till.ledger import Json
from storefront.till.turn import Turn


def change(turn: Turn, sub: Json, price_id: str) -> str:
    """Change the price of a subscription's one item; give why it cannot be."""
    sub = subscriptions.alive(turn, sub["id"])
    turn = subscriptions.own_time(turn, sub["customer"])
    price = turn.ledger.get(price_id, "price")
    if sub["status"] == "trialing":
        swapped(turn, sub, price)
        return ""
    if sub["status"] != "active":
        return "This subscription has an open invoice. Pay it first."
    if not is_upgrade(sub, price, turn.now):
        turn.ledger.note(sub["id"], next_price=price_id)
        return ""
    return charged_now(turn, sub, price)


def is_upgrade(sub: Json, price: Json, now: int) -> bool:
    """Tell whether a price is for longer, or for as long and dearer."""
    old = sub["items"]["data"][0]["price"]
    lasts = [rhythm.after(now, each["recurring"], now) for each in (old, price)]
    return (lasts[1], price["unit_amount"]) > (lasts[0], old["unit_amount"])


def swapped(turn: Turn, sub: Json, price: Json, period: tuple[int, int] | None = None) -> Json:
    """Give the item its new price, and its new period where one begins."""
    items = subscriptions.with_price(sub, price)
    if period:
        items = subscriptions.moved({**sub, "items": items}, *period)
    after = turn.ledger.change(sub, items=items)
    events.record(turn, "customer.subscription.updated", after, before=sub)
    return after


def charged_now(turn: Turn, sub: Json, price: Json) -> str:
    """Begin a period of the new price now, less what is left of the old; give a card's refusal."""
    method = turn.ledger.find(sub["default_payment_method"] or "", "payment_method")
    refusal = payment_methods.refusal_of(turn, method["id"]) if method else None
    if method is None or refusal:
        return refusal.message if refusal else "There is no card to pay with."
    period = (turn.now, rhythm.after(turn.now, price["recurring"], turn.now))
    credit = unused(sub, turn.now, price["unit_amount"])
    after = swapped(turn, sub, price, period)
    line = invoice_lines.of_subscription(after, after["items"]["data"][0], period, free=False)
    lines = [line, credit] if credit["amount"] else [line]
    invoice = subscription_life.invoice_of(turn, after, lines, "subscription_update")
    after = turn.ledger.change(
        after, latest_invoice=invoice["id"], billing_cycle_anchor=turn.now
    )
    invoices.pay(turn, invoice, method, is_there=True)
    subscription_life.set_alarm(turn, after)
    return ""


def unused(sub: Json, now: int, most: int) -> Json:
    """Write the line that gives back what is left of the period, at most the new price."""
    item = sub["items"]["data"][0]
    start, end = item["current_period_start"], item["current_period_end"]
    line = invoice_lines.of_subscription(sub, item, (now, end), free=False)
    left = amounts.rounded(
        amounts.exact(str(line["amount"])) * max(0, end - now) / (end - start)
    )
    given = {"amount": -min(left, most), "subtotal": -min(left, most)}
    return {**line, **given, "id": f"{line['id']}u", "description": "Unused time"}
