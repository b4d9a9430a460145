"""Make the PaymentIntent and the charges behind a session."""

from storefront.till import completion, events, ids, payment_methods
from storefront.till.cards import Buyer, Card, Decline
from storefront.till.ledger import Json
from storefront.till.payment_methods import NO_ADDRESS
from storefront.till.turn import Turn


def begin(turn: Turn, session: Json, buyer: Buyer) -> Json:
    """Find the session's PaymentIntent, or make it on the first attempt."""
    if session["payment_intent"]:
        return turn.ledger.get(session["payment_intent"], "payment_intent")
    asked = turn.ledger.notes(session["id"]).get("payment_intent_data", {})
    intent_id = ids.new("payment_intent")
    copied = ("description", "receipt_email", "statement_descriptor", "setup_future_usage")
    intent = turn.ledger.add(
        "payment_intent",
        turn.now,
        parent=session["id"],
        id=intent_id,
        amount=session["amount_total"],
        capture_method="automatic_async",
        client_secret=f"{intent_id}_secret_{ids.new('request')[4:]}",
        currency=session["currency"],
        customer=session["customer"],
        metadata=asked.get("metadata") or {},
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=session["payment_method_types"],
        shipping=parcel(asked.get("shipping"), session, buyer),
        status="requires_payment_method",
        **{name: asked[name] for name in copied if name in asked},
    )
    events.record(turn, "payment_intent.created", intent)
    return intent


def parcel(asked: Json | None, session: Json, buyer: Buyer) -> Json | None:
    """Say where the goods go: as the shop said, else where the till pretends they go."""
    if asked:
        place = {**NO_ADDRESS, **asked["address"]}
        empty = dict.fromkeys(("carrier", "phone", "tracking_number"))
        return {**empty, **asked, "address": place}
    found = completion.shipping_details(session, buyer)
    return found and {**found, "carrier": None, "phone": None, "tracking_number": None}


def charge_card(
    turn: Turn, intent: Json, buyer: Buyer, card: Card, method: Json | None = None
) -> Json:
    """Make the charge of a card that pays."""
    method = method or payment_methods.add_card(turn, buyer, card, intent["customer"])
    return add_charge(
        turn,
        intent,
        buyer,
        amount_captured=intent["amount"],
        balance_transaction=ids.new("txn"),
        captured=True,
        outcome=outcome("authorized", "approved_by_network", None, "Payment complete."),
        paid=True,
        payment_method=method["id"],
        payment_method_details={"type": "card", "card": card_details(card)},
        status="succeeded",
    )


def charge_refused(turn: Turn, intent: Json, buyer: Buyer, card: Card, why: Decline) -> Json:
    """Make the failed charge of a card that was declined."""
    refusal = outcome("issuer_declined", "declined_by_network", why.decline_code, why.message)
    return add_charge(
        turn,
        intent,
        buyer,
        failure_code=why.code,
        failure_message=why.message,
        outcome=refusal,
        payment_method=payment_methods.add_card(turn, buyer, card)["id"],
        payment_method_details={"type": "card", "card": card_details(card)},
        status="failed",
    )


def charge_debit(turn: Turn, intent: Json, buyer: Buyer) -> Json:
    """Make the pending charge of a bank debit."""
    empty = ("bank_code", "branch_code", "country", "fingerprint", "mandate")
    account = {**dict.fromkeys(empty), "last4": "3000", "country": "DE"}
    return add_charge(
        turn,
        intent,
        buyer,
        outcome=outcome("authorized", "approved_by_network", None, "Payment pending."),
        payment_method=payment_methods.add_debit(turn, buyer, intent["customer"])["id"],
        payment_method_details={"type": "sepa_debit", "sepa_debit": account},
        status="pending",
    )


def add_charge(turn: Turn, intent: Json, buyer: Buyer, **values: object) -> Json:
    """Make a charge of the whole intent."""
    facts: Json = {
        "amount": intent["amount"],
        "billing_details": payment_methods.billing(buyer),
        "customer": intent["customer"],
        "currency": intent["currency"],
        "description": intent["description"],
        "metadata": intent["metadata"],
        "payment_intent": intent["id"],
        "shipping": intent["shipping"],
    }
    return turn.ledger.add("charge", turn.now, parent=intent["id"], **{**facts, **values})


def outcome(kind: str, network: str, reason: str | None, message: str) -> Json:
    """Say how the network answered."""
    codes = {"advice_code": None, "network_advice_code": None, "network_decline_code": None}
    risk = {"risk_level": "normal", "risk_score": 12, "rule": None}
    said = {"network_status": network, "reason": reason, "seller_message": message}
    return {**codes, **risk, **said, "type": kind}


def card_details(card: Card) -> Json:
    """Describe a card the way a charge does."""
    empty = {"three_d_secure": None, "wallet": None}
    return {**payment_methods.card_facts(card), **empty, "network": "visa"}


def payment_error(why: Decline, charge_id: str | None) -> Json:
    """Word a refusal as a PaymentIntent's last error."""
    said = {"code": why.code, "decline_code": why.decline_code, "message": why.message}
    known = {**said, "charge": charge_id, "type": "card_error"}
    return {key: value for key, value in known.items() if value}
