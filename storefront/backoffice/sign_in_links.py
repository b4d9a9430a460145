"""The links of sign-in letters, and the worker's part in writing them."""

from typing import Any

from storefront import clock, database, web
from storefront.staff import codes

PURPOSE = "staff-sign-in"


def link_of(wish_id: str) -> str:
    """Write the link that signs in; it works in a command and a worker too."""
    token = web.shop().signer.sign(PURPOSE, wish_id)
    return web.absolute(web.path_for("storefront_backoffice_sign_in.link_page", token=token))


def wish_of(token: str) -> str:
    """Read which wish a link belongs to; empty when we did not write it."""
    return str(web.shop().signer.read(PURPOSE, token) or "")


def write_letter(payload: dict[str, Any]) -> None:
    """Write the letter that an outbox row asks for."""
    with database.transaction() as db:
        codes.write_letter(db, str(payload["id"]), link_of, clock.now())
