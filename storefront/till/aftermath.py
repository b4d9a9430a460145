"""Let follow what some test cards bring after a payment: disputes and warnings."""

from storefront.till import cards, disputes, fraud_warnings
from storefront.till.ledger import Json
from storefront.till.turn import Turn

REASONS = {
    cards.DISPUTE: ("fraudulent", False),
    cards.NOT_RECEIVED: ("product_not_received", False),
    cards.INQUIRY: ("fraudulent", True),
}


def follow(turn: Turn, charge: Json, after: str) -> None:
    """Do to a charge what its card is known for, and remember what it does to refunds."""
    turn.ledger.note(charge["id"], after=after)
    if after in REASONS:
        disputes.open_on(turn, charge, *REASONS[after])
    if after == cards.WARNING:
        fraud_warnings.warn(turn, charge)
