"""Serve the pages a buyer pays on: plain forms, no scripts."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from storefront.till import pay_form, payments, sessions
from storefront.till.desk import Desk
from storefront.till.errors import ApiError
from storefront.till.ledger import Json
from storefront.till.pay_form import PayForm
from storefront.till.payments import Outcome
from storefront.till.sender import Sender

HOLD_SECONDS = 10  # how long the buyer waits for the shop's webhook
FIELDS = ("email", "card_number", "expiry", "cvc", "name")  # in the order of the page


def blueprint(desk: Desk, sender: Sender) -> Blueprint:
    """Tie the pages to a till."""
    pages = Blueprint("pay", __name__)
    till = PayPages(desk, sender)
    pages.add_url_rule("/pay/<session_id>", "form", till.form, methods=["GET"])
    pages.add_url_rule("/pay/<session_id>", "act", till.act, methods=["POST"])
    pages.add_url_rule("/pay/<session_id>/secure", "ask", till.ask, methods=["GET"])
    pages.add_url_rule("/pay/<session_id>/secure", "settle", till.settle, methods=["POST"])
    pages.register_error_handler(ApiError, lost)
    return pages


class PayPages:
    """Show the pay page and the 3-D Secure page, and act on their buttons."""

    def __init__(self, desk: Desk, sender: Sender) -> None:
        self._desk = desk
        self._sender = sender

    def form(self, session_id: str) -> ResponseReturnValue:
        """Show the pay form of an open session."""
        session, items = self._session(session_id)
        return page(session, items, pay_form.blank(session["customer_email"]))

    def act(self, session_id: str) -> ResponseReturnValue:
        """Do what the pressed button says."""
        session, items = self._session(session_id)
        action = request.form.get("action")
        if session["status"] != "open":
            return closed(session)
        if action == "close":
            return show("left.html", session)
        needs_card = action != "debit" and session["amount_total"] > 0
        form = pay_form.read(
            request.form, session["customer_email"], self._desk.clock.now(), card=needs_card
        )
        if action not in ("pay", "debit"):
            form.errors["action"] = "Press one of the buttons on this page."
        if form.errors or form.buyer is None:
            return page(session, items, form, status=422)
        with self._desk.turn() as turn:
            if action == "debit":
                outcome = payments.debit(turn, session_id, form.buyer)
            else:
                outcome = payments.pay(turn, session_id, form.buyer, form.card)
        return self._after(outcome, turn.recorded, items, form)

    def ask(self, session_id: str) -> ResponseReturnValue:
        """Show the bank's 3-D Secure question."""
        session, _items = self._session(session_id)
        return show("secure.html", session) if session["status"] == "open" else closed(session)

    def settle(self, session_id: str) -> ResponseReturnValue:
        """Take the answer to the bank's question."""
        session, items = self._session(session_id)
        action = request.form.get("action")
        if action not in ("complete", "fail"):
            return show("secure.html", session, status=422)
        with self._desk.turn() as turn:
            outcome = payments.answer_challenge(turn, session_id, passed=action == "complete")
        form = pay_form.blank(session["customer_email"])
        return self._after(outcome, turn.recorded, items, form)

    def _session(self, session_id: str) -> tuple[Json, list[Json]]:
        with self._desk.turn() as turn:
            session = turn.ledger.get(session_id, sessions.KIND)
            return session, turn.ledger.children(session_id, "item")

    def _after(
        self, outcome: Outcome, recorded: list[str], items: list[Json], form: PayForm
    ) -> ResponseReturnValue:
        """Send the buyer on: to the shop, to the bank's question, or back to the form."""
        session = outcome.session
        if outcome.state == "challenge":
            return redirect(f"/pay/{session['id']}/secure", 303)
        if outcome.state == "declined":
            form.errors["card_number"] = outcome.message
            return page(session, items, form, status=402)
        if outcome.state == "closed":
            return closed(session)
        self._sender.wake()
        self._sender.wait_for_answer(recorded[-1], HOLD_SECONDS)
        return redirect(success_address(session), 303)


def page(
    session: Json, items: list[Json], form: PayForm, *, status: int = 200
) -> ResponseReturnValue:
    """Show the pay form with its errors, in the order of the fields."""
    if session["status"] != "open":
        return closed(session)
    order = [*FIELDS, "action"]
    errors = {name: form.errors[name] for name in order if name in form.errors}
    return show("pay.html", session, items=items, form=form, errors=errors, status=status)


def closed(session: Json) -> ResponseReturnValue:
    """Send a buyer to where the session stands: the shop, the form, or the end."""
    if session["status"] == "open":
        return redirect(f"/pay/{session['id']}", 303)
    if session["status"] == "complete":
        return redirect(success_address(session), 303)
    return show("expired.html", session, status=410)


def show(template: str, session: Json, *, status: int = 200, **facts: object) -> Response:
    """Render a page whose forms may lead back to the shop."""
    response = make_response(render_template(template, session=session, **facts), status)
    shop = " ".join(sorted({origin(session["success_url"]), origin(session["cancel_url"])}))
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; img-src data:; form-action 'self' {shop};"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    return response


def origin(address: str | None) -> str:
    """Cut an address down to scheme and host, for the content policy."""
    parts = urlsplit(address or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def success_address(session: Json) -> str:
    """Fill the session's id into the shop's success address."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def lost(error: ApiError) -> ResponseReturnValue:
    """Say that there is no such session."""
    return render_template("lost.html", message=error.message), error.status
