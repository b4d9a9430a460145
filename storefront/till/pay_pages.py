"""Serve the pages a buyer pays on: plain forms, no scripts."""

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from storefront.till import pay_choices, pay_form, payments, sessions
from storefront.till.desk import Desk
from storefront.till.errors import ApiError
from storefront.till.ledger import Json
from storefront.till.pay_form import PayForm
from storefront.till.payments import Outcome
from storefront.till.sender import Sender
from storefront.till.turn import Turn

HOLD_SECONDS = 10  # how long the buyer waits for the shop's webhook
FIELDS = (  # in the order of the page
    "email",
    "phone",
    "line1",
    "postal_code",
    "city",
    "country",
    "shipping",
    "code",
    "card_number",
    "expiry",
    "cvc",
    "name",
    "terms",
)
ACTIONS = ("pay", "debit", "update")
CHANGED = "The total has changed: look at it once more, then pay."


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
        return page(session, items, pay_form.blank(session, self._email(session)))

    def act(self, session_id: str) -> ResponseReturnValue:
        """Do what the pressed button says."""
        session, _items = self._session(session_id)
        action = request.form.get("action")
        if session["status"] != "open":
            return closed(session)
        if action == "close":
            return show("left.html", session)
        form = self._read(session, action)
        if action not in ACTIONS:
            form.errors["action"] = "Press one of the buttons on this page."
        self._desk.meeting.pay(session_id)
        return self._attempt(session_id, form, action or "")

    def _attempt(self, session_id: str, form: PayForm, action: str) -> ResponseReturnValue:
        """Take over the choices and pay in one turn, so that what was shown is what is paid."""
        outcome = None
        try:
            with self._desk.turn() as turn:
                session = choose(turn, session_id, form, action)
                items = turn.ledger.children(session_id, "item")
                if not form.errors and action != "update":
                    outcome = paid(turn, session_id, form, action)
        except ApiError as error:  # the choices make a total that cannot be charged
            form.errors["code" if form.typed["code"] else "action"] = error.message
            session, items = self._session(session_id)
        if outcome is None:
            return page(session, items, form, status=422 if form.errors else 200)
        return self._after(outcome, turn.recorded, items, form)

    def _read(self, session: Json, action: str | None) -> PayForm:
        needs_card = action not in ("debit", "update") and pays_by_card(session)
        now = self._desk.clock.now()
        form = pay_form.read(request.form, session, self._email(session), now, card=needs_card)
        if action == "update":  # nothing else has to be right yet
            form.errors = {}
        return form

    def _email(self, session: Json) -> str | None:
        if session["customer_email"] or not session["customer"]:
            return session["customer_email"] or None
        with self._desk.turn() as turn:
            known = turn.ledger.find(session["customer"], "customer") or {}
        return known.get("email")

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
        form = pay_form.blank(session, self._email(session))
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
    facts = {"items": items, "form": form, "errors": errors, "rates": offered(session)}
    asks = {"card": pays_by_card(session), "country": pay_form.asks_country(session)}
    return show("pay.html", session, asks=asks, status=status, **facts)


def choose(turn: Turn, session_id: str, form: PayForm, action: str) -> Json:
    """Take over what the buyer chose; a total they have not seen is not paid."""
    session = turn.ledger.get(session_id, sessions.KIND)
    if session["status"] != "open":
        return session
    session = pay_choices.take(turn, session, form)
    shown = request.form.get("shown_total", str(session["amount_total"]))
    needs_card = action == "pay" and pays_by_card(session)
    lacks_card = needs_card and form.card is None and not form.errors
    if action != "update" and (shown != str(session["amount_total"]) or lacks_card):
        form.errors.setdefault("action", CHANGED)
    return session


def paid(turn: Turn, session_id: str, form: PayForm, action: str) -> Outcome:
    """Pay the way the pressed button says."""
    assert form.buyer is not None  # noqa: S101 the caller has looked
    if action == "debit":
        return payments.debit(turn, session_id, form.buyer)
    return payments.pay(turn, session_id, form.buyer, form.card)


def offered(session: Json) -> list[Json]:
    """List the deliveries to choose from with their names."""
    desk: Desk = current_app.extensions["till"]
    with desk.turn() as turn:
        names = [option["shipping_rate"] for option in session["shipping_options"]]
        return [turn.ledger.get(name, "shipping_rate") for name in names]


def pays_by_card(session: Json) -> bool:
    """Tell whether a card is asked for."""
    return bool(session["amount_total"]) or session["payment_method_collection"] == "always"


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
