"""Show anew that it is you, before money is sent back or a role is given."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.backoffice import desk, devices, entered, entrance
from storefront.errors import Forbidden, LinkExpired, ShopError
from storefront.staff import codes, passkeys, sessions

blueprint: Blueprint = desk.room("fresh", __name__)

PASSKEY_ONLY = "Use your passkey: a code alone does not do any more."


@blueprint.get("/backoffice/fresh")
def page() -> AnyResponse:
    """Show the ways to prove it."""
    return _page()


@blueprint.post("/backoffice/fresh")
def ask() -> AnyResponse:
    """Send the member a code.

    Raises:
        Forbidden: only a passkey does.
    """
    staff = desk.member()
    if devices.wants_passkey(staff.id):
        raise Forbidden(PASSKEY_ONLY)
    devices.count_letter(staff.email)
    with database.transaction() as db:
        wish = codes.ask(
            db, staff.email, clock.now(), purpose="fresh", next_url=devices.next_url()
        )
        desk.audit(db, "fresh.asked", staff.email)
        wish_id = wish.id
    return devices.wait(wish_id, url_for(".code_page"))


@blueprint.get("/backoffice/fresh/code")
def code_page() -> AnyResponse:
    """Show the field for the code."""
    if codes.waiting(database.session(), devices.wish_id(), clock.now()) is None:
        return web.go(url_for(".page"))
    return desk.page("backoffice/fresh_code.html")


@blueprint.post("/backoffice/fresh/code")
def code() -> AnyResponse:
    """Take the code, and give this device a new key."""
    return entered.take(
        "backoffice/fresh_code.html", lambda problem: _page(410, problem), _prove
    )


def _prove(wish_id: str) -> AnyResponse:
    """Use the proven wish of this very member.

    Raises:
        LinkExpired: it is another member's, or was used.
        Forbidden: only a passkey does.
    """
    staff = desk.member()
    if devices.wants_passkey(staff.id):
        raise Forbidden(PASSKEY_ONLY)
    with database.transaction() as db:
        wish = codes.waiting(db, wish_id, clock.now())
        url = wish.next_url if wish else ""
        if codes.take(db, wish_id, clock.now(), purpose="fresh").id != staff.id:
            raise LinkExpired(codes.USED_UP)
        key = sessions.prove_again(db, staff.session_id, clock.now())
        desk.audit(db, "fresh.proven", staff.email, way="code")
    return entrance.keep(web.go(url or url_for(desk.HOME)), key or "")


def _page(status: int = 200, problem: ShopError | None = None) -> AnyResponse:
    staff = desk.member()
    return desk.page(
        "backoffice/fresh.html", status, next_url=devices.next_url(), problem=problem,
        has_passkey=passkeys.has_any(database.session(), staff.id),
        passkey_only=devices.wants_passkey(staff.id),
    )  # fmt: skip
