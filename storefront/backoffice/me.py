"""A member's own sign-in: the devices that are signed in, passkeys, recovery codes."""

from flask import Blueprint, Response, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.backoffice import desk, entrance, people
from storefront.staff import members, passkeys, recovery, sessions

blueprint: Blueprint = desk.room("me", __name__)


@blueprint.get("/backoffice/me")
def page() -> Response:
    """Show the devices, passkeys and recovery codes of who asks."""
    db, staff = database.session(), desk.member()
    return desk.page(
        "backoffice/me.html",
        devices=people.devices(
            sessions.of_member(db, staff.id, web.settings(), clock.now()), staff.session_id
        ),
        passkeys=people.passkey_rows(passkeys.of_member(db, staff.id)),
        codes_left=recovery.left(db, staff.id),
        required=web.settings().staff_passkey_required,
    )


@blueprint.post("/backoffice/me/sessions/<int(max=2147483647):session_id>/end")
def end_session(session_id: int) -> AnyResponse:
    """Sign one of one's own devices out."""
    staff = desk.member()
    with database.transaction() as db:
        members.end_session(db, staff.id, session_id)
        desk.audit(db, "session.ended", staff.email)
    return web.go(url_for(".page"), notice="That device is signed out.")


@blueprint.post("/backoffice/me/sessions/end")
def end_everywhere() -> AnyResponse:
    """Sign all of one's own devices out, this one too."""
    staff = desk.member()
    with database.transaction() as db:
        sessions.end_all(db, staff.id)
        desk.audit(db, "sessions.ended", staff.email)
    return entrance.forget(
        web.go(url_for(desk.SIGN_IN), notice="You are signed out everywhere.")
    )
