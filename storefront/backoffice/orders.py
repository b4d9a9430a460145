"""Orders in the backoffice: the list with its filters, and everything about one of them."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, guards, mail, web
from storefront.backoffice import asked, desk, order_list, order_page, wording
from storefront.backoffice.order_list import SHOWN, Found
from storefront.errors import NotFound
from storefront.list_page import pages
from storefront.orders import history, service
from storefront.sent_log import SentLetter
from storefront.staff import roles

blueprint: Blueprint = desk.room("orders", __name__)

EACH = 50
NAMES = ("state", "words", "since", "until")
ONE = "/backoffice/orders/<number>"


@blueprint.get("/backoffice/orders")
def page() -> Response:
    """List orders, newest first."""
    db, wanted, number = database.session(), _wanted(), guards.page_number(request)
    total = order_list.count(db, wanted)
    found = order_list.found(db, wanted, skip=(number - 1) * EACH, most=EACH)
    return desk.page(
        "backoffice/orders.html", orders=[_row(each) for each in found], fields=_fields(),
        shows_money=roles.sees_money(desk.member().role), is_narrowed=any(map(asked.text, NAMES)),
        pages=pages(_at, number=number, last=max(1, -(-total // EACH)), shown=len(found), total=total),
    )  # fmt: skip


@blueprint.get(ONE)
def one(number: str) -> Response:
    """Show everything about an order."""
    db = database.session()
    order = service.find(db, number)
    return desk.page("backoffice/order.html", **order_page.facts(db, order))


@blueprint.post(f"{ONE}/notes")
def add_note(number: str) -> AnyResponse:
    """Write something into an order's history, for the staff alone."""
    text = request.form.get("note", "").strip()
    with database.transaction() as db:
        order = service.find(db, number)
        if text:
            history.note(db, order, "note", text, by=desk.who())
            desk.audit(db, "order.noted", number)
    said = "It is in the history." if text else "There was nothing to write down."
    return web.go(url_for(".one", number=number), notice=said)


@blueprint.post(f"{ONE}/letters/<int(max=2147483647):letter_id>")
def resend(number: str, letter_id: int) -> AnyResponse:
    """Send a letter of this order once more.

    Raises:
        NotFound: there is no such letter of this order.
    """
    with database.transaction() as db:
        order = service.find(db, number)
        letter = db.get(SentLetter, letter_id)
        if letter is None or letter.order_id != order.id:
            raise NotFound
        was_kept = mail.resend(db, letter_id)
        desk.audit(db, "letter.resent", number, letter=letter.letter)
    said = "The letter is sent once more." if was_kept else "Its content is no longer kept."
    return web.go(url_for(".one", number=number), notice=said)


def _wanted() -> order_list.Wanted:
    until = asked.day("until")
    return order_list.Wanted(
        show=asked.text("state"), words=asked.text("words"), since=asked.day("since"),
        before=until + timedelta(days=1) if until else None,
    )  # fmt: skip


def _fields() -> list[dict[str, Any]]:
    chosen = asked.text("state")
    options = [
        {"value": value, "label": label, "selected": value == chosen}
        for value, label in SHOWN.items()
    ]
    return [
        {
            "name": "words",
            "label": "Number, name, address or SKU",
            "value": asked.text("words"),
        },
        {"name": "state", "label": "State", "options": options},
        {"name": "since", "label": "From", "value": asked.text("since"), "type": "date"},
        {"name": "until", "label": "To", "value": asked.text("until"), "type": "date"},
    ]


def _row(found: Found) -> dict[str, Any]:
    order = found.order
    return {
        "number": order.number, "url": url_for(".one", number=order.number), "name": order.name,
        "email": order.email, "placed": wording.moment(order.placed_at), "pieces": found.pieces,
        "total": web.money_text(order.total_minor, order.currency),
        "badges": order_page.badges(order, found.fulfilment),
    }  # fmt: skip


def _at(number: int) -> str:
    kept: dict[str, Any] = {name: asked.text(name) for name in NAMES if asked.text(name)}
    return url_for(".page", page=number, **kept)
