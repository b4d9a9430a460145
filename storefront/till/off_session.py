"""Charge a kept card while its owner is away, as invoices do."""

from storefront.till import events, ids, intents, payment_methods
from storefront.till.cards import AUTHENTICATION_NEEDED, PAYS, Buyer, Card, Decline
from storefront.till.ledger import Json
from storefront.till.turn import Turn


def charge(
    turn: Turn, invoice: Json, method: Json, *, is_there: bool = False
) -> tuple[Json, Decline | None]:
    """Try to take an invoice's money from a kept card; give the intent and the refusal.

    A bank that asks each time waits for its customer, unless they are there and have answered.
    """
    waiting = waits(turn, invoice)
    if waiting and waiting["payment_method"] == method["id"] and not is_there:
        return waiting, AUTHENTICATION_NEEDED
    if waiting:
        turn.ledger.change(waiting, next_action=None, status="canceled")
    intent = begin(turn, invoice, method)
    why = payment_methods.refusal_of(turn, method["id"])
    if why:
        made = intents.charge_refused(turn, intent, buyer_of(method), card_of(method), why)
        return failed(turn, intent, made, why), why
    if payment_methods.asks_again(turn, method["id"]) and not is_there:
        return asked(turn, invoice, intent, method), AUTHENTICATION_NEEDED
    return taken(turn, intent, method), None


def waits(turn: Turn, invoice: Json) -> Json | None:
    """Find the payment of an invoice that its customer has to confirm."""
    tried = turn.ledger.children(invoice["id"], "payment_intent")
    return next((each for each in tried if each["status"] == "requires_action"), None)


def taken(turn: Turn, intent: Json, method: Json) -> Json:
    """Take the money."""
    made = intents.charge_card(turn, intent, buyer_of(method), card_of(method), method)
    paid = turn.ledger.change(
        intent,
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=made["id"],
        next_action=None,
        payment_method=method["id"],
        status="succeeded",
    )
    events.record(turn, "payment_intent.succeeded", paid)
    events.record(turn, "charge.succeeded", made)
    return paid


def asked(turn: Turn, invoice: Json, intent: Json, method: Json) -> Json:
    """Wait for the customer, whom the bank asks."""
    place = {"return_url": None, "url": invoice["hosted_invoice_url"]}
    waiting = turn.ledger.change(
        intent,
        next_action={"type": "redirect_to_url", "redirect_to_url": place},
        payment_method=method["id"],
        status="requires_action",
    )
    events.record(turn, "payment_intent.requires_action", waiting)
    return waiting


def begin(turn: Turn, invoice: Json, method: Json) -> Json:
    """Make the PaymentIntent of an invoice."""
    intent_id = ids.new("payment_intent")
    intent = turn.ledger.add(
        "payment_intent",
        turn.now,
        parent=invoice["id"],
        id=intent_id,
        amount=invoice["amount_due"],
        capture_method="automatic",
        client_secret=f"{intent_id}_secret_{ids.new('request')[4:]}",
        currency=invoice["currency"],
        customer=invoice["customer"],
        description="Subscription",
        metadata={},
        payment_method_types=[method["type"]],
        setup_future_usage="off_session",
        status="requires_confirmation",
    )
    events.record(turn, "payment_intent.created", intent)
    return intent


def buyer_of(method: Json) -> Buyer:
    """Read whose a kept card is."""
    who = method["billing_details"]
    return Buyer(who["email"], who["name"])


def card_of(method: Json) -> Card:
    """Read a kept card."""
    facts = method["card"]
    return Card(facts["last4"], facts["exp_month"], facts["exp_year"], PAYS)


def failed(turn: Turn, intent: Json, made: Json, why: Decline) -> Json:
    """Write down that the card was declined."""
    error = intents.payment_error(why, made["id"])
    after = turn.ledger.change(
        intent,
        last_payment_error=error,
        latest_charge=made["id"],
        status="requires_payment_method",
    )
    events.record(turn, "charge.failed", made)
    events.record(turn, "payment_intent.payment_failed", after)
    return after
