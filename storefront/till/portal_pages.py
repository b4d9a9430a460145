"""Serve the customer portal and an invoice's page: plain forms, no scripts."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from storefront.till import (
    card_fields,
    invoice_desk,
    invoices,
    off_session,
    payment_methods,
    portal,
)
from storefront.till.desk import Desk
from storefront.till.errors import ApiError
from storefront.till.ledger import Json
from storefront.till.pay_pages import lost
from storefront.till.turn import Turn

ENDED = ("canceled", "incomplete_expired")


def blueprint(desk: Desk) -> Blueprint:
    """Tie the pages to a till."""
    pages = Blueprint("portal", __name__)
    portal_pages = PortalPages(desk)
    pages.add_url_rule("/portal/<session_id>", "show", portal_pages.show, methods=["GET"])
    pages.add_url_rule("/portal/<session_id>", "act", portal_pages.act, methods=["POST"])
    pages.add_url_rule(
        "/invoice/<invoice_id>", "invoice", portal_pages.invoice, methods=["GET"]
    )
    pages.add_url_rule("/invoice/<invoice_id>", "pay", portal_pages.pay, methods=["POST"])
    pages.register_error_handler(ApiError, lost)
    return pages


class PortalPages:
    """Show a customer what they have, and act on their buttons."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show(self, session_id: str) -> ResponseReturnValue:
        """Show subscriptions, card and invoices."""
        with self._desk.turn() as turn:
            session = portal.opened(turn, session_id)
            return render_template("portal.html", errors={}, **facts(turn, session))

    def act(self, session_id: str) -> ResponseReturnValue:
        """Do what the pressed button says."""
        errors: dict[str, str] = {}
        with self._desk.turn() as turn:
            session = portal.opened(turn, session_id)
            self._do(turn, session, errors)
            if errors:
                shown = render_template("portal.html", errors=errors, **facts(turn, session))
                return shown, 422
        return redirect(onward(session, request.form.get("action", "")), 303)

    def _do(self, turn: Turn, session: Json, errors: dict[str, str]) -> None:
        action = request.form.get("action", "")
        if action in ("cancel", "resume"):
            sub_id = request.form.get("subscription", "")
            portal.cancel_later(turn, session, sub_id, ends=action == "cancel")
        elif action == "change":
            if why := portal.change_plan(turn, session):
                errors["action"] = why
        elif action == "card":
            sent = {name: value.strip() for name, value in request.form.items()}
            card = card_fields.read_card(sent, errors, self._desk.clock.now())
            if card and not payment_methods.can_be_kept(card):
                errors["card_number"] = "This card was declined. Take another one."
            if card and not errors:
                portal.change_card(turn, session, card)
        else:
            errors["action"] = "Press one of the buttons on this page."

    def invoice(self, invoice_id: str) -> ResponseReturnValue:
        """Show one invoice."""
        with self._desk.turn() as turn:
            return shown(turn, invoice_id)

    def pay(self, invoice_id: str) -> ResponseReturnValue:
        """Pay an open invoice, or refuse it at the bank."""
        with self._desk.turn() as turn:
            why = invoice_desk.act(turn, invoice_id, request.form.get("action", ""))
            return shown(turn, invoice_id, why), 402 if why else 200


def shown(turn: Turn, invoice_id: str, problem: str = "") -> str:
    """Show an invoice, and what its customer can do about it."""
    found = turn.ledger.get(invoice_id, invoices.KIND)
    waits = off_session.waits(turn, found) is not None
    payable = invoice_desk.is_payable(found)
    return render_template(
        "invoice.html", invoice=found, problem=problem, payable=payable, asks=waits
    )


def onward(session: Json, action: str) -> str:
    """Tell where a pressed button leads: a plan that was changed leads where the session said."""
    after = (session["flow"] or {}).get("after_completion") or {}
    if action == "change" and after.get("type") == "redirect":
        return str(after["redirect"]["return_url"])
    return f"/portal/{session['id']}"


def wanted_price(turn: Turn, session: Json) -> Json | None:
    """Find the price that a session asks about."""
    if not session["flow"]:
        return None
    return turn.ledger.get(session["flow"][portal.FLOW]["items"][0]["price"], "price")


def facts(turn: Turn, session: Json) -> Json:
    """Gather what the portal shows."""
    ledger, customer = turn.ledger, session["customer"]
    subs = [s for s in ledger.children(customer, "subscription") if s["status"] not in ENDED]
    return {
        "customer": ledger.get(customer, "customer"),
        "invoices": ledger.children(customer, invoices.KIND)[::-1],
        "methods": {s["id"]: ledger.find(s["default_payment_method"] or "") for s in subs},
        "session": session,
        "wanted": wanted_price(turn, session),
        "subscriptions": subs,
    }
