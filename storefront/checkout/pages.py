"""The checkout page as its template wants it."""

from dataclasses import replace

from flask import Response, request
from sqlalchemy.orm import Session

from storefront import database, web
from storefront.cart import codes_shown
from storefront.cart.contents import Contents, contents, contents_anyway
from storefront.cart.pages import cart_page, delivery_label, rows, shown_lines, shown_problems
from storefront.cart.who import of_visitor
from storefront.checkout.forms import CheckoutForm
from storefront.customers import addresses
from storefront.customers.service import canonical_email
from storefront.customers.visitor import Visitor
from storefront.errors import Invalid, ShopError
from storefront.newsletter.consent import NEWSLETTER
from storefront.orders import service as orders
from storefront.pricing import shipping
from storefront.pricing.basket import Who


def cart_for(form: CheckoutForm) -> Contents:
    """Sum the cart up for the chosen country and delivery, or the nearest that there is."""
    wanted = form.country.data or ""
    country = wanted if wanted in shipping.countries(web.settings()) else ""
    try:
        return _summed(form, country, form.shipping.data or "standard")
    except Invalid:
        first = shipping.methods(country or web.settings().shipping_home, 0, web.settings())[0]
        return _summed(form, country, first.key)


def _summed(form: CheckoutForm, country: str, method_key: str) -> Contents:
    db, visitor = database.session(), web.visitor()
    who = _who(db, form, visitor)
    return contents(
        db, visitor.cart_id, web.settings(), country=country, method_key=method_key, who=who
    )


def _who(db: Session, form: CheckoutForm, visitor: Visitor) -> Who:
    """Tell who buys: the address that was typed decides limits, the proven one the price list."""
    proven = of_visitor(db, visitor)
    try:
        email = canonical_email(form.email.data or "")
    except Invalid:
        return proven
    before = orders.has_ordered(db, email, but_cart=visitor.cart_id)
    return replace(proven, email=email, has_ordered=before)


def checkout(
    form: CheckoutForm, problem: ShopError | None = None, *, told: str = ""
) -> Response:
    """Show the form with today's total, after a refusal with what was wrong."""
    try:
        cart = cart_for(form)
    except Invalid as refused:  # as chosen it cannot be delivered; what was typed is kept
        form.tell({"country": refused.detail})
        problem = problem or refused
        cart = contents_anyway(database.session(), web.visitor().cart_id, web.settings())
    if cart.sums is None:
        return cart_page(problem or Invalid("Your cart is empty."))
    ways = [(way.key, _way_text(way)) for way in cart.quote.ways] if cart.quote else []
    form.offer(cart, ways, shipping.countries(web.settings()))
    asked = addresses.fields(cart.country)
    form.ask(asked)
    response = web.page(
        "storefront/checkout.html",
        status=problem.status if problem else 200,
        form=form,
        problem=problem,
        told=told,
        cart=cart,
        lines=shown_lines(cart),
        problems=[shown for line in cart.lines for shown in shown_problems(line)],
        rows=rows(cart.sums, delivery_label(cart)),
        address=asked,
        codes=codes_shown.of(cart.quote, problem),
        pay_label=_pay_label(cart.sums.charge_minor),
        is_back="back" in request.args,
        newsletter_text=NEWSLETTER,
    )
    if problem and problem.retry_after_seconds:
        response.headers["Retry-After"] = str(problem.retry_after_seconds)
    return response


def _pay_label(charge_minor: int) -> str:
    return (
        f"Pay {web.money_text(charge_minor)}"
        if charge_minor
        else "Place the order, nothing to pay"
    )


def _way_text(way: shipping.Method) -> str:
    price = web.money_text(way.price_minor) if way.price_minor else "free"
    return f"{way.label}, {way.days}: {price}"
