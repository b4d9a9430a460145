"""The newsletter's links: signed, so that no row has to be kept for them."""

from storefront import web
from storefront.newsletter.letters import Office

CONFIRM, LEAVE, STAMP = "confirm", "leave", "form-stamp"


def office() -> Office:
    """Give what letters need from outside; also without a request, as in a worker."""
    return Office(web.settings(), confirm_url, leave_url)


def confirm_url(request_id: str) -> str:
    """Write the link that confirms a sign-up request."""
    token = web.shop().signer.sign(CONFIRM, request_id)
    return web.absolute(web.path_for("storefront_newsletter.confirm_page", token=token))


def request_id(token: str) -> str:
    """Read which request a link confirms; empty when we did not write it."""
    return str(web.shop().signer.read(CONFIRM, token) or "")


def leave_url(email: str) -> str:
    """Write the link that stops the letters to an address; it never expires."""
    token = web.shop().signer.sign(LEAVE, email)
    return web.absolute(web.path_for("storefront_newsletter.leave_page", token=token))


def leaver(token: str) -> str:
    """Read who leaves by a link; empty when we did not write it."""
    return str(web.shop().signer.read(LEAVE, token) or "")


def stamp(seconds: int) -> str:
    """Note in a private form when it was shown."""
    return web.shop().signer.sign(STAMP, seconds)


def stamped_at(token: str | None) -> int | None:
    """Read when a form was shown; None for a public page's form, which cannot know."""
    seconds = web.shop().signer.read(STAMP, token) if token else None
    return seconds if isinstance(seconds, int) else None
