"""Joining, the page after it, and what a member has in hand: until when, the portal, the end of it."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, web
from storefront.errors import Invalid, NotFound, Unavailable
from storefront.memberships import joining, managing, pages, service
from storefront.memberships.joining import IsMember, Wish
from storefront.payments.gateway import GatewayRefused, GatewayUnavailable

blueprint = web.blueprint("membership", __name__)


@blueprint.get("/membership")
@web.public_page
def page() -> Response:
    """Show what can be joined, what it opens and how a trial goes."""
    return pages.offer()


@blueprint.post("/membership/join")
def join() -> AnyResponse:
    """Lead to the page where a membership is begun; pressing twice leads to the same one."""
    _count()
    wish, email = request.form.get("plan", ""), pages.proven()
    plan = service.plan(database.session(), wish)
    if not email:
        return pages.to_sign_in(url_for(".page", plan=plan.slug))
    wants_trial = request.form.get("trial") != "no"
    try:
        url = joining.join(
            Wish(email, plan.slug, wants_trial), web.shop().gateway, web.settings()
        )
    except IsMember as problem:
        return web.go(url_for(".manage"), notice=problem.detail)
    except Unavailable as problem:
        return pages.offer(problem)
    return redirect(url, 303)


@blueprint.get("/membership/joined")
def joined() -> AnyResponse:
    """Say what has become of a page of Stripe, by asking Stripe."""
    with database.transaction() as db:
        wish = joining.find(db, request.args.get("reference", ""), "join")
        attempt_id = wish.id if wish else None
    if attempt_id is None:
        raise NotFound
    try:
        state = joining.settle(attempt_id, web.shop().gateway, web.settings())
    except (GatewayUnavailable, GatewayRefused):
        return pages.joined(attempt_id, "unknown", 503)
    return pages.joined(attempt_id, state)


@blueprint.get("/membership/manage")
def manage() -> AnyResponse:
    """Show a member what they have and what they can do with it."""
    if not pages.proven():
        return pages.to_sign_in(url_for(".manage"))
    return pages.manage()


@blueprint.post("/membership/manage")
def act() -> AnyResponse:
    """Do what a button says: the portal, another plan, the end, or going on after all."""
    _count()
    email, action = pages.proven(), request.form.get("action", "")
    if not email:
        return pages.to_sign_in(url_for(".manage"))
    try:
        mine = managing.own(database.session(), email)
        return _do(mine, action)
    except (Invalid, Unavailable) as problem:
        return pages.manage(problem)


def _do(mine: managing.Own, action: str) -> AnyResponse:
    gateway, settings = web.shop().gateway, web.settings()
    if action == "portal":
        return redirect(managing.portal(mine, gateway, settings), 303)
    if action == "invoice":
        db, wanted = database.session(), request.form.get("payment", "")
        return redirect(managing.invoice_page(db, pages.proven(), wanted, gateway), 303)
    if action == "change":
        plan = service.plan(database.session(), request.form.get("plan", ""))
        return redirect(managing.change_plan(mine, plan, gateway, settings), 303)
    if action in ("end", "resume"):
        managing.end(mine, gateway, settings, ends=action == "end")
        said = (
            "It ends with its period; nothing more is charged."
            if action == "end"
            else "It goes on."
        )
        return web.go(url_for(".manage"), notice=said)
    raise Invalid("Press one of the buttons on this page.")


def _count() -> None:
    web.limit("member_client", web.settings().limit_member_client, web.client_address())
