"""Passkeys: sign in with one, prove anew with one, make and remove them; and recovery codes.

The pages' script (`static/js/passkey.js`) fetches options, lets the browser ask the person, and
sends the answer; the answers here are JSON that says where to go on.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, guards, web
from storefront.backoffice import desk, devices, entrance
from storefront.errors import Invalid, LinkExpired
from storefront.staff import members, passkeys, recovery, sessions

blueprint: Blueprint = desk.room("passkeys", __name__)


@blueprint.post("/backoffice/sign-in/passkey/options")
def sign_in_options() -> Response:
    """Give a challenge to sign in with; it names nobody."""
    devices.count_proof()
    with database.transaction() as db:
        asked = passkeys.ask_to_sign(db, "sign_in", _site(), clock.now())
    return _asked(asked)


@blueprint.post("/backoffice/sign-in/passkey")
def sign_in() -> AnyResponse:
    """Sign in whoever's passkey has signed the challenge."""
    devices.count_proof()
    sent = _sent()
    challenge = _taken(sent, "sign_in")
    with database.transaction() as db:
        member = passkeys.signed_by(db, challenge, sent["credential"], _site(), clock.now())
        key, url = devices.enter_as(member)
    return devices.settle_in(jsonify(next=url), key)


@blueprint.get("/backoffice/sign-in/passkey")
def second_page() -> AnyResponse:
    """Ask for the passkey, or for a recovery code, after the letter's code."""
    if devices.proven_member(devices.wish_id()) is None:
        return web.go(url_for("storefront_backoffice_sign_in.page"))
    return desk.page("backoffice/sign_in_passkey.html", next_url=devices.next_url())


@blueprint.post("/backoffice/sign-in/recovery")
def recover() -> AnyResponse:
    """Sign in by a recovery code, after the letter's code."""
    devices.count_try(devices.wish_id())
    try:
        return devices.enter_by_recovery(devices.wish_id(), request.form.get("recovery", ""))
    except LinkExpired:
        return web.go(url_for("storefront_backoffice_sign_in.page"))
    except Invalid as error:
        return desk.page(
            "backoffice/sign_in_passkey.html", 422, problem=error, next_url=devices.next_url()
        )


@blueprint.post("/backoffice/fresh/passkey/options")
def fresh_options() -> Response:
    """Give a challenge to prove anew with."""
    devices.count_proof()
    with database.transaction() as db:
        asked = passkeys.ask_to_sign(db, "fresh", _site(), clock.now(), desk.member().id)
    return _asked(asked)


@blueprint.post("/backoffice/fresh/passkey")
def prove() -> AnyResponse:
    """Take the passkey as a new proof, and give this device a new key.

    Raises:
        Invalid: it is another member's passkey.
    """
    devices.count_proof()
    staff, sent, now = desk.member(), _sent(), clock.now()
    challenge = _taken(sent, "fresh", staff.id)
    with database.transaction() as db:
        member = passkeys.signed_by(db, challenge, sent["credential"], _site(), now)
        if member.id != staff.id:
            raise Invalid(passkeys.DID_NOT_WORK)
        key = sessions.prove_again(db, staff.session_id, now)
        desk.audit(db, "fresh.proven", staff.email, way="passkey")
    return entrance.keep(jsonify(next=devices.next_url()), key or "")


@blueprint.get("/backoffice/me/passkeys/new")
def new_page() -> Response:
    """Explain what a passkey is and offer to make one."""
    site = passkeys.site(web.settings())
    is_here = request.host_url.rstrip("/") in site.origins
    return desk.page("backoffice/passkey_new.html", site=site, is_here=is_here)


@blueprint.post("/backoffice/me/passkeys/options")
def register_options() -> Response:
    """Give a challenge to make a passkey with."""
    with database.transaction() as db:
        member = members.find(db, desk.member().id)
        asked = passkeys.ask_to_register(db, member, _site(), clock.now())
        desk.audit(db, "passkey.asked", member.email)
    return _asked(asked)


@blueprint.post("/backoffice/me/passkeys")
def register() -> Response:
    """Keep a new passkey."""
    staff, sent = desk.member(), _sent()
    challenge = _taken(sent, "register", staff.id)
    with database.transaction() as db:
        made = passkeys.register(
            db, staff.id, challenge, sent["credential"], sent["name"], _site(), clock.now()
        )
        desk.audit(db, "passkey.made", staff.email, name=made.name)
        has_codes = recovery.left(db, staff.id) > 0
    on = "me.page" if has_codes else "passkeys.codes_page"
    return jsonify(next=url_for(f"storefront_backoffice_{on}"))


@blueprint.post("/backoffice/me/passkeys/<int(max=2147483647):passkey_id>/remove")
def remove(passkey_id: int) -> AnyResponse:
    """Forget a passkey."""
    with database.transaction() as db:
        gone = passkeys.remove(db, desk.member().id, passkey_id)
        desk.audit(db, "passkey.removed", desk.who(), name=gone.name)
    return web.go(url_for("storefront_backoffice_me.page"), notice="The passkey is removed.")


@blueprint.get("/backoffice/me/recovery-codes")
def codes_page() -> Response:
    """Explain recovery codes and offer to make new ones."""
    left = recovery.left(database.session(), desk.member().id)
    return desk.page("backoffice/recovery_codes.html", left=left)


@blueprint.post("/backoffice/me/recovery-codes")
def renew_codes() -> Response:
    """Make new recovery codes and show them, this once."""
    with database.transaction() as db:
        made = recovery.renew(db, desk.member().id, clock.now())
        desk.audit(db, "recovery_codes.made", desk.who())
    return desk.page("backoffice/recovery_codes.html", made=made, left=len(made))


def _site() -> passkeys.Site:
    return passkeys.site(web.settings())


def _asked(asked: passkeys.Asked) -> Response:
    challenge_id, options = asked
    return jsonify(challenge=challenge_id, options=options)


def _taken(sent: dict[str, Any], purpose: str, member_id: int | None = None) -> bytes:
    with database.transaction() as db:
        return passkeys.take(db, sent["challenge"], purpose, clock.now(), member_id)


def _sent() -> dict[str, Any]:
    """Read what the script sends.

    Raises:
        Invalid: it is something else.
    """
    body = guards.json_body(request, web.settings())
    if not isinstance(body, dict):
        raise Invalid(passkeys.DID_NOT_WORK)
    texts = {name: str(body.get(name, ""))[:200] for name in ("challenge", "name")}
    return texts | {"credential": body.get("credential")}
