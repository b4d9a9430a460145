"""A cart as a link: to keep, to send, to share. A GET only shows; a press puts it in."""

from collections.abc import Sequence

from flask import Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, mail, web
from storefront.cart import forms, joining, links, restoring
from storefront.cart.pages import cart_page
from storefront.cart.restore_pages import restore_page
from storefront.cart.restoring import Wished
from storefront.customers.service import canonical_email
from storefront.errors import Invalid, LinkExpired

blueprint = web.blueprint("cart_links", __name__)


@blueprint.get("/cart/restore/<token>")
def restore_look(token: str) -> Response:
    """Show what is in a link."""
    return restore_page(_in(token), url_for(".restore", token=token))


@blueprint.post("/cart/restore/<token>")
def restore(token: str) -> AnyResponse:
    """Put what is in a link in the cart."""
    return _put_in(_in(token), url_for(".restore", token=token))


@blueprint.get("/cart/add")
def add_look() -> Response:
    """Show what an address such as `/cart/add?sku=STRAP:2` names."""
    return restore_page(forms.wishes(request.args, web.settings()), url_for(".add"))


@blueprint.post("/cart/add")
def add() -> AnyResponse:
    """Put it in the cart."""
    return _put_in(forms.wishes(request.form, web.settings()), url_for(".add"))


@blueprint.post("/cart/send")
def send() -> AnyResponse:
    """Send the link to a mail address; the answer is the same whoever it belongs to."""
    settings = web.settings()
    try:
        email = canonical_email(request.form.get("email", ""))
        web.limit("cart_link_client", settings.limit_signup_client, web.client_address())
        web.limit("cart_link_address", settings.limit_signup_address, email)
        with database.transaction() as db:
            _write(db, email)
    except Invalid as problem:
        return cart_page(Invalid(problem.fields.get("email", problem.detail)))
    return web.go(url_for("storefront_cart.cart_page"), notice="The link is on its way.")


def _write(db: Session, email: str) -> None:
    """Write the letter with the link.

    Raises:
        Invalid: the cart is empty.
    """
    cart_id = web.visitor().cart_id
    held = restoring.held(db, cart_id)
    if not held:
        raise Invalid("Your cart is empty.")
    names = restoring.look(db, held, web.settings()).lines
    lines = [{"name": line.variant.product.name, "quantity": line.wished} for line in names]
    context = {"link": web.absolute(links.path(held)), "lines": lines}
    mail.write(db, "cart_link", email, f"{cart_id}:{clock.now().timestamp()}", context)


def _in(token: str) -> Sequence[Wished]:
    found = links.read(token)
    if found is None:
        raise LinkExpired("This link to a cart is too old, or was not copied whole.")
    return found


def _put_in(wishes: Sequence[Wished], action_url: str) -> AnyResponse:
    mine, began = web.visitor().cart_id, clock.now()
    try:
        with database.transaction() as db:
            cart, told = restoring.put_in(db, mine, wishes, web.settings())
            cart_id = cart.id
            if cart.created_at >= began:
                mine = None
                web.limit("cart_client", web.settings().limit_cart_client, web.client_address())
            if joining.claim(db, cart_id):
                told = f"{told} {joining.TOGETHER}"
    except Invalid as problem:
        return restore_page(wishes, action_url, problem)
    response = web.go(url_for("storefront_cart.cart_page"), notice=told)
    web.set_cookie(response, web.CART, mine or cart_id)
    return response
