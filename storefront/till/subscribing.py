"""Let a buyer begin a subscription on the pay page."""

from storefront.till import (
    cards,
    completion,
    events,
    ids,
    invoice_lines,
    invoices,
    off_session,
    payment_methods,
    subscription_life,
    subscriptions,
)
from storefront.till.cards import Buyer, Card, Decline
from storefront.till.ledger import Json
from storefront.till.turn import Turn

Begun = tuple[Json, str]  # the session, and what stands in the way


def subscribe(turn: Turn, session: Json, buyer: Buyer, card: Card | None) -> Begun:
    """Begin what the session sells, unless the card is declined."""
    if card and (why := refusal(session, card)):
        return session, why.message
    turn = subscriptions.own_time(turn, session["customer"])
    session = completion.with_customer(turn, session, buyer)
    method = None
    if card:
        method = payment_methods.add_card(turn, buyer, card, session["customer"])
        events.record(turn, "payment_method.attached", method)
    invoice_id = ids.new(invoices.KIND)
    sub = subscriptions.begin(turn, session, method, invoice_id)
    events.record(turn, "customer.subscription.created", sub)
    first_invoice(turn, session, sub, method, invoice_id)
    subscription_life.set_alarm(turn, sub)
    status = "paid" if session["amount_total"] else "no_payment_required"
    facts = {"invoice": invoice_id, "subscription": sub["id"]}
    return completion.complete(turn, session, buyer, status, **facts), ""


def refusal(session: Json, card: Card) -> Decline | None:
    """Say why the card is declined: when kept for a trial, or when charged now."""
    if not isinstance(card.outcome, Decline):
        return None
    if not session["amount_total"] and payment_methods.can_be_kept(card):
        return None
    return card.outcome or cards.DECLINED


def first_invoice(
    turn: Turn, session: Json, sub: Json, method: Json | None, invoice_id: str
) -> None:
    """Write and pay the invoice of the first period, or of nothing at a trial's start."""
    period = (turn.now, subscriptions.period_end(sub))
    sums = invoice_lines.sums_of(session)
    invoice = subscription_life.bill(
        turn, sub, period, "subscription_create", sums, id=invoice_id
    )
    if invoice["amount_due"] and method:
        intent, _why = off_session.charge(turn, invoice, method, is_there=True)
        invoices.book(turn, invoice, intent)
    invoices.paid(turn, invoice)
