"""Proving an address by mailed digits, and the orders of a proven address."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, passes, web
from storefront.aftersales import pages
from storefront.aftersales.forms import CodeForm, EmailForm
from storefront.aftersales.opening import found, page_url
from storefront.customers import codes
from storefront.customers.service import canonical_email
from storefront.errors import Invalid, LinkExpired
from storefront.orders import opening, service

blueprint = web.blueprint("order_codes", __name__)
blueprint.after_request(web.without_referrer)

ASKED = "address-code"


@blueprint.get("/orders/")
def orders_page() -> Response:
    """List the orders of the proven address, or ask for one to prove."""
    proven = opening.owner_of(web.visitor())
    if not proven:
        return pages.prove_page(EmailForm())
    return pages.orders_page(service.of_address(database.session(), proven), proven)


@blueprint.post("/orders/code")
def send_code() -> AnyResponse:
    """Send a code to an address that has ordered here; every answer is the same."""
    form = EmailForm(request.form)
    try:
        email = canonical_email(form.email.data or "")
    except Invalid as problem:
        form.tell(problem.fields)
        return pages.prove_page(form, 422)
    return _send(email, url_for(".orders_page"))


@blueprint.post("/orders/<number>/code")
def send_order_code(number: str) -> AnyResponse:
    """Send a code to the address of an order."""
    order = found(number)
    return _send(order.email, page_url(order))


@blueprint.get("/orders/code")
def code_page() -> Response:
    """Show the field for the six digits."""
    return pages.code_page(CodeForm(request.args), _next())


@blueprint.post("/orders/prove")
def prove() -> AnyResponse:
    """Take the six digits, and this device as that of the address."""
    web.limit("code_client", web.settings().limit_code_client, web.client_address())
    form = CodeForm(request.form)
    row_id = str(web.shop().signer.read(ASKED, form.asked.data or "") or "")
    try:
        digits = codes.digits(form.code.data)
        with database.transaction() as db:
            email = codes.prove(db, row_id, digits, now=clock.now())
    except (Invalid, LinkExpired) as problem:
        sentence = problem.facts.get("fields", {}) or {"code": problem.detail}
        form.tell(sentence)  # type: ignore[arg-type]
        return pages.code_page(form, _next(), problem.status)
    if email is None:
        form.tell({"code": codes.WRONG})
        return pages.code_page(form, _next(), 422)
    response = web.go(_next(), notice="Your address is confirmed on this device.")
    passes.prove(response, email, "order")
    return response


def _send(email: str, onward: str) -> AnyResponse:
    settings = web.settings()
    web.limit("code_letters_client", settings.limit_code_letters_client, web.client_address())
    with database.transaction() as db:
        is_known = bool(service.of_address(db, email, most=1))
        row_id = codes.send(db, email, settings=settings, now=clock.now(), is_known=is_known)
    asked = web.shop().signer.sign(ASKED, row_id)
    return web.go(url_for(".code_page", asked=asked, next=onward))


def _next() -> str:
    return web.local_url(request.values.get("next"), url_for(".orders_page"))
