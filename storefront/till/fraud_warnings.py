"""Warn early of fraud, as card networks do before a dispute."""

from storefront.till import events
from storefront.till.endpoint import reads
from storefront.till.ledger import Json
from storefront.till.turn import Turn

KIND, URL = "radar.early_fraud_warning", "/v1/radar/early_fraud_warnings"


def warn(turn: Turn, charge: Json) -> Json:
    """Report a charge that looks like fraud."""
    made = turn.ledger.add(
        KIND,
        turn.now,
        parent=charge["id"],
        actionable=not charge["refunded"] and not charge["disputed"],
        charge=charge["id"],
        fraud_type="made_with_stolen_card",
        payment_intent=charge["payment_intent"],
    )
    events.record(turn, "radar.early_fraud_warning.created", made)
    return made


ENDPOINTS = reads(KIND, URL, "radar.EarlyFraudWarning", "charge", "payment_intent")
