"""Open, answer and close disputes of charges."""

from storefront.till import balance, events, metadata
from storefront.till.endpoint import Endpoint, reads
from storefront.till.errors import ApiError
from storefront.till.ledger import Json
from storefront.till.turn import Turn

KIND, URL = "dispute", "/v1/disputes"
FEE = 2000  # what Stripe asks for a dispute, in minor units
DAYS_TO_ANSWER = 7 * 24 * 60 * 60
OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
WINS, LOSES = "winning_evidence", "losing_evidence"  # Stripe's words for tests


def open_on(
    turn: Turn, charge: Json, reason: str = "fraudulent", inquiry: bool = False
) -> Json:
    """Let the buyer's bank dispute a charge; an inquiry takes no money yet.

    Raises:
        ApiError: the charge took no money, or is disputed already.
    """
    if not charge["paid"] or charge["disputed"]:
        raise ApiError("Only a paid charge without a dispute can be disputed.")
    turn.ledger.change(charge, disputed=True)
    dispute = turn.ledger.add(
        KIND,
        turn.now,
        parent=charge["id"],
        amount=charge["amount_captured"] - charge["amount_refunded"],
        charge=charge["id"],
        currency=charge["currency"],
        is_charge_refundable=inquiry,
        network_reason_code="10.4" if reason == "fraudulent" else "13.1",
        payment_intent=charge["payment_intent"],
        payment_method_details=card_details(charge, inquiry),
        reason=reason,
        status="warning_needs_response" if inquiry else "needs_response",
    )
    details = {**dispute["evidence_details"], "due_by": turn.now + DAYS_TO_ANSWER}
    dispute = turn.ledger.change(dispute, evidence_details=details)
    events.record(turn, "charge.dispute.created", dispute)
    return dispute if inquiry else withdraw(turn, dispute)


def card_details(charge: Json, inquiry: bool) -> Json | None:
    """Say which card the dispute came by."""
    if charge["payment_method_details"]["type"] != "card":
        return None
    case = "inquiry" if inquiry else "chargeback"
    code = {"network": "visa", "network_reason_code": "10"}
    card = {"brand": "visa", "case_type": case, **code}
    return {"card": card, "type": "card"}


def withdraw(turn: Turn, dispute: Json) -> Json:
    """Take the money back while the dispute is open."""
    moved = balance.move(turn, dispute, -dispute["amount"], FEE, "Chargeback withdrawal")
    after = turn.ledger.change(dispute, balance_transactions=[moved])
    events.record(turn, "charge.dispute.funds_withdrawn", after)
    return after


def update(turn: Turn, params: Json, object_id: str) -> Json:
    """Keep evidence and, unless told otherwise, hand it in.

    Raises:
        ApiError: the dispute is closed.
    """
    before = still_open(turn, object_id)
    sent = {name: value or None for name, value in params.get("evidence", {}).items()}
    details = before["evidence_details"]
    after = {
        "evidence": {**before["evidence"], **sent},
        "evidence_details": {**details, "has_evidence": details["has_evidence"] or bool(sent)},
        "metadata": metadata.merged(before, params),
    }
    if params.get("submit", True) and sent:
        after["status"] = before["status"].replace("needs_response", "under_review")
        after["evidence_details"]["submission_count"] = details["submission_count"] + 1
    dispute = turn.ledger.change(before, **after)
    events.record(turn, "charge.dispute.updated", dispute, before=before)
    said = sent.get("uncategorized_text")
    if params.get("submit", True) and said in (WINS, LOSES):
        return finish(turn, object_id, won=said == WINS)
    return dispute


def close(turn: Turn, _params: Json, object_id: str) -> Json:
    """Give the dispute up: the money stays with the buyer."""
    return finish(turn, object_id, won=False)


def finish(turn: Turn, object_id: str, *, won: bool) -> Json:
    """Let the buyer's bank decide.

    Raises:
        ApiError: the dispute is closed already.
    """
    before = still_open(turn, object_id)
    inquiry = before["status"].startswith("warning_")
    status = "warning_closed" if inquiry else ("won" if won else "lost")
    closed = turn.ledger.change(before, status=status)
    events.record(turn, "charge.dispute.closed", closed, before=before)
    return reinstate(turn, closed) if status == "won" else closed


def reinstate(turn: Turn, dispute: Json) -> Json:
    """Give the money back to the shop that won."""
    moved = balance.move(turn, dispute, dispute["amount"], -FEE, "Chargeback reversal")
    kept = [*dispute["balance_transactions"], moved]
    after = turn.ledger.change(dispute, balance_transactions=kept)
    events.record(turn, "charge.dispute.funds_reinstated", after)
    return after


def still_open(turn: Turn, object_id: str) -> Json:
    """Find a dispute that can still be answered."""
    dispute = turn.ledger.get(object_id, KIND)
    if dispute["status"] not in OPEN:
        raise ApiError("This dispute is already closed.", executed=True)
    return dispute


def refuses_refund(turn: Turn, charge: Json) -> bool:
    """Tell whether a charge's dispute stands in the way of a refund."""
    found = turn.ledger.children(charge["id"], KIND)
    return any(not one["is_charge_refundable"] and one["status"] != "won" for one in found)


ENDPOINTS = (
    *reads(KIND, URL, "Dispute", "charge", "payment_intent"),
    Endpoint("POST", f"{URL}/<object_id>", "DisputeUpdateParams", update),
    Endpoint("POST", f"{URL}/<object_id>/close", "DisputeCloseParams", close),
)
