"""The withdrawal function: who and which order, then confirm; nobody needs an account for it."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, guards, web
from storefront.aftersales import pages, withdrawal
from storefront.aftersales.forms import WithdrawForm
from storefront.aftersales.opening import is_open
from storefront.aftersales.withdrawal import Declaration
from storefront.errors import Invalid, NotFound
from storefront.orders import service
from storefront.orders.models import Order

blueprint = web.blueprint("withdrawal", __name__)
blueprint.after_request(web.without_referrer)


@blueprint.get("/withdraw")
def withdraw_page() -> Response:
    """Show the first step; with the key of an order it knows the order and its lines."""
    order = _order()
    form = WithdrawForm()
    if order is not None and is_open(order):
        form.name.data, form.email.data = order.name, order.email
    return _page("storefront/withdraw.html", form, order)


@blueprint.post("/withdraw")
def confirm_page() -> Response:
    """Show the second step: the declaration, to be confirmed; nothing is written yet."""
    _count()
    form, order = WithdrawForm(request.form), _order()
    try:
        told = _declaration(form, order)
    except Invalid as problem:
        form.tell(problem.fields)
        return _page("storefront/withdraw.html", form, order, 422, problem=problem)
    return _page("storefront/withdraw_confirm.html", form, order, told=told)


@blueprint.post("/withdraw/confirm")
def declare() -> AnyResponse:
    """Write the declaration down and send its receipt; the answer is the same for any order."""
    _count()
    form, order = WithdrawForm(request.form), _order()
    try:
        told = _declaration(form, order)
        with database.transaction() as db:
            mine = db.get_one(Order, order.id) if order is not None else None
            row = withdrawal.declare(db, told, settings=web.settings(), by_key=mine)
            said, email = row.number, row.email
    except Invalid as problem:
        form.tell(problem.fields)
        return _page("storefront/withdraw.html", form, order, 422, problem=problem)
    return web.page("storefront/withdraw_done.html", withdrawal_number=said, email=email)


def _count() -> None:
    web.limit("withdraw_client", web.settings().limit_withdraw_client, web.client_address())


def _order() -> Order | None:
    """Find the order whose key came along; a wrong key is as good as none."""
    if "key" not in request.values:
        return None
    try:
        return service.find_for_buyer(
            database.session(), request.values.get("order", ""), request.values["key"]
        )
    except NotFound:
        return None


def _declaration(form: WithdrawForm, order: Order | None) -> Declaration:
    """Read the declaration; the lines of an order count only with its key.

    Raises:
        Invalid: a field cannot be used, or part of the order is meant and none is chosen.
    """
    if order is not None:
        form.order_number.data = order.number
    told = withdrawal.checked(form.declaration())
    if form.extent.data != "part":
        return told
    if order is None:
        if not told.part:
            raise Invalid(fields={"part": "Say which part you mean."})
        return told
    chosen = [(line.id, _pieces(line.id, line.quantity)) for line in order.lines]
    some = tuple((line_id, quantity) for line_id, quantity in chosen if quantity)
    if not some:
        raise Invalid(fields={"part": "Choose at least one piece."})
    return Declaration(told.name, told.email, told.order_number, "", some)


def _pieces(line_id: int, most: int) -> int:
    text = request.form.get(f"pieces-{line_id}", "0").strip() or "0"
    quantity = guards.whole(text, least=0, most=most)
    if quantity is None:
        raise Invalid(fields={"part": f"Enter a number from 0 to {most} for each."})
    return quantity


def _page(
    template: str, form: WithdrawForm, order: Order | None, status: int = 200, *,
    problem: Invalid | None = None, told: Declaration | None = None,
) -> Response:  # fmt: skip
    db, settings = database.session(), web.settings()
    known = withdrawal.window(db, order, settings) if order is not None else None
    return web.page(
        template, status, form=form, order=order, problem=problem, told=told,
        days=settings.withdrawal_days, window=pages.window_text(known) if known else "",
        names={line.id: line.name for line in order.lines} if order is not None else {},
        typed=request.form,
    )  # fmt: skip
