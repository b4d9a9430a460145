"""Take a buyer's payment: paid, declined, challenged or pending."""

from dataclasses import dataclass, replace

from storefront.till import aftermath, cards, completion, events, intents, subscribing
from storefront.till.cards import Buyer, Card, Decline
from storefront.till.errors import ApiError
from storefront.till.ledger import Json
from storefront.till.sessions import KIND
from storefront.till.turn import Turn


@dataclass(frozen=True)
class Outcome:
    """Say what an attempt led to: paid, declined, challenge, closed."""

    state: str
    session: Json
    message: str = ""


def pay(turn: Turn, session_id: str, buyer: Buyer, card: Card | None) -> Outcome:
    """Try to pay an open session; a session that costs nothing needs no card."""
    session = turn.ledger.get(session_id, KIND)
    if session["status"] != "open":
        return Outcome("closed", session)
    if session["mode"] == "subscription":
        return begin_subscription(turn, session, buyer, card)
    if card is None or not session["amount_total"]:
        return finished(turn, session, buyer, "no_payment_required")
    intent = intents.begin(turn, session, buyer)
    session = turn.ledger.change(session, payment_intent=intent["id"])
    if isinstance(card.outcome, Decline):
        return decline(turn, session, intent, (buyer, card), card.outcome)
    if card.outcome == cards.CHALLENGE:
        return challenge(turn, session, intent, (buyer, card))
    return charge(turn, session, intent, (buyer, card))


def begin_subscription(turn: Turn, session: Json, buyer: Buyer, card: Card | None) -> Outcome:
    """Ask the bank first if the card wants it, then begin the subscription."""
    if card and card.outcome == cards.CHALLENGE:
        turn.ledger.note(session["id"], payer=[buyer.__dict__, card.__dict__])
        return Outcome("challenge", session)
    session, why = subscribing.subscribe(turn, session, buyer, card)
    return Outcome("declined" if why else "paid", session, why)


def charge(turn: Turn, session: Json, intent: Json, payer: tuple[Buyer, Card]) -> Outcome:
    """Take the money and complete the session."""
    session = completion.with_customer(turn, session, payer[0])
    intent = turn.ledger.change(intent, customer=session["customer"])
    made = intents.charge_card(turn, intent, *payer)
    paid = turn.ledger.change(
        intent,
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=made["id"],
        next_action=None,
        payment_method=made["payment_method"],
        status="succeeded",
    )
    events.record(turn, "payment_intent.succeeded", paid)
    events.record(turn, "charge.succeeded", made)
    outcome = finished(turn, session, payer[0], "paid")
    aftermath.follow(turn, made, payer[1].after)
    return outcome


def decline(
    turn: Turn, session: Json, intent: Json, payer: tuple[Buyer, Card], why: Decline
) -> Outcome:
    """Refuse the card and leave the session open for another try."""
    made = intents.charge_refused(turn, intent, *payer, why)
    failed = turn.ledger.change(
        intent,
        last_payment_error=intents.payment_error(why, made["id"]),
        latest_charge=made["id"],
        next_action=None,
        status="requires_payment_method",
    )
    events.record(turn, "charge.failed", made)
    events.record(turn, "payment_intent.payment_failed", failed)
    return Outcome("declined", session, why.message)


def challenge(turn: Turn, session: Json, intent: Json, payer: tuple[Buyer, Card]) -> Outcome:
    """Ask the buyer's bank first; who pays with what waits in the till's notes."""
    buyer, card = payer
    waiting = turn.ledger.change(
        intent,
        next_action={
            "type": "redirect_to_url",
            "redirect_to_url": {
                "return_url": session["url"],
                "url": f"{turn.base_address}/pay/{session['id']}/secure",
            },
        },
        status="requires_action",
    )
    turn.ledger.note(session["id"], payer=[buyer.__dict__, card.__dict__])
    events.record(turn, "payment_intent.requires_action", waiting)
    return Outcome("challenge", session)


def answer_challenge(turn: Turn, session_id: str, *, passed: bool) -> Outcome:
    """Carry on after the 3-D Secure page: charge, or decline."""
    session = turn.ledger.get(session_id, KIND)
    held = turn.ledger.notes(session_id).get("payer")
    if session["status"] != "open" or not held:
        return Outcome("closed", session)
    payer = (Buyer(**held[0]), Card(**held[1]))
    turn.ledger.note(session_id, payer=None)
    if session["mode"] == "subscription":
        outcome = cards.PAYS if passed else cards.AUTHENTICATION_FAILED
        return begin_subscription(turn, session, payer[0], replace(payer[1], outcome=outcome))
    intent = turn.ledger.get(session["payment_intent"], "payment_intent")
    if passed:
        return charge(turn, session, intent, payer)
    return decline(turn, session, intent, payer, cards.AUTHENTICATION_FAILED)


def finished(turn: Turn, session: Json, buyer: Buyer, payment_status: str) -> Outcome:
    """Close the session and say so."""
    return Outcome("paid", completion.complete(turn, session, buyer, payment_status))


def debit(turn: Turn, session_id: str, buyer: Buyer) -> Outcome:
    """Complete the session unpaid: the bank answers later."""
    session = turn.ledger.get(session_id, KIND)
    if session["status"] != "open" or not session["amount_total"]:
        return Outcome("closed", session)
    intent = intents.begin(turn, session, buyer)
    session = turn.ledger.change(session, payment_intent=intent["id"])
    made = intents.charge_debit(turn, intent, buyer)
    processing = turn.ledger.change(
        intent,
        last_payment_error=None,
        latest_charge=made["id"],
        payment_method=made["payment_method"],
        status="processing",
    )
    events.record(turn, "payment_intent.processing", processing)
    events.record(turn, "charge.pending", made)
    return finished(turn, session, buyer, "unpaid")


def settle_debit(turn: Turn, session_id: str, *, succeeded: bool) -> Json:
    """Let a pending bank debit succeed or fail.

    Raises:
        ApiError: no debit is pending on this session.
    """
    session = turn.ledger.get(session_id, KIND)
    intent = turn.ledger.find(session["payment_intent"] or "", "payment_intent")
    if intent is None or intent["status"] != "processing":
        raise ApiError("No bank debit is pending on this session.")
    made = turn.ledger.get(intent["latest_charge"], "charge")
    return (
        debit_paid(turn, session, intent, made)
        if succeeded
        else debit_failed(turn, session, intent, made)
    )


def debit_paid(turn: Turn, session: Json, intent: Json, made: Json) -> Json:
    """Book the money of a bank debit."""
    amount = intent["amount"]
    made = turn.ledger.change(
        made, amount_captured=amount, captured=True, paid=True, status="succeeded"
    )
    paid = turn.ledger.change(intent, amount_received=amount, status="succeeded")
    session = turn.ledger.change(session, payment_status="paid")
    session = completion.with_invoice(turn, session)
    events.record(turn, "payment_intent.succeeded", paid)
    events.record(turn, "charge.succeeded", made)
    events.record(turn, "checkout.session.async_payment_succeeded", session)
    return session


def debit_failed(turn: Turn, session: Json, intent: Json, made: Json) -> Json:
    """Book that the bank refused the debit; the session stays complete and unpaid."""
    why = Decline("charge_exceeds_source_limit", "", "The bank account could not be debited.")
    made = turn.ledger.change(
        made, failure_code=why.code, failure_message=why.message, status="failed"
    )
    failed = turn.ledger.change(
        intent,
        last_payment_error=intents.payment_error(why, made["id"]),
        status="requires_payment_method",
    )
    events.record(turn, "charge.failed", made)
    events.record(turn, "payment_intent.payment_failed", failed)
    events.record(turn, "checkout.session.async_payment_failed", session)
    return session
