"""The devices on which an address is signed in, and ending any of them."""

from typing import Any

from flask import Response, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, passes, web
from storefront.account import door
from storefront.aftersales.pages import day
from storefront.customers import sessions
from storefront.customers.agents import device_name
from storefront.customers.models import CustomerSession
from storefront.errors import NotFound

blueprint = web.blueprint("account_devices", __name__)

WAYS = {
    "code": "a code by mail", "link": "a link by mail", "newsletter": "a newsletter letter",
    "order": "a code for orders", "programme": "a programme's letter",
}  # fmt: skip


@blueprint.get("/account/devices")
@door.signed_in
def device_list() -> Response:
    """List the devices, this one named."""
    found = sessions.of_address(database.session(), door.owner(), web.settings(), clock.now())
    return door.page("devices", devices=[_shown(one) for one in found], by_host=door.by_host())


@blueprint.post("/account/devices/<int:session_id>/sign-out")
@door.signed_in
def sign_one_out(session_id: int) -> AnyResponse:
    """Sign one device out.

    Raises:
        NotFound: it is none of this address, or signed out already.
    """
    with database.transaction() as db:
        if not sessions.end(db, session_id, door.owner()):
            raise NotFound("This device is signed out already.")
    return web.go(url_for(".device_list"), notice="The device is signed out.")


@blueprint.post("/account/sign-out-everywhere")
@door.signed_in
def sign_out_everywhere() -> AnyResponse:
    """Sign every device out, this one too; open links and codes are void with it."""
    response = web.go(
        url_for("storefront_catalog.home"), notice="You are signed out everywhere."
    )
    passes.forget_everywhere(response, door.owner())
    return response


def _shown(session: CustomerSession) -> dict[str, Any]:
    return {
        "id": session.id, "name": device_name(session.agent),
        "way": WAYS.get(session.way, session.way), "since": day(session.created_at),
        "seen": day(session.last_seen_at),
        "is_this": session.id == web.visitor().session_id,
    }  # fmt: skip
