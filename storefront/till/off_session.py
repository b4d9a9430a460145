"""Charge a kept card while its owner is away, as invoices do."""

from storefront.till import events, ids, intents, payment_methods
from storefront.till.cards import PAYS, Buyer, Card, Decline
from storefront.till.ledger import Json
from storefront.till.turn import Turn


def charge(turn: Turn, invoice: Json, method: Json) -> tuple[Json, Decline | None]:
    """Try to take an invoice's money from a kept card; give the intent and the refusal."""
    intent = begin(turn, invoice, method)
    who = method["billing_details"]
    buyer = Buyer(who["email"], who["name"])
    card = card_of(method)
    why = payment_methods.refusal_of(turn, method["id"])
    if why:
        made = intents.charge_refused(turn, intent, buyer, card, why)
        return failed(turn, intent, made, why), why
    made = intents.charge_card(turn, intent, buyer, card, method)
    paid = turn.ledger.change(
        intent,
        amount_received=intent["amount"],
        latest_charge=made["id"],
        payment_method=method["id"],
        status="succeeded",
    )
    events.record(turn, "payment_intent.succeeded", paid)
    events.record(turn, "charge.succeeded", made)
    return paid, None


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
