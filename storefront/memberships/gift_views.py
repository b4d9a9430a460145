"""Giving a membership and redeeming one. No GET redeems: mail scanners follow links.

An address never holds a code: a link has it behind "#", and who has to sign in first keeps it in a
cookie of this room.
"""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.customers.service import canonical_email
from storefront.errors import Invalid, NotFound, Unavailable
from storefront.memberships import gifts, joining, pages
from storefront.memberships.forms import GiftForm, RedeemForm, tell
from storefront.payments.gateway import GatewayRefused, GatewayUnavailable

blueprint = web.blueprint("membership_gifts", __name__)
blueprint.after_request(web.without_referrer)

HELD, BELOW = "storefront_gift", "/membership/gift"  # the code of who signs in first
HELD_SECONDS = 86_400


@blueprint.get("/membership/gift")
def page() -> Response:
    """Show how to give and where to type a code; to who brought one along, its card with the button."""
    held = web.read_cookie(HELD)
    if not isinstance(held, str) or "other" in request.args:
        return pages.gift()
    return pages.card(held)


@blueprint.post("/membership/gift/look")
def look() -> Response:
    """Show the card of a code; nothing is redeemed yet."""
    form = RedeemForm(request.form)
    try:
        return pages.card(_looked_up(form.code.data or ""))
    except Invalid as problem:
        return _refused(form, problem)


@blueprint.post("/membership/gift")
def redeem() -> AnyResponse:
    """Redeem a code for the address that was proven on this device."""
    form, email = RedeemForm(request.form), pages.proven()
    try:
        code = _looked_up(form.code.data or "")
        _check(code)
        if not email:
            response = pages.to_sign_in(url_for(".page"))
            web.set_cookie(response, HELD, code, HELD_SECONDS, below=BELOW)
            return response
        with database.transaction() as db:
            gifts.redeem(db, code, email, clock.now(), web.settings())
    except Invalid as problem:
        return _refused(form, problem)
    said = "Your gift is redeemed. Nothing is ever charged for it."
    response = web.go(url_for("storefront_membership.manage"), notice=said)
    web.drop_cookie(response, HELD, below=BELOW)
    return response


@blueprint.post("/membership/gift/buy")
def buy() -> AnyResponse:
    """Lead to the page where a gift is paid."""
    web.limit("member_client", web.settings().limit_member_client, web.client_address())
    form = GiftForm(request.form)
    try:
        email = canonical_email(form.email.data or "")
        url = joining.give(
            form.plan.data or "", email, web.shop().gateway, web.settings(),
            is_proven=email == pages.proven(),
        )  # fmt: skip
    except NotFound:
        problem = Invalid("Choose how long.", fields={"plan": "Choose how long it lasts."})
        tell(form, problem)
        return pages.gift(form, problem=problem)
    except (Invalid, Unavailable) as problem:
        tell(form, problem)
        return pages.gift(form, problem=problem)
    return redirect(url, 303)


@blueprint.get("/membership/gift/bought")
def bought() -> AnyResponse:
    """Say what has become of a gift's payment, by asking Stripe."""
    with database.transaction() as db:
        wish = joining.find(db, request.args.get("reference", ""), "gift")
        found = (wish.id, wish.pay_url) if wish else None
    if found is None:
        raise NotFound
    attempt_id, pay_url = found
    try:
        state, status = joining.settle(attempt_id, web.shop().gateway, web.settings()), 200
    except (GatewayUnavailable, GatewayRefused):
        state, status = "unknown", 503
    return web.page(
        "storefront/membership_gift_bought.html", status, state=state, pay_url=pay_url
    )


def _looked_up(typed: str) -> str:
    """Read a code, and count the try: nobody guesses through them.

    Raises:
        Invalid: it cannot be a code.
        TooMany: this client tries too often.
    """
    web.limit("gift_client", web.settings().limit_gift_client, web.client_address())
    return gifts.code_of(typed)


def _check(code: str) -> None:
    """Say what is wrong with a code before anybody is asked for an address.

    Raises:
        Invalid: it cannot be redeemed.
    """
    with database.transaction() as db:
        why = gifts.refusal(gifts.find(db, code), clock.now())
    if why:
        raise Invalid(why, fields={"code": why})


def _refused(form: RedeemForm, problem: Invalid) -> Response:
    tell(form, problem)
    response = pages.gift(take=form, problem=problem)
    web.drop_cookie(response, HELD, below=BELOW)
    return response
