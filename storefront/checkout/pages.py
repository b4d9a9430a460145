"""The checkout page as its template wants it."""

from flask import Response, request

from storefront import database, web
from storefront.cart.contents import Contents, contents
from storefront.cart.pages import delivery_label, rows, shown_lines
from storefront.checkout.forms import CheckoutForm
from storefront.errors import Invalid, ShopError
from storefront.newsletter.consent import NEWSLETTER
from storefront.pricing import shipping


def cart_for(form: CheckoutForm) -> Contents:
    """Sum the cart up for the chosen country and delivery, or the nearest that there is."""
    db, cart_id, settings = database.session(), web.visitor().cart_id, web.settings()
    country = form.country.data if form.country.data in shipping.COUNTRIES else shipping.HOME
    try:
        return contents(
            db, cart_id, settings, country=country, method_key=form.shipping.data or "standard"
        )
    except Invalid:
        return contents(db, cart_id, settings, country=country)


def checkout(form: CheckoutForm, problem: ShopError | None = None) -> Response:
    """Show the form with today's total, after a refusal with what was wrong."""
    cart = cart_for(form)
    if cart.sums is None:
        return web.page(
            "storefront/cart.html", status=409, cart=cart, lines=(), problem=problem
        )
    subtotal = cart.sums.subtotal_minor
    ways = [(way.key, _way_text(way)) for way in shipping.methods(cart.country, subtotal)]
    form.offer(cart, ways)
    response = web.page(
        "storefront/checkout.html",
        status=problem.status if problem else 200,
        form=form,
        problem=problem,
        cart=cart,
        lines=shown_lines(cart),
        rows=rows(cart.sums, delivery_label(cart)),
        is_back="back" in request.args,
        newsletter_text=NEWSLETTER,
    )
    if problem and problem.retry_after_seconds:
        response.headers["Retry-After"] = str(problem.retry_after_seconds)
    return response


def _way_text(way: shipping.Method) -> str:
    price = web.money_text(way.price_minor) if way.price_minor else "free"
    return f"{way.label}, {way.days}: {price}"
