"""Give money back, whole or in part, and let a refund fail later."""

from storefront.till import alarms, disputes, errors, events, ids, metadata, session_rules
from storefront.till.cards import REFUND_FAILS, REFUND_PENDS
from storefront.till.endpoint import Endpoint, reads
from storefront.till.errors import ApiError
from storefront.till.ledger import Json
from storefront.till.turn import Turn

KIND, URL = "refund", "/v1/refunds"
LATER_SECONDS = 60  # when a pending refund is settled by itself
REASONS = (
    "lost_or_stolen_card",
    "charge_for_pending_refund_disputed",
    "declined",
    "expired_or_canceled_card",
    "insufficient_funds",
    "merchant_request",
    "unknown",
)


def create(turn: Turn, params: Json) -> Json:
    """Refund a charge, by default all that is left of it.

    Raises:
        ApiError: nothing to refund, disputed, already refunded, or more than is left.
    """
    metadata.check(params.get("metadata"))
    charge = charge_to_refund(turn, params)
    if disputes.refuses_refund(turn, charge):
        raise ApiError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            executed=True,
        )
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
    card_does = turn.ledger.notes(charge["id"]).get("after")
    pends = card_does == REFUND_PENDS or turn.faults.take("refund_pending", path=URL)
    refund = turn.ledger.add(
        KIND,
        turn.now,
        parent=charge["id"],
        amount=amount,
        balance_transaction=ids.new("txn"),
        charge=charge["id"],
        currency=charge["currency"],
        destination_details=destination(charge),
        metadata=params.get("metadata") or {},
        payment_intent=charge["payment_intent"],
        pending_reason="processing" if pends else None,
        reason=params.get("reason"),
        status="pending" if pends else "succeeded",
    )
    refunded = charge["amount_refunded"] + amount
    whole = refunded >= charge["amount_captured"]
    after = turn.ledger.change(charge, amount_refunded=refunded, refunded=whole)
    if pends or card_does == REFUND_FAILS:
        alarms.put(turn, refund["id"], turn.now + LATER_SECONDS)
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


def ring(turn: Turn, refund_id: str) -> Json:
    """Settle what a test card left open: a pending refund arrives, another comes back."""
    pends = turn.ledger.get(refund_id, KIND)["status"] == "pending"
    return succeed(turn, refund_id) if pends else fail(turn, refund_id)


def succeed(turn: Turn, refund_id: str) -> Json:
    """Let a pending refund arrive.

    Raises:
        ApiError: the refund is not pending, or there is no such refund.
    """
    refund = turn.ledger.get(refund_id, KIND)
    if refund["status"] != "pending":
        raise errors.invalid("This refund is not pending.", "id")
    alarms.drop(turn, refund_id)
    done = turn.ledger.change(refund, pending_reason=None, status="succeeded")
    report(turn, done, refund)
    return done


def fail(turn: Turn, refund_id: str, reason: str = REASONS[0]) -> Json:
    """Let a refund come back days later: the charge has the money again.

    Raises:
        ApiError: the refund has failed before, the reason is not Stripe's, or there is none.
    """
    refund = turn.ledger.get(refund_id, KIND)
    if refund["status"] == "failed":
        raise errors.invalid("This refund has failed already.", "id")
    if reason not in REASONS:
        raise errors.invalid(f"A refund fails for one of {', '.join(REASONS)}.", "reason")
    alarms.drop(turn, refund_id)
    failed = turn.ledger.change(
        refund,
        failure_balance_transaction=ids.new("txn"),
        failure_reason=reason,
        pending_reason=None,
        status="failed",
    )
    charge = turn.ledger.get(refund["charge"], "charge")
    left = charge["amount_refunded"] - refund["amount"]
    turn.ledger.change(charge, amount_refunded=left, refunded=False)
    report(turn, failed, refund)
    events.record(turn, "refund.failed", failed)
    return failed


def update(turn: Turn, params: Json, object_id: str) -> Json:
    """Change a refund's metadata."""
    before = turn.ledger.get(object_id, KIND)
    after = turn.ledger.change(before, metadata=metadata.merged(before, params))
    report(turn, after, before)
    return after


def report(turn: Turn, after: Json, before: Json) -> None:
    """Tell of a changed refund by both of its events."""
    events.record(turn, "refund.updated", after, before=before)
    events.record(turn, "charge.refund.updated", after, before=before)


ENDPOINTS = (
    *reads(KIND, URL, "Refund", "payment_intent", "charge"),
    Endpoint("POST", URL, "RefundCreateParams", create),
    Endpoint("POST", f"{URL}/<object_id>", "RefundUpdateParams", update),
)
