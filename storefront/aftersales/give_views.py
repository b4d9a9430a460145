"""Giving a bought tool away: its buyer makes a code, and whoever takes it owns the tool."""

from flask import Response, request

from storefront import clock, database, web
from storefront.aftersales.opening import found, must_be_open, page_url
from storefront.errors import Locked, NotFound
from storefront.orders import history, opening, service
from storefront.orders.models import Order, OrderLine
from storefront.ownership import claims, rules

blueprint = web.blueprint("gifts", __name__)
blueprint.after_request(web.without_referrer)


@blueprint.get("/orders/<number>/give")
def give_page(number: str) -> Response:
    """Show which lines of an order can be given away."""
    return _page(_owned(number))


@blueprint.post("/orders/<number>/give")
def give(number: str) -> Response:
    """Make the code of one line, and show it this once; the one before opens nothing any more.

    Raises:
        NotFound: the order has no such line.
        Invalid: it is not paid any more, or somebody has taken it.
    """
    order = _owned(number)
    with database.transaction() as db:
        mine = service.lock(db, db.get_one(Order, order.id))
        line = _line(mine)
        code = claims.make_for_line(db, mine, line, clock.now())
        history.note(
            db, mine, "given", f"A code was made to give {line.name} away.", by="buyer"
        )
    return _page(found(number), code)


def _owned(number: str) -> Order:
    """Find an order for its owner alone: who only holds its link may not give anything away.

    Raises:
        Locked: the address of the order was not proven on this device.
    """
    web.limit("order_client", web.settings().limit_order_client, web.client_address())
    order = found(number)
    must_be_open(order)
    if not opening.is_owner(order, web.visitor()):
        raise Locked("Prove the address of the order first, at “Your orders”.")
    return order


def _line(order: Order) -> OrderLine:
    wish = request.form.get("line", "")
    line = next((one for one in order.lines if str(one.id) == wish), None)
    if line is None:
        raise NotFound
    return line


def _page(order: Order, code: str = "") -> Response:
    db, settings = database.session(), web.settings()
    lines = [
        {"id": line.id, "name": line.name, "codes": codes, "is_taken": any(one.claimed_by for one in codes)}
        for line in rules.kept_lines(order) if line.components
        for codes in [claims.of_line(db, line)]
    ]  # fmt: skip
    url = claims.address(code, settings) if code else ""
    return web.page(
        "storefront/order_give.html", order=order, lines=lines, code=code, code_url=url,
        back_url=page_url(order),
    )  # fmt: skip
