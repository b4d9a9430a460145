"""Returns in the backoffice: answer, receive, close; the sum is shown before it goes back."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, guards, web
from storefront.aftersales import return_close, returns
from storefront.aftersales.models import Return
from storefront.aftersales.returns import Received
from storefront.aftersales.states import CONDITIONS, REASONS
from storefront.backoffice import asked, desk, money, order_page, pieces_form, wording
from storefront.backoffice.pieces_form import Sent
from storefront.catalog.models import Variant
from storefront.errors import Invalid, SoldOut
from storefront.money import read_amount
from storefront.payments import refunds
from storefront.staff import roles

blueprint: Blueprint = desk.room("returns", __name__)

LIST = "/backoffice/returns"
ONE = f"{LIST}/<number>"
SHOWN = {
    "": ("requested", "approved", "received"),
    "requested": ("requested",),
    "approved": ("approved",),
    "received": ("received",),
    "over": ("closed", "refused", "withdrawn"),
}
LABELS = {
    "": "All that are open", "requested": "Waiting for an answer", "approved": "On their way",
    "received": "Here, to be closed", "over": "Over",
}  # fmt: skip


@blueprint.get(LIST)
def page() -> Response:
    """List returns that need somebody, or those that are over."""
    chosen = asked.text("state")
    found = returns.waiting(database.session(), *SHOWN.get(chosen, SHOWN[""]))
    options = [
        {"value": v, "label": label, "selected": v == chosen} for v, label in LABELS.items()
    ]
    return desk.page(
        "backoffice/returns.html", returns=[_row(each) for each in found],
        fields=[{"name": "state", "label": "State", "options": options}],
    )  # fmt: skip


@blueprint.get(ONE)
def one(number: str) -> Response:
    """Show a return with what can be done now."""
    return _page(returns.by_number(database.session(), number), request.args)


@blueprint.post(f"{ONE}/answer")
def answer(number: str) -> AnyResponse:
    """Let the pieces come back, or say why not."""
    sent = request.form
    try:
        with database.transaction() as db:
            found, by = returns.by_number(db, number), desk.who()
            if sent.get("wish") == "approve":
                returns.approve(
                    db, found, by=by, settings=web.settings(), answer=sent.get("answer", "")
                )
            elif sent.get("wish") == "refuse":
                returns.refuse(
                    db, found, by=by, settings=web.settings(), answer=sent.get("answer", "")
                )
            else:
                raise Invalid("Choose an answer.", fields={"wish": "Choose an answer."})
            desk.audit(db, f"return.{found.state}", number)
    except (Invalid, SoldOut) as problem:
        return _again(number, sent, problem)
    return _back(number, "The buyer has your answer by letter.")


@blueprint.post(f"{ONE}/receive")
def receive(number: str) -> AnyResponse:
    """Write down what has come, and put what can be sold on the shelf."""
    sent = request.form
    try:
        with database.transaction() as db:
            found = returns.by_number(db, number)
            returns.receive(
                db, found, _came(found, sent), by=desk.who(), settings=web.settings()
            )
            desk.audit(db, "return.received", number)
    except Invalid as problem:
        return _again(number, sent, problem)
    return _back(number, "It is noted. Now close the return.")


@blueprint.get(f"{ONE}/close")
def close_page(number: str) -> Response:
    """Show what closing does, and what goes back."""
    db = database.session()
    found = returns.by_number(db, number)
    try:
        seen = return_close.preview(db, found, amount_minor=_amount(found, request.args))
    except Invalid as problem:
        return _page(found, request.args, problem)
    instead = [
        f"{pieces} × {_name(db, line.wanted_variant_id)}"
        for line, pieces in seen.instead.items()
        if pieces
    ]
    return desk.page(
        "backoffice/return_close.html", number=number, order=found.order, instead=instead,
        sums=money.sums(seen.refund) if seen.refund else [],
        fields={"turn": seen.turn, "amount": asked.text("amount")},
    )  # fmt: skip


@blueprint.post(f"{ONE}/close")
def close(number: str) -> AnyResponse:
    """Refund what came, or put what is wanted instead into the order, and end the return."""
    sent = request.form
    try:
        with database.transaction() as db:
            found = returns.by_number(db, number)
            return_close.close(
                db, found, by=desk.who(), settings=web.settings(),
                turn=pieces_form.seen(sent, "turn"), amount_minor=_amount(found, sent),
            )  # fmt: skip
            desk.audit(db, "return.closed", number)
            refund_id = found.refund_id
    except Invalid as problem:
        return _again(number, sent, problem)
    said = money.send(refund_id) if refund_id else "what is wanted instead waits to be shipped."
    return _back(number, f"The return is closed: {said}")


def _came(found: Return, sent: Sent) -> dict[int, Received]:
    """Read what came of each line.

    Raises:
        Invalid: a number cannot be read, or a condition is not one of ours.
    """
    came = {}
    for line in found.lines:
        name = f"came-{line.id}"
        pieces = guards.whole(sent.get(name, ""), least=0, most=line.quantity)
        condition = sent.get(f"condition-{line.id}", "as_new")
        if pieces is None or condition not in CONDITIONS:
            message = f"{line.order_line.name}: enter how many came, from 0 to {line.quantity}."
            raise Invalid(message, fields={name: message})
        came[line.id] = Received(
            pieces, condition, restock=bool(sent.get(f"restock-{line.id}"))
        )
    return came


def _amount(found: Return, sent: Sent) -> int | None:
    text = sent.get("amount", "").strip()
    minor = read_amount(text, found.order.currency) if text else None
    if text and minor is None:
        raise Invalid(money.UNREADABLE, fields={"amount": money.UNREADABLE})
    return minor


def _again(number: str, sent: Sent, problem: Invalid | SoldOut) -> Response:
    return _page(returns.by_number(database.session(), number), sent, problem)


def _page(found: Return, sent: Sent, problem: Invalid | SoldOut | None = None) -> Response:
    db, fields = database.session(), problem.facts.get("fields") if problem else None
    return desk.page(
        "backoffice/return.html", problem.status if problem else 200, problem=problem,
        wrong=fields or {}, sent=sent, found=found, row=_row(found), conditions=CONDITIONS,
        lines=[_line(db, line) for line in found.lines],
        can_close=roles.may(desk.member().role, "returns.close"),
        refund=next((x for x in _refunds(db, found)), ""),
    )  # fmt: skip


def _refunds(db: Session, found: Return) -> list[str]:
    if found.refund_id is None:
        return []
    refund = refunds.find(db, found.refund_id)
    return [f"{web.money_text(refund.total_minor, refund.currency)}, {refund.state}"]


def _row(found: Return) -> dict[str, Any]:
    return {
        "number": found.number, "url": url_for(".one", number=found.number),
        "state": (found.state, order_page.TONES.get(found.state, "plain")),
        "order": found.order.number, "is_withdrawal": found.is_withdrawal,
        "order_url": url_for("storefront_backoffice_orders.one", number=found.order.number),
        "what": ", ".join(f"{line.quantity} × {line.order_line.name}" for line in found.lines),
        "asked": wording.moment(found.asked_at),
    }  # fmt: skip


def _line(db: Session, line: Any) -> dict[str, Any]:
    return {
        "id": line.id, "name": line.order_line.name, "sku": line.order_line.sku,
        "quantity": line.quantity, "reason": REASONS[line.reason],
        "instead": _name(db, line.wanted_variant_id) if line.wanted_variant_id else "the money back",
        "received": line.received, "condition": CONDITIONS.get(line.condition, ""),
        "restocked": line.restocked,
    }  # fmt: skip


def _name(db: Session, variant_id: int | None) -> str:
    variant = db.get(Variant, variant_id) if variant_id else None
    return (
        f"{variant.product.name}, {variant.name}" if variant else "something not sold any more"
    )


def _back(number: str, notice: str) -> AnyResponse:
    return web.go(url_for(".one", number=number), notice=notice)
