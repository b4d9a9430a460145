"""Pay an open invoice on its own page, where its customer is there and the bank can ask them."""

from storefront.till import (
    cards,
    events,
    intents,
    invoices,
    off_session,
    subscription_life,
    subscriptions,
)
from storefront.till.ledger import Json
from storefront.till.turn import Turn


def is_payable(invoice: Json) -> bool:
    """Tell whether there is something to pay for a subscription."""
    return invoice["status"] == "open" and _sub_id(invoice) != ""


def act(turn: Turn, invoice_id: str, action: str) -> str:
    """Pay by the kept card, or refuse at the bank; give why it is not paid."""
    invoice = turn.ledger.get(invoice_id, invoices.KIND)
    if not is_payable(invoice):
        return "There is nothing to pay."
    sub = subscriptions.alive(turn, _sub_id(invoice))
    turn = subscriptions.own_time(turn, sub["customer"])
    if action == "fail":
        return refuse(turn, invoice)
    method = turn.ledger.find(sub["default_payment_method"] or "", "payment_method")
    invoice, done = invoices.pay(turn, invoice, method, is_there=True)
    if not done:
        return cards.DECLINED.message
    subscription_life.settled(turn, sub)
    return ""


def refuse(turn: Turn, invoice: Json) -> str:
    """Let the customer say no to their bank."""
    waiting = off_session.waits(turn, invoice)
    why = cards.AUTHENTICATION_FAILED
    if waiting:
        error = intents.payment_error(why, "")
        after = turn.ledger.change(
            waiting,
            last_payment_error=error,
            next_action=None,
            status="requires_payment_method",
        )
        events.record(turn, "payment_intent.payment_failed", after)
    return why.message


def _sub_id(invoice: Json) -> str:
    details = (invoice["parent"] or {}).get("subscription_details") or {}
    return str(details.get("subscription") or "")
