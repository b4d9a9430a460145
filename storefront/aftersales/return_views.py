"""The page on which a buyer asks to send something back or to have another variant."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, guards, web
from storefront.aftersales import exchange, pages, pieces, returns, windows, withdrawal
from storefront.aftersales.opening import found, page_url
from storefront.aftersales.returns import Wish
from storefront.aftersales.states import REASONS
from storefront.errors import Invalid
from storefront.orders.models import Order

blueprint = web.blueprint("returns", __name__)
blueprint.after_request(web.without_referrer)


@blueprint.get("/orders/<number>/return")
def return_page(number: str) -> Response:
    """Show what can be sent back, and what can be had instead."""
    return _page(found(number))


@blueprint.post("/orders/<number>/return")
def ask(number: str) -> AnyResponse:
    """Ask to send pieces back."""
    web.limit("order_client", web.settings().limit_order_client, web.client_address())
    order = found(number)
    try:
        wishes = [_wish(line.id) for line in order.lines]
        with database.transaction() as db:
            asked = returns.ask(
                db, db.get_one(Order, order.id), [wish for wish in wishes if wish.quantity],
                by="buyer", settings=web.settings(), note=request.form.get("note", ""),
            )  # fmt: skip
            return_number = asked.number
    except Invalid as problem:
        return _page(found(number), 422, problem=problem)
    said = f"We have your wish {return_number}. A letter says how to send it back."
    return web.go(page_url(order), notice=said)


def _wish(line_id: int) -> Wish:
    """Read one line of the form; what is not a number of pieces is refused.

    Raises:
        Invalid: a number cannot be read.
    """
    form = request.form
    text = form.get(f"quantity-{line_id}", "0").strip() or "0"
    quantity = guards.whole(text, least=0, most=9999)
    instead = form.get(f"instead-{line_id}", "")
    wanted = guards.whole(instead, least=1, most=2**31 - 1) if instead else None
    if quantity is None or (instead and wanted is None):
        sentence = "Enter how many pieces come back, as a number."
        raise Invalid(sentence, fields={f"quantity-{line_id}": sentence})
    return Wish(line_id, quantity, form.get(f"reason-{line_id}", ""), wanted)


def _page(order: Order, status: int = 200, *, problem: Invalid | None = None) -> Response:
    db, settings = database.session(), web.settings()
    where = pieces.of(db, order)
    window = withdrawal.window(db, order, settings, days=settings.return_days)
    lines = [
        {"id": line.id, "name": line.name, "most": where[line.id].returnable,
         "instead": exchange.choices(db, line)}
        for line in order.lines
        if where[line.id].returnable
    ]  # fmt: skip
    return web.page(
        "storefront/order_return.html", status, order=order, lines=lines, reasons=REASONS,
        problem=problem, typed=request.form, back_url=page_url(order),
        is_late=not window.is_open(windows.today(clock.now(), settings.timezone)),
        window=pages.window_text(window),
        withdraw_url=url_for(
            "storefront_withdrawal.withdraw_page", order=order.number, key=order.key
        ),
    )  # fmt: skip
