"""The cart page and the two forms that change a cart; both answer with that page."""

from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, web
from storefront.cart import forms, pages, service
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
        with database.transaction() as db:
            cart, told = service.add(db, web.visitor().cart_id, wish, web.settings())
            cart_id = cart.id
            if cart_id != web.visitor().cart_id:  # too many, and the new one is taken back
                web.limit("cart_client", web.settings().limit_cart_client, web.client_address())
    except (Invalid, SoldOut) as problem:
        return _unchanged(problem)
    response = web.go(url_for(".cart_page"), notice=told)
    web.set_cookie(response, web.CART, cart_id)
    return response


@blueprint.post("/cart/lines/<int:line_id>")
def change_line(line_id: int) -> AnyResponse:
    """Change how many pieces a line has; none, or `action=remove`, takes it out."""
    settings = web.settings()
    try:
        is_removal = request.form.get("action") == "remove"
        pieces = 0 if is_removal else forms.quantity(request.form.get("quantity"), settings)
        with database.transaction() as db:
            gone = service.change(db, web.visitor().cart_id, line_id, pieces, settings)
    except (Invalid, SoldOut) as problem:
        return _unchanged(problem)
    again: dict[str, Any] = {}
    if gone is not None:
        again = {"removed": gone.sku, "pieces": gone.quantity, "for_routine": gone.for_routine}
    told = f"{gone.name} was removed." if gone else "The quantity was changed."
    return web.go(url_for(".cart_page", **again), notice=told)


def _unchanged(problem: ShopError) -> Response:
    """Show the cart as it was, with what is wrong on top; programs get the error itself."""
    if web.wants_json():
        raise problem
    return pages.cart_page(problem)
