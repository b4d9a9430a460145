"""Declared withdrawals in the backoffice: the words as they came, and what is done about them."""

from typing import Any

from flask import Blueprint, Response, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, web
from storefront.aftersales import withdrawal
from storefront.aftersales.models import Return, Withdrawal
from storefront.backoffice import asked, desk, wording
from storefront.orders.models import Order

blueprint: Blueprint = desk.room("withdrawals", __name__)

LIST = "/backoffice/withdrawals"


@blueprint.get(LIST)
def page() -> Response:
    """List declarations that wait for somebody, or all of them."""
    db, chosen = database.session(), asked.text("show")
    found = withdrawal.latest(db, open_only=chosen != "all")
    options = [
        {"value": "", "label": "Waiting for somebody", "selected": chosen != "all"},
        {"value": "all", "label": "All", "selected": chosen == "all"},
    ]
    return desk.page(
        "backoffice/withdrawals.html", found=[_row(db, one) for one in found],
        fields=[{"name": "show", "label": "Show", "options": options}],
    )  # fmt: skip


@blueprint.post(f"{LIST}/<number>/done")
def done(number: str) -> AnyResponse:
    """Note that what a declaration asks for has been done."""
    with database.transaction() as db:
        withdrawal.done(db, number, by=desk.who())
        desk.audit(db, "withdrawal.done", number)
    return web.go(url_for(".page"), notice=f"{number} is done.")


def _row(db: Session, one: Withdrawal) -> dict[str, Any]:
    order = db.get(Order, one.order_id) if one.order_id else None
    request = db.get(Return, one.return_id) if one.return_id else None
    return {
        "number": one.number, "name": one.name, "email": one.email, "words": one.words,
        "at": wording.moment(one.at), "is_open": one.done_at is None,
        "done": wording.moment(one.done_at), "typed": one.order_number,
        "order": order.number if order else "",
        "order_url": url_for("storefront_backoffice_orders.one", number=order.number) if order else "",
        "request": request.number if request else "",
        "request_url": url_for("storefront_backoffice_returns.one", number=request.number) if request else "",
        "done_url": url_for(".done", number=one.number),
    }  # fmt: skip
