"""The newsletter's links: signed, so that no row has to be kept for them."""

from collections.abc import Callable
from dataclasses import dataclass

from storefront import web
from storefront.newsletter.letters import Office

CONFIRM, LEAVE, PREFERENCES, STAMP = "confirm", "leave", "preferences", "form-stamp"
HERE = "TOKEN-HERE"


def office() -> Office:
    """Give what letters need from outside; also without a request, as in a worker."""
    return Office(web.settings(), confirm_url, leave_url, preferences_url)


def confirm_url(request_id: str) -> str:
    """Write the link that confirms a sign-up request."""
    token = web.shop().signer.sign(CONFIRM, request_id)
    return web.absolute(web.path_for("storefront_newsletter.confirm_page", token=token))


def request_id(token: str) -> str:
    """Read which request a link confirms; empty when we did not write it."""
    return str(web.shop().signer.read(CONFIRM, token) or "")


def leave_url(email: str, list_slug: str | None = None) -> str:
    """Write the link that stops one list, or all of them; it names who and which, and never expires."""
    token = web.shop().signer.sign(LEAVE, [email, list_slug or ""])
    return web.absolute(web.path_for("storefront_newsletter_leaving.leave_page", token=token))


def preferences_url(email: str) -> str:
    """Write the link to the page of a reader's choices; it is no sign-in and never expires."""
    return web.absolute(preferences_path(email))


def preferences_path(email: str) -> str:
    """Give the path of that page."""
    token = web.shop().signer.sign(PREFERENCES, email)
    return web.path_for("storefront_newsletter_preferences.preferences_page", token=token)


def many_leave_urls() -> Callable[[str, str], str]:
    """Give `leave_url` for many letters: the address of the page is looked up once."""
    signer, page = web.shop().signer, _page("storefront_newsletter_leaving.leave_page")
    return lambda email, list_slug: page(signer.sign(LEAVE, [email, list_slug]))


def many_preferences_urls() -> Callable[[str], str]:
    """Give `preferences_url` for many letters: the address of the page is looked up once."""
    signer, page = (
        web.shop().signer,
        _page("storefront_newsletter_preferences.preferences_page"),
    )
    return lambda email: page(signer.sign(PREFERENCES, email))


def _page(endpoint: str) -> Callable[[str], str]:
    """Write a page's address with a token in it, which is safe in an address as it is."""
    start, end = web.absolute(web.path_for(endpoint, token=HERE)).split(HERE)
    return lambda token: f"{start}{token}{end}"


@dataclass(frozen=True)
class Leaver:
    """Who leaves by a link, and what; no address when the link is not ours."""

    email: str = ""
    list_slug: str = ""  # empty = all of them

    @property
    def lists(self) -> list[str] | None:
        """Name what is left, None for everything."""
        return [self.list_slug] if self.list_slug else None


def leaver(token: str) -> Leaver:
    """Read who leaves what by a link."""
    said = web.shop().signer.read(LEAVE, token)
    if isinstance(said, str):  # the links of letters before there were several lists
        return Leaver(said)
    return Leaver(*said) if said else Leaver()


def chooser(token: str) -> str:
    """Read whose choices a link shows; empty when we did not write it."""
    return str(web.shop().signer.read(PREFERENCES, token) or "")


def stamp(seconds: int) -> str:
    """Note in a private form when it was shown."""
    return web.shop().signer.sign(STAMP, seconds)


def stamped_at(token: str | None) -> int | None:
    """Read when a form was shown; None for a public page's form, which cannot know."""
    seconds = web.shop().signer.read(STAMP, token) if token else None
    return seconds if isinstance(seconds, int) else None
