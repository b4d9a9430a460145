"""Sign in by a mailed code or link. No GET signs anybody in: mail scanners follow links."""

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.backoffice import desk, devices, entered, entrance, sign_in_links
from storefront.errors import Invalid, LinkExpired, ShopError
from storefront.staff import codes, members, sessions

blueprint: Blueprint = desk.room("sign_in", __name__)


@blueprint.get("/backoffice/sign-in")
def page() -> AnyResponse:
    """Show the form, unless this device is signed in already."""
    if desk.current() is not None:
        return entrance.keep_everywhere(web.go(devices.next_url()))
    return _page()


@blueprint.post("/backoffice/sign-in")
def ask() -> AnyResponse:
    """Send a letter if the address is a member's; the answer is the same for every address."""
    email = request.form.get("email", "")
    try:
        devices.count_letter(email)
        with database.transaction() as db:
            wish = codes.ask(db, email, clock.now(), next_url=devices.next_url())
            wish_id = wish.id
    except Invalid as error:
        return _page(422, email=email, problem=error)
    return devices.wait(wish_id, url_for(".code_page"))


@blueprint.get("/backoffice/sign-in/code")
def code_page() -> AnyResponse:
    """Show the field for the code."""
    if codes.waiting(database.session(), devices.wish_id(), clock.now()) is None:
        return web.go(url_for(".page"))
    return desk.page("backoffice/sign_in_code.html")


@blueprint.post("/backoffice/sign-in/code")
def code() -> AnyResponse:
    """Sign in by the code, on the device that waits for it."""
    return entered.take(
        "backoffice/sign_in_code.html", lambda problem: _page(410, problem=problem),
        lambda wish_id: devices.enter(wish_id, "code"),
    )  # fmt: skip


@blueprint.get("/backoffice/sign-in/link/<token>")
def link_page(token: str) -> Response:
    """Show the button that signs in."""
    wish = codes.waiting(database.session(), sign_in_links.wish_of(token), clock.now())
    if wish is None or wish.purpose != "sign_in":
        return _page(410, problem=LinkExpired(codes.USED_UP))
    return desk.page("backoffice/sign_in_link.html", token=token, email=wish.email)


@blueprint.post("/backoffice/sign-in/link/<token>")
def link(token: str) -> AnyResponse:
    """Sign this device in by the link's button, once."""
    wish_id = sign_in_links.wish_of(token)
    try:
        with database.transaction() as db:
            codes.prove(db, wish_id, clock.now())
    except LinkExpired as error:
        return _page(410, problem=error)
    return devices.enter(wish_id, "link")


@blueprint.post("/backoffice/sign-in/host")
def host() -> AnyResponse:
    """Take the host app's word for who asks; the member and the role are ours."""
    visitor = web.visitor()
    member = members.active(database.session(), visitor.email or "")
    if member is None or not entrance.host_knows(member.email):
        return _page(422, problem=Invalid("The site you came from does not name you as staff."))
    if devices.wants_passkey(member.id):
        return _page(422, problem=Invalid("Sign in with your passkey."))
    return devices.enter_by_host(member.id)


@blueprint.post("/backoffice/sign-out")
def sign_out() -> AnyResponse:
    """Sign this device out; its key opens nothing from now on."""
    staff = desk.current()
    if staff is not None:
        with database.transaction() as db:
            sessions.end(db, staff.session_id)
            desk.audit(db, "signed_out", staff.email)
    response = web.go(url_for(".page"), notice="You are signed out.")
    return entrance.forget(response)


def _page(status: int = 200, *, email: str = "", problem: ShopError | None = None) -> Response:
    visitor = web.visitor()
    host_email = visitor.email if visitor.is_staff else None
    return desk.page(
        "backoffice/sign_in.html", status, email=email, problem=problem,
        next_url=devices.next_url(), host_email=host_email,
    )  # fmt: skip
