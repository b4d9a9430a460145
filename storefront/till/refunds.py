"""Give money back, whole or in part, and let a refund fail later."""

from storefront.till import errors, events, ids, session_rules
from storefront.till.errors import ApiError
from storefront.till.ledger import Json
from storefront.till.turn import Turn


def create(turn: Turn, params: Json) -> Json:
    """Refund a charge, by default all that is left of it.

    Raises:
        ApiError: nothing to refund, already refunded, or more than is left.
    """
    session_rules.metadata(params.get("metadata") or {}, "metadata")
    charge = charge_to_refund(turn, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if left < 1:
        raise ApiError(
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
            executed=True,
        )
    session_rules.at_least(amount, 1, "amount")
    if amount > left:
        raise too_big(amount, left, charge["currency"])
    return give_back(turn, charge, amount, params)


def charge_to_refund(turn: Turn, params: Json) -> Json:
    """Find the captured charge a refund request names."""
    if "charge" in params:
        charge = turn.ledger.get(params["charge"], "charge", "charge")
    elif "payment_intent" in params:
        wanted = params["payment_intent"]
        intent = turn.ledger.get(wanted, "payment_intent", "payment_intent")
        charge = turn.ledger.find(intent["latest_charge"] or "", "charge") or {"paid": False}
    else:
        raise ApiError(
            "One of the following params should be provided: payment_intent, charge."
        )
    if not charge["paid"]:
        raise ApiError(
            "This payment does not have a successful charge to refund.", executed=True
        )
    return charge


def too_big(amount: int, left: int, currency: str) -> ApiError:
    """Say that more was asked for than is left."""
    unit = currency.upper()
    return ApiError(
        f"Refund amount ({amount} {unit}, minor units) is greater than unrefunded amount on"
        f" charge ({left} {unit}, minor units)",
        param="amount",
        executed=True,
    )


def give_back(turn: Turn, charge: Json, amount: int, params: Json) -> Json:
    """Write the refund and lower what is left of the charge."""
    refund = turn.ledger.add(
        "refund",
        turn.now,
        parent=charge["id"],
        amount=amount,
        balance_transaction=ids.new("txn"),
        charge=charge["id"],
        currency=charge["currency"],
        destination_details=destination(charge),
        metadata=params.get("metadata") or {},
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
        status="succeeded",
    )
    refunded = charge["amount_refunded"] + amount
    whole = refunded >= charge["amount_captured"]
    after = turn.ledger.change(charge, amount_refunded=refunded, refunded=whole)
    events.record(turn, "refund.created", refund)
    events.record(turn, "charge.refunded", after, before=charge)
    return refund


def destination(charge: Json) -> Json:
    """Say where the money goes back to."""
    kind = charge["payment_method_details"]["type"]
    if kind != "card":
        return {"type": kind}  # the API has no further facts for a bank debit
    details = {"reference": None, "reference_status": "pending", "type": "refund"}
    return {"type": "card", "card": {**details, "reference_type": "acquirer_reference_number"}}


def fail(turn: Turn, refund_id: str) -> Json:
    """Let a refund come back days later: the charge has the money again.

    Raises:
        ApiError: the refund has failed before, or there is no such refund.
    """
    refund = turn.ledger.get(refund_id, "refund")
    if refund["status"] == "failed":
        raise errors.invalid("This refund has failed already.", "id")
    failed = turn.ledger.change(
        refund,
        failure_balance_transaction=ids.new("txn"),
        failure_reason="lost_or_stolen_card",
        status="failed",
    )
    charge = turn.ledger.get(refund["charge"], "charge")
    left = charge["amount_refunded"] - refund["amount"]
    turn.ledger.change(charge, amount_refunded=left, refunded=False)
    events.record(turn, "refund.updated", failed, before=refund)
    events.record(turn, "refund.failed", failed)
    return failed
