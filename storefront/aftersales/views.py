"""The order page and what a buyer does there; the key opens it, and mailed digits all of it."""

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.aftersales import addresses, cancel, pages, returns, rules, unpaid
from storefront.aftersales.forms import AddressForm
from storefront.aftersales.opening import found, must_be_open, page_url
from storefront.errors import Invalid, NotFound
from storefront.orders import history, opening, service
from storefront.orders.models import Order
from storefront.ownership import service as ownership

blueprint = web.blueprint("orders", __name__)
blueprint.after_request(web.without_referrer)


@blueprint.get("/orders/<number>")
def order_page(number: str) -> Response:
    """Show an order; one that waits for its payment is checked first."""
    order = found(number)
    is_known = False
    if order.state == "awaiting_payment":
        is_known = web.shop().look_again(order.id)
        order = found(number)
    return pages.order_page(order, is_known=is_known)


@blueprint.post("/orders/<number>/cancel")
def cancel_order(number: str) -> AnyResponse:
    """Cancel all of an order of which nothing was sent; later it is asked of the shop."""
    order = _asked(number)
    try:
        said = _cancel(order)
    except Invalid as problem:
        return pages.order_page(found(number), problem)
    return web.go(page_url(order), notice=said)


def _cancel(order: Order) -> str:
    settings = web.settings()
    if order.state in unpaid.CLOSABLE:
        unpaid.cancel_unpaid(order.id, web.shop().gateway, settings, by="buyer")
        return "The order is cancelled. Nothing was charged."
    with database.transaction() as db:
        mine = service.lock(db, db.get_one(Order, order.id))
        if not cancel.is_untouched(db, mine):
            return _ask_to_cancel(db, mine)
        cancel.cancel(db, mine, by="buyer", settings=settings)
    return "The order is cancelled. What you paid goes back the way it came."


def _ask_to_cancel(db: Session, order: Order) -> str:
    """Ask the shop about what was not sent yet; again asks nothing more."""
    if not pages.may_ask_to_cancel(db, order):
        raise Invalid("Everything of this order has been sent or cancelled.")
    known = history.of(db, order)
    if known and known[-1].kind == "cancel_asked":
        return "You have asked already. We write to you."
    history.note(
        db, order, "cancel_asked", "You asked to cancel what was not sent yet.", by="buyer",
        is_public=True,
    )  # fmt: skip
    if not order.attention:
        order.attention = rules.WISH_TO_CANCEL
    return "We have your wish, and write to you when we know whether the parcel can be stopped."


@blueprint.get("/orders/<number>/address")
def address_page(number: str) -> Response:
    """Show the form for another address."""
    order = found(number)
    must_be_open(order)
    return pages.address_page(order, AddressForm.of(order))


@blueprint.post("/orders/<number>/address")
def change_address(number: str) -> AnyResponse:
    """Write another address in the same country, until a parcel has left."""
    order = _asked(number)
    must_be_open(order)
    form = AddressForm(request.form)
    try:
        with database.transaction() as db:
            mine = db.get_one(Order, order.id)
            addresses.change(
                db, mine, form.name.data or "", form.address(), by="buyer",
                settings=web.settings(),
            )  # fmt: skip
    except Invalid as problem:
        form.tell(problem.fields)
        return pages.address_page(found(number), form, 422, problem=problem)
    return web.go(page_url(order), notice="The address is changed.")


@blueprint.post("/orders/<number>/claim")
def claim(number: str) -> AnyResponse:
    """Keep an order with the address that this device has proven."""
    order = _asked(number)
    must_be_open(order)
    proven = opening.owner_of(web.visitor())
    if not proven:
        raise Invalid("Prove your address first, at “Your orders”.")
    with database.transaction() as db:
        mine = service.lock(db, db.get_one(Order, order.id))
        if mine.claimed_by not in (None, proven):
            raise Invalid("This order is kept with another address already.")
        if mine.email != proven and mine.claimed_by is None:
            mine.claimed_by = proven
            ownership.sync_order(db, mine, web.settings(), clock.now())
            history.note(
                db, mine, "claimed", "The order was kept with another address.", by=proven,
                is_public=False,
            )  # fmt: skip
    return web.go(page_url(order), notice="You find it among your orders from now on.")


@blueprint.post("/orders/<number>/returns/<return_number>/keep")
def keep_it(number: str, return_number: str) -> AnyResponse:
    """End a return because the buyer keeps the pieces."""
    order = _asked(number)
    with database.transaction() as db:
        asked = returns.by_number(db, return_number)
        if asked.order_id != order.id:
            raise NotFound
        returns.take_back(db, asked, by="buyer", settings=web.settings())
    return web.go(page_url(order), notice="You keep it. The return is ended.")


def _asked(number: str) -> Order:
    """Count what is asked here, and find the order by the key in the form."""
    web.limit("order_client", web.settings().limit_order_client, web.client_address())
    return found(number)
