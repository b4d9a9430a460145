"""Money going back from the backoffice: refund, cancel, decide; each shows its sum before it is done."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, web
from storefront.aftersales import cancel as cancelling
from storefront.aftersales import pieces as goods
from storefront.aftersales import unpaid
from storefront.backoffice import desk, pieces_form
from storefront.backoffice.pieces_form import Sent
from storefront.errors import Invalid, Unavailable
from storefront.money import read_amount
from storefront.orders import service
from storefront.orders.models import Order
from storefront.payments import refunds, stuck
from storefront.payments.gateway import GatewayUnavailable
from storefront.payments.models import REASONS
from storefront.payments.refunds import Preview, Wanted

blueprint: Blueprint = desk.room("money", __name__)

ONE = "/backoffice/orders/<number>"
REFUND_NAMES = ("shipping", "amount", "reason", "note")
CANCEL_NAMES = ("reason", "note")
UNPAID = frozenset({"awaiting_payment", "expired"})
DECIDED = {
    "fill": "The order goes on.", "give_up": "Everything that was paid goes back.",
    "seen": "It is dealt with.",
}  # fmt: skip
UNREADABLE = "Enter an amount such as 12.50."


@blueprint.get(f"{ONE}/refund")
def refund_page(number: str) -> Response:
    """Ask what shall be refunded."""
    return _refund_form(service.find(database.session(), number), request.args)


@blueprint.post(f"{ONE}/refund/check")
def refund_check(number: str) -> Response:
    """Show what a refund comes to."""
    db, sent = database.session(), request.form
    order = service.find(db, number)
    try:
        seen = _checked(db, order, _wanted(order, sent))
    except Invalid as problem:
        return _refund_form(order, sent, problem)
    fields = pieces_form.kept(sent, REFUND_NAMES, ("line",)) | {
        "turn": refunds.left(db, order).turn
    }
    return desk.page(
        "backoffice/refund_check.html", order=order, seen=seen, sums=sums(seen), fields=fields,
        reason=sent.get("reason", "").replace("_", " "),
    )  # fmt: skip


@blueprint.post(f"{ONE}/refund")
def refund(number: str) -> AnyResponse:
    """Write the refund down and ask Stripe for it; without an answer it is asked for again by itself."""
    try:
        with database.transaction() as db:
            order = service.lock(db, service.find(db, number))
            wanted = _wanted(order, request.form, turn=pieces_form.seen(request.form, "turn"))
            if refunds.left(db, order).turn == wanted.turn:  # else it is a second press
                _checked(db, order, wanted)
            made = refunds.ask(db, order, wanted, by=desk.who(), settings=web.settings())
            desk.audit(db, "order.refunded", number, minor=made.total_minor, reason=made.reason)
            refund_id, text = made.id, web.money_text(made.total_minor, made.currency)
    except Invalid as problem:
        return _refund_form(service.find(database.session(), number), request.form, problem)
    return _back(number, f"{text}: {send(refund_id)}")


@blueprint.get(f"{ONE}/cancel")
def cancel_page(number: str) -> Response:
    """Ask which pieces shall be cancelled, or whether an unpaid order shall be closed."""
    return _cancel_form(service.find(database.session(), number), request.args)


@blueprint.post(f"{ONE}/cancel/check")
def cancel_check(number: str) -> Response:
    """Show what cancelling does, and what goes back."""
    db, sent = database.session(), request.form
    order = service.find(db, number)
    try:
        seen = cancelling.preview(db, order, pieces_form.pieces(order, sent))
    except Invalid as problem:
        return _cancel_form(order, sent, problem)
    fields = pieces_form.kept(sent, CANCEL_NAMES, ("line",)) | {"turn": seen.turn}
    return desk.page(
        "backoffice/cancel_check.html", order=order, what=pieces_form.sentences(seen.pieces),
        seen=seen, sums=sums(seen.refund) if seen.refund else [], fields=fields,
    )  # fmt: skip


@blueprint.post(f"{ONE}/cancel")
def cancel(number: str) -> AnyResponse:
    """Cancel pieces of a paid order: they are on the shelf again and their money goes back."""
    sent = request.form
    try:
        with database.transaction() as db:
            order = service.find(db, number)
            cancelling.cancel(
                db, order, pieces_form.pieces(order, sent), by=desk.who(), settings=web.settings(),
                turn=pieces_form.seen(sent, "turn"), note=sent.get("note", "").strip(),
            )  # fmt: skip
            desk.audit(db, "order.cancelled", number)
    except Invalid as problem:
        return _cancel_form(service.find(database.session(), number), sent, problem)
    return _back(number, "It is cancelled, and the buyer has a letter.")


@blueprint.post(f"{ONE}/close")
def close(number: str) -> AnyResponse:
    """Close an order that is not paid; its pay page is closed first."""
    order = service.find(database.session(), number)
    try:
        unpaid.cancel_unpaid(order.id, web.shop().gateway, web.settings(), by=desk.who())
    except (Invalid, Unavailable) as problem:
        return _cancel_form(service.find(database.session(), number), request.form, problem)
    with database.transaction() as db:
        desk.audit(db, "order.closed", number)
    return _back(number, "The order is closed; nobody can pay it any more.")


@blueprint.get(f"{ONE}/decide")
def decide_page(number: str) -> Response:
    """Show an order that no rule could decide, with what can be done."""
    return _decide_form(service.find(database.session(), number))


@blueprint.post(f"{ONE}/decide")
def decide(number: str) -> AnyResponse:
    """Fill a paid order after all, or give everything back."""
    wish = request.form.get("wish")
    try:
        with database.transaction() as db:
            order = service.find(db, number)
            if wish == "fill":
                stuck.fill(db, order, web.settings())
            elif wish == "give_up":
                stuck.give_up(db, order, web.settings(), by=desk.who())
            elif wish == "seen":
                stuck.seen(db, order, by=desk.who())
            else:
                raise Invalid(
                    "Choose what shall happen.", fields={"wish": "Choose one of the two."}
                )
            desk.audit(db, f"order.{wish}", number)
    except Invalid as problem:
        return _decide_form(service.find(database.session(), number), problem)
    return _back(number, DECIDED[str(wish)])


def _checked(db: Session, order: Order, wanted: Wanted) -> Preview:
    """Tell what a refund comes to; pieces that wait to be sent are for the form that cancels.

    Raises:
        Invalid: it cannot be refunded, or not here.
    """
    seen = refunds.preview(db, order, wanted)
    goods.refuse_unsent(db, order, wanted.lines)
    return seen


def _wanted(order: Order, sent: Sent, *, turn: int | None = None) -> Wanted:
    """Read a refund out of the form.

    Raises:
        Invalid: an amount cannot be read.
    """
    shipping, amount = _amount(order, sent, "shipping"), _amount(order, sent, "amount")
    return Wanted(
        pieces_form.pieces(order, sent), shipping_minor=shipping or 0, amount_minor=amount,
        reason=sent.get("reason", ""), note=sent.get("note", "").strip(), turn=turn,
    )  # fmt: skip


def _amount(order: Order, sent: Sent, name: str) -> int | None:
    text = sent.get(name, "").strip()
    if not text:
        return None
    minor = read_amount(text, order.currency)
    if minor is None:
        raise Invalid(UNREADABLE, fields={name: UNREADABLE})
    return minor


def send(refund_id: int) -> str:
    """Ask for a refund at once and say how it stands; the worker asks again when there is no answer."""
    try:
        state = refunds.send(refund_id, web.shop().gateway, web.settings())
    except GatewayUnavailable:
        return "Stripe does not answer now; the refund is sent as soon as it does."
    return {"failed": "the refund was refused.", "pending": "the refund is on its way."}.get(
        state, "refunded."
    )


def sums(seen: Preview) -> list[tuple[str, str]]:
    """Write down what a refund is made of; the last row is what goes back."""

    def text(minor: int) -> str:
        return web.money_text(minor, seen.currency)

    rows = [(f"{line.quantity} × {line.name}", text(line.amount_minor)) for line in seen.lines]
    parts = (("Delivery", seen.shipping_minor), ("Beyond goods and delivery", seen.free_minor))
    rows += [(name, text(minor)) for name, minor in parts if minor > 0]
    if seen.gift_minor:
        rows += [
            ("To the card or bank", text(seen.card_minor)),
            ("To gift cards", text(seen.gift_minor)),
        ]
    return [*rows, ("Goes back", text(seen.total_minor))]


def _refund_form(order: Order, sent: Sent, problem: Invalid | None = None) -> Response:
    db = database.session()
    left, most = refunds.left(db, order), goods.refundable(db, order)
    due = {
        line.line_id: min(line.quantity, most.get(line.line_id, line.quantity))
        for line in left.lines
    }
    return _form(
        "backoffice/refund.html", order, sent, problem, reasons=REASONS, left=left, due=due,
        unsent=[line.name for line in left.lines if due[line.line_id] < line.quantity],
        text=lambda minor: web.money_text(minor, order.currency),
    )  # fmt: skip


def _cancel_form(
    order: Order, sent: Sent, problem: Invalid | Unavailable | None = None
) -> Response:
    due = {line_id: one.to_send for line_id, one in goods.of(database.session(), order).items()}
    return _form(
        "backoffice/cancel.html", order, sent, problem, due=due, is_unpaid=order.state in UNPAID
    )


def _decide_form(order: Order, problem: Invalid | None = None) -> Response:
    return _form("backoffice/decide.html", order, request.form, problem)


def _form(
    template: str, order: Order, sent: Sent, problem: Invalid | Unavailable | None, **more: Any
) -> Response:
    fields = problem.facts.get("fields") if problem else None
    status = problem.status if problem else 200
    return desk.page(
        template, status, order=order, sent=sent, problem=problem, wrong=fields or {}, **more
    )


def _back(number: str, notice: str) -> AnyResponse:
    return web.go(url_for("storefront_backoffice_orders.one", number=number), notice=notice)
