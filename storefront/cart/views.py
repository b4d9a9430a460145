"""The cart page and the two forms that change a cart; both answer with that page."""

from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.cart import forms, joining, mends, merging, pages, saved, service
from storefront.cart.who import proven_email
from storefront.errors import Invalid, ShopError, SoldOut

blueprint = web.blueprint("cart", __name__)


@blueprint.get("/cart")
def cart_page() -> Response:
    """Show the cart."""
    return pages.cart_page()


@blueprint.post("/cart/lines")
def add_line() -> AnyResponse:
    """Put something in the cart; one press may add all that is missing."""
    try:
        wish = forms.wish(request.form, web.settings())
        began, mine = clock.now(), web.visitor().cart_id
        with database.transaction() as db:
            cart, told = service.add(db, mine, wish, web.settings())
            cart_id = cart.id
            if cart.created_at >= began:  # too many, and the new one is taken back
                mine = None
                web.limit("cart_client", web.settings().limit_cart_client, web.client_address())
            if joining.claim(db, cart_id):
                told = f"{told} {joining.TOGETHER}"
    except (Invalid, SoldOut) as problem:
        return _unchanged(problem)
    response = web.go(url_for(".cart_page"), notice=told)
    web.set_cookie(response, web.CART, mine or cart_id)  # a merged cart keeps its own name
    return response


@blueprint.post("/cart/join")
def join() -> AnyResponse:
    """Put the carts of a proven address together, or take that back."""
    action = request.form.get("action", "")
    email, response = proven_email(web.visitor()), web.go(url_for(".cart_page"))
    if action in {"undo", "keep"}:
        with database.transaction() as db:
            (merging.undo if action == "undo" else merging.keep)(db, web.visitor().cart_id)
    elif email:
        joining.became_verified(response, email)
    return response


@blueprint.post("/cart/lines/<int:line_id>")
def change_line(line_id: int) -> AnyResponse:
    """Change how many pieces a line has, take it out, put it aside, or say yes to its price."""
    action = request.form.get("action", "")
    try:
        if action in mends.ACTIONS:
            with database.transaction() as db:
                told = mends.mend(db, web.visitor().cart_id, _mend(line_id), web.settings())
            return web.go(url_for(".cart_page"), notice=told)
        return _changed(line_id)
    except (Invalid, SoldOut) as problem:
        return _unchanged(problem)


def _mend(line_id: int) -> mends.Wanted:
    return mends.Wanted(line_id, request.form["action"], request.form.get("value", ""))


def _changed(line_id: int) -> AnyResponse:
    settings = web.settings()
    is_removal = request.form.get("action") == "remove"
    pieces = 0 if is_removal else forms.quantity(request.form.get("quantity"), settings)
    with database.transaction() as db:
        gone = service.change(db, web.visitor().cart_id, line_id, pieces, settings)
    again: dict[str, Any] = {}
    if gone is not None:
        again = {"removed": gone.sku, "pieces": gone.quantity, "for_routine": gone.for_routine}
    told = f"{gone.name} was removed." if gone else "The quantity was changed."
    return web.go(url_for(".cart_page", **again), notice=told)


@blueprint.post("/cart/saved/<int:saved_id>")
def change_saved(saved_id: int) -> AnyResponse:
    """Move something from the list for later back to the cart, or forget it."""
    cart_id, is_removal = web.visitor().cart_id, request.form.get("action") == "remove"
    try:
        with database.transaction() as db:
            if is_removal:
                told = f"{saved.forget(db, cart_id, saved_id)} was taken off your list."
            else:
                told = saved.move_back(db, cart_id, saved_id, web.settings())
    except (Invalid, SoldOut) as problem:
        return _unchanged(problem)
    return web.go(url_for(".cart_page"), notice=told)


def _unchanged(problem: ShopError) -> Response:
    """Show the cart as it was, with what is wrong on top; programs get the error itself."""
    if web.wants_json():
        raise problem
    return pages.cart_page(problem)
