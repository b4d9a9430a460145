"""The development mailbox: every letter that would have been sent, for people and for scripts."""

from typing import Any

from flask import Response, current_app, jsonify, request

from storefront import web
from storefront.errors import NotFound
from storefront.mail import DirectoryMailbox

blueprint = web.blueprint("devmail", __name__)

LOOPBACK = {"127.0.0.1", "::1"}  # the letters hold links and codes that open things
LETTER_CSP = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; sandbox"
FRAME_CSP = web.CSP.format(pay="") + "; frame-src 'self'"


def _mailbox() -> DirectoryMailbox:
    """Find the mailbox: for this machine only, not in production nor beside a mail server.

    Raises:
        NotFound: there is no mailbox here.
    """
    transport = web.shop().transport
    is_here = web.client_address() in LOOPBACK and not web.settings().production
    if not is_here or not isinstance(transport, DirectoryMailbox):
        raise NotFound
    return transport


def _letter(letter_id: str) -> dict[str, Any]:
    for letter in _mailbox().letters():
        if letter["id"] == letter_id:
            return letter
    raise NotFound


@blueprint.get("/dev/mailbox")
def mailbox() -> Response:
    """List the letters, newest first; `?to=` keeps those to one address."""
    to = request.args.get("to", "")
    return web.page("storefront/mailbox.html", letters=_mailbox().letters(to), to=to)


@blueprint.get("/dev/mailbox.json")
def mailbox_json() -> Response:
    """Give the letters to scripts, newest first: to, subject, text, html, headers."""
    return jsonify(_mailbox().letters(request.args.get("to", "")))


@blueprint.get("/dev/mailbox/<letter_id>")
def letter_page(letter_id: str) -> Response:
    """Show one letter: its HTML in a frame, its text below."""
    response = web.page("storefront/letter.html", letter=_letter(letter_id))
    response.headers["Content-Security-Policy"] = FRAME_CSP
    return response


@blueprint.get("/dev/mailbox/<letter_id>/body")
def letter_body(letter_id: str) -> Response:
    """Give the HTML of one letter alone, where no script of it can run."""
    response = current_app.make_response(str(_letter(letter_id)["html"]))
    response.headers["Content-Security-Policy"] = LETTER_CSP
    return response
