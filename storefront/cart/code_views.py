"""The forms for codes in the cart: see what one would change, use it, take it out."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, web
from storefront.cart import codes, pages
from storefront.cart.who import of_visitor
from storefront.errors import Invalid, TooMany

blueprint = web.blueprint("cart_codes", __name__)


@blueprint.post("/cart/codes")
def use_code() -> AnyResponse:
    """Use a promotion code or a gift card; `action=show` only tells what it would change."""
    typed = request.form.get("code", "")
    try:
        limit()
        if request.form.get("action") == "show":
            return _shown(typed)
        told = use(typed)
    except (Invalid, TooMany) as problem:
        if web.wants_json():
            raise
        return pages.cart_page(problem)
    return web.go(url_for("storefront_cart.cart_page"), notice=told)


@blueprint.post("/cart/codes/remove")
def remove_code() -> AnyResponse:
    """Take a code out of the cart."""
    remove(request.form.get("code", ""))
    return web.go(url_for("storefront_cart.cart_page"), notice="The code was removed.")


def limit() -> None:
    """Slow down whoever guesses codes.

    Raises:
        TooMany: too many were tried.
    """
    web.limit("promotion_client", web.settings().limit_promotion_client, web.client_address())


def use(typed: str) -> str:
    """Use a code in the visitor's cart; tell what it does.

    Raises:
        Invalid: it does not count.
    """
    visitor = web.visitor()
    with database.transaction() as db:
        who = of_visitor(db, visitor)
        return codes.use(db, visitor.cart_id, typed, who, web.settings())


def remove(code: str) -> None:
    """Take a code out of the visitor's cart."""
    with database.transaction() as db:
        codes.remove(db, web.visitor().cart_id, code)


def _shown(typed: str) -> Response:
    db, visitor = database.session(), web.visitor()
    who = of_visitor(db, visitor)
    tried = codes.attempt(db, visitor.cart_id, typed, who, web.settings())
    return pages.cart_page(tried=tried)
