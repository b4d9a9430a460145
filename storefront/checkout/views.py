"""The checkout: one form, the total on its button, and the way to the pay page."""

from flask import Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, guards, web
from storefront.cart import code_views, mends
from storefront.cart.who import proven_email
from storefront.checkout import flow, limits, pages, service
from storefront.checkout.forms import CheckoutForm
from storefront.checkout.service import Site
from storefront.errors import (
    CodeUsed,
    Invalid,
    PriceChanged,
    ShopError,
    SoldOut,
    TooMany,
    TooManyHeld,
    Unavailable,
)
from storefront.newsletter import links
from storefront.orders.models import Order
from storefront.payments.models import PaymentAttempt

blueprint = web.blueprint("checkout", __name__)

MOST_TOTAL = 2**31 - 1


@blueprint.get("/checkout")
def checkout_page() -> AnyResponse:
    """Show the form; an empty cart, or one that cannot be bought, comes first."""
    try:
        cart = pages.cart_for(CheckoutForm())
    except Invalid:  # it cannot be delivered; the cart says why
        return web.go(url_for("storefront_cart.cart_page"))
    if not cart.lines or cart.is_blocked:
        return web.go(url_for("storefront_cart.cart_page"))
    visitor = web.visitor()
    known = visitor.email if visitor.email_scope == "verified" else None
    return pages.checkout(CheckoutForm(email=known))


@blueprint.post("/checkout")
def place() -> AnyResponse:
    """Place the order and go on to the pay page; every refusal keeps what was typed."""
    form = CheckoutForm(request.form)
    try:
        if "mend" in request.form:
            return _mended(form)
        if request.form.get("action") == "update":
            return pages.checkout(form)
        if "remove_code" in request.form or request.form.get("code", "").strip():
            return _with_codes(form)
        limits.press()
        place = limits.counted(lambda db: _place(db, form))
        started = flow.start(place, web.shop().gateway, web.settings())
    except (
        Invalid, SoldOut, CodeUsed, PriceChanged, TooMany, TooManyHeld, Unavailable,
    ) as problem:  # fmt: skip
        return _refused(form, problem)
    return web.go(started.url)


def _mended(form: CheckoutForm) -> AnyResponse:
    """Mend a line and show the form again with all that was typed."""
    wanted = mends.read(request.form["mend"])
    with database.transaction() as db:
        told = mends.mend(db, web.visitor().cart_id, wanted, web.settings())
    return pages.checkout(form, told=told)


def _with_codes(form: CheckoutForm) -> AnyResponse:
    """Use or remove a code and show the form again: whoever presses pay has seen the total."""
    if "remove_code" in request.form:
        code_views.remove(request.form["remove_code"])
        return pages.checkout(form, told="The code was removed.")
    code_views.limit()
    return pages.checkout(form, told=code_views.use(request.form["code"]))


def _place(db: Session, form: CheckoutForm) -> PaymentAttempt:
    return service.place_cart(
        db, web.visitor().cart_id, form.details(), site(proven_email(web.visitor())),
        expected_total_minor=_expected_total(form),
    )  # fmt: skip


def _expected_total(form: CheckoutForm) -> int | None:
    """Read the total that the buyer saw; None when the form did not tell it."""
    text = form.expected_total.data
    if text is None:
        return None
    total = guards.whole(text, least=0, most=MOST_TOTAL)
    if total is None:
        message = "We could not read the total that you saw. Please look at it and press again."
        raise PriceChanged(message)
    return total


def site(proven_email: str | None = None) -> Site:
    """Give what placing an order needs of this request; a proven address may have its own prices."""
    return Site(
        settings=web.settings(),
        order_url=order_url,
        cancel_url=web.absolute(url_for("storefront_checkout.checkout_page", back=1)),
        office=links.office(),
        client=web.client_address(),
        proven_email=proven_email,
    )


def order_url(order: Order) -> str:
    """Give the address of an order's page with its key, for letters and for Stripe."""
    path = url_for("storefront_orders.order_page", number=order.number, key=order.key)
    return web.absolute(path)


def _refused(form: CheckoutForm, problem: ShopError) -> Response:
    fields = problem.facts.get("fields")
    form.tell(fields if isinstance(fields, dict) else {})
    return pages.checkout(form, problem)
