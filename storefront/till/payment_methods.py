"""Keep what people pay with: never a number or a security code."""

from storefront.till import skeleton
from storefront.till.cards import ASKS_AGAIN, ATTACHES, Buyer, Card, Decline
from storefront.till.endpoint import Endpoint, read
from storefront.till.ledger import Json
from storefront.till.turn import Turn

KIND, URL = "payment_method", "/v1/payment_methods"
NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def add_card(turn: Turn, buyer: Buyer, card: Card, customer: str | None = None) -> Json:
    """Keep a card, and what it does when it is charged later."""
    refusal = card.outcome if isinstance(card.outcome, Decline) else None
    notes = {"refusal": refusal.__dict__ if refusal else None, "after": card.after}
    facts = skeleton.overlay(KIND, "card", card_facts(card))
    return add(turn, buyer, "card", facts, customer, notes)


def add_debit(turn: Turn, buyer: Buyer, customer: str | None = None) -> Json:
    """Keep a bank account that is debited."""
    account = {"country": "DE", "last4": "3000", "bank_code": "37040044"}
    facts = skeleton.overlay(KIND, "sepa_debit", account)
    return add(turn, buyer, "sepa_debit", facts, customer, {})


def add(
    turn: Turn, buyer: Buyer, kind: str, facts: object, customer: str | None, notes: Json
) -> Json:
    """Keep a way to pay."""
    values = {kind: facts, "type": kind, "customer": customer}
    return turn.ledger.add(
        KIND,
        turn.now,
        parent=customer,
        notes=notes,
        allow_redisplay="limited",
        billing_details=billing(buyer),
        metadata={},
        **values,
    )


def billing(buyer: Buyer) -> Json:
    """Say who pays."""
    address = {**NO_ADDRESS, **(buyer.address or {})}
    facts = {"email": buyer.email, "name": buyer.name, "phone": buyer.phone}
    return {**facts, "address": address, "tax_id": None}


def card_facts(card: Card) -> Json:
    """Describe a card."""
    return {
        "brand": "visa",
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass",
        },
        "country": "US",
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": f"till{card.last4}",
        "funding": "credit",
        "last4": card.last4,
    }


def can_be_kept(card: Card) -> bool:
    """Tell whether a card can be kept for later without being charged."""
    return not isinstance(card.outcome, Decline) or card.after == ATTACHES


def refusal_of(turn: Turn, method_id: str) -> Decline | None:
    """Say why a kept card is declined when it is charged, if it is."""
    kept = turn.ledger.notes(method_id).get("refusal")
    return Decline(**kept) if kept else None


def asks_again(turn: Turn, method_id: str) -> bool:
    """Tell whether the bank asks the owner of a kept card at each payment."""
    return turn.ledger.notes(method_id).get("after") == ASKS_AGAIN


ENDPOINTS = (Endpoint("GET", f"{URL}/<object_id>", "PaymentMethodRetrieveParams", read(KIND)),)
