"""Serve the till's own page: what happened, what was sent, and the switches."""

from flask import Blueprint, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from storefront.till import (
    disputes,
    events,
    faults,
    fraud_warnings,
    payments,
    refunds,
    sessions,
)
from storefront.till.contract import whole
from storefront.till.desk import Desk
from storefront.till.errors import ApiError
from storefront.till.ledger import Json, Ledger
from storefront.till.tables import deliveries

SHOWN = 30
LONGEST_SECONDS = 1000 * 24 * 60 * 60


def blueprint(desk: Desk) -> Blueprint:
    """Tie the pages to a till."""
    pages = Blueprint("control", __name__, url_prefix="/till")
    till = ControlPages(desk)
    pages.add_url_rule("", "index", till.index)
    pages.add_url_rule("/faults", "faults", till.faults, methods=["GET"])
    pages.add_url_rule("/faults", "switch", till.switch, methods=["POST"])
    pages.add_url_rule("/clock", "clock", till.advance, methods=["POST"])
    pages.add_url_rule("/events/<event_id>/resend", "resend", till.resend, methods=["POST"])
    pages.add_url_rule(
        "/sessions/<session_id>/debit/<any(succeed,fail):result>",
        "debit",
        till.debit,
        methods=["POST"],
    )
    pages.add_url_rule(
        "/refunds/<refund_id>/<any(succeed,fail):result>",
        "refund",
        till.refund,
        methods=["POST"],
    )
    pages.add_url_rule(
        "/charges/<charge_id>/dispute", "dispute", till.dispute, methods=["POST"]
    )
    pages.add_url_rule("/charges/<charge_id>/warn", "warn", till.warn, methods=["POST"])
    pages.add_url_rule(
        "/disputes/<dispute_id>/<any(win,lose):result>", "decide", till.decide, methods=["POST"]
    )
    pages.register_error_handler(ApiError, refused)
    return pages


class ControlPages:
    """Show the till's books and act on its buttons."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def index(self) -> str:
        """List the newest sessions, refunds and events with their deliveries."""
        with self._desk.turn() as turn:
            ledger = turn.ledger
            found = {
                "sessions": ledger.newest(sessions.KIND, SHOWN),
                "charges": [c for c in ledger.newest("charge", SHOWN) if c["paid"]],
                "disputes": ledger.newest(disputes.KIND, SHOWN),
                "open_disputes": disputes.OPEN,
                "now": turn.now,
                "refunds": ledger.newest("refund", SHOWN),
                "subscriptions": ledger.newest("subscription", SHOWN),
                "events": with_deliveries(ledger, list(ledger.newest("event", SHOWN))),
                "processing": processing(ledger),
            }
        facts = {"state": self._desk.faults.state(), "names": list(faults.OFF)}
        return render_template(
            "till.html",
            webhook=self._desk.settings.webhook_url,
            is_ahead=self._desk.clock.is_ahead,
            **found,
            **facts,
        )

    def faults(self) -> ResponseReturnValue:
        """Show every fault switch as JSON."""
        return jsonify(self._desk.faults.state())

    def switch(self) -> ResponseReturnValue:
        """Set fault switches from JSON or a form."""
        sent = request.get_json(silent=True) if request.is_json else request.form.to_dict()
        if not isinstance(sent, dict):
            raise ApiError("Send a JSON object or a form.")
        state = self._desk.faults.switch(sent)
        return back() if wants_page() else jsonify(state)

    def advance(self) -> ResponseReturnValue:
        """Move the till's time forward and do what comes due, or go `back` to the time of day."""
        sent = request.get_json(silent=True) if request.is_json else request.form.to_dict()
        if (sent or {}).get("back"):
            self._desk.clock.back()
        else:
            seconds = whole(str((sent or {}).get("advance", "")), "advance")
            if not 0 < seconds <= LONGEST_SECONDS:
                raise ApiError("Move the clock by 1 second to 1000 days.", param="advance")
            self._desk.clock.advance(seconds)
        with self._desk.turn() as turn:
            now = turn.now
        return back() if wants_page() else jsonify({"now": now})

    def resend(self, event_id: str) -> ResponseReturnValue:
        """Queue an event once more."""
        with self._desk.turn() as turn:
            events.queue(turn, turn.ledger.get(event_id, "event"))
        return back()

    def debit(self, session_id: str, result: str) -> ResponseReturnValue:
        """Let a pending bank debit succeed or fail."""
        with self._desk.turn() as turn:
            payments.settle_debit(turn, session_id, succeeded=result == "succeed")
        return back()

    def refund(self, refund_id: str, result: str) -> ResponseReturnValue:
        """Let a pending refund arrive, or any refund come back."""
        with self._desk.turn() as turn:
            if result == "succeed":
                refunds.succeed(turn, refund_id)
            else:
                reason = request.form.get("reason", refunds.REASONS[0])
                refunds.fail(turn, refund_id, reason)
        return back()

    def dispute(self, charge_id: str) -> ResponseReturnValue:
        """Let the buyer's bank dispute a charge."""
        inquiry = request.form.get("inquiry") == "1"
        with self._desk.turn() as turn:
            charge = turn.ledger.get(charge_id, "charge")
            disputes.open_on(turn, charge, inquiry=inquiry)
        return back()

    def warn(self, charge_id: str) -> ResponseReturnValue:
        """Let the card network warn of fraud."""
        with self._desk.turn() as turn:
            fraud_warnings.warn(turn, turn.ledger.get(charge_id, "charge"))
        return back()

    def decide(self, dispute_id: str, result: str) -> ResponseReturnValue:
        """Let the buyer's bank decide a dispute."""
        with self._desk.turn() as turn:
            disputes.finish(turn, dispute_id, won=result == "win")
        return back()


def back() -> ResponseReturnValue:
    """Return to the till's page."""
    return redirect("/till", 303)


def wants_page() -> bool:
    """Tell a browser's form from a script."""
    return "text/html" in request.headers.get("Accept", "")


def refused(error: ApiError) -> ResponseReturnValue:
    """Answer a refusal as a page or as JSON."""
    if wants_page():
        return render_template("lost.html", message=error.message), error.status
    return jsonify(error.envelope("req_till")), error.status


def with_deliveries(ledger: Ledger, found: list[Json]) -> list[Json]:
    """Put to each event what became of its deliveries."""
    ids = [event["id"] for event in found]
    wanted = select(deliveries).where(deliveries.c.event.in_(ids)).order_by(deliveries.c.id)
    rows = ledger.connection.execute(wanted).all()
    return [
        {**event, "deliveries": [row for row in rows if row.event == event["id"]]}
        for event in found
    ]


def processing(ledger: Ledger) -> set[str]:
    """Find the sessions whose bank debit is pending."""
    intents = ledger.newest("payment_intent", SHOWN)
    return {intent["id"] for intent in intents if intent["status"] == "processing"}
