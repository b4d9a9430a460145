"""What the newsletter's forms do with the device that sends them: bounds and cookies."""

from datetime import datetime

from flask import request, url_for
from werkzeug.wrappers import Response

from storefront import clock, database, passes, web
from storefront.newsletter import links, service
from storefront.newsletter.addresses import domain_of
from storefront.newsletter.forms import SignUpForm
from storefront.newsletter.models import SignupRequest

LONGEST_NEXT = 300
CONFIRMED = "Thank you. Your address is confirmed."


def count_sign_up(email: str) -> None:
    """Count a letter that this client asks for, also for the domain it would go to.

    Raises:
        TooMany: this client, this domain or everybody together asks too often.
    """
    count_letter()
    web.limit("signup_domain", web.settings().limit_signup_domain, domain_of(email)[:254])


def count_letter() -> None:
    """Count a letter that this client asks for, to whomever.

    Raises:
        TooMany: this client, or everybody together, asks too often.
    """
    settings = web.settings()
    web.limit("signup_client", settings.limit_signup_client, web.client_address())
    web.limit("signup_global", settings.limit_signup_global, "all")


def is_robot(form: SignUpForm) -> bool:
    """Tell a program by the field that nobody sees, and by its speed where that is known."""
    shown_at = links.stamped_at(form.stamp.data)
    seconds = clock.now().timestamp() - shown_at if shown_at is not None else None
    too_fast = seconds is not None and seconds < web.settings().signup_fill_seconds
    return bool(form.website.data) or too_fast


def next_url() -> str:
    """Tell where to go on: what the form or link wishes, if it stays in this shop."""
    fallback = url_for("storefront_newsletter.page")
    wish = web.local_url(request.values.get("next"), fallback)
    return wish if len(wish) <= LONGEST_NEXT else fallback


def waited_for() -> SignupRequest | None:
    """Find what this device waits for."""
    return service.waiting(database.session(), web.visitor().waiting_id, clock.now())


def wait(waiting_id: str, url: str) -> Response:
    """Let this device wait, and go on."""
    response = web.go(url, notice="We sent you a letter. Press the button in it to confirm.")
    web.set_cookie(response, web.WAITING, waiting_id)
    return response


def welcome(email: str, url: str) -> Response:
    """Sign this device in for an address, and go on; a sign-up at the checkout names no way."""
    onward = web.local_url(url, url_for("storefront_newsletter.page"))
    return remember(web.go(onward), email, told=CONFIRMED, way="newsletter")


def remember(response: Response, email: str, *, told: str, way: str) -> Response:
    """Sign this device in for an address proven on it, and bring its carts together; say so on the next page."""
    web.drop_cookie(response, web.WAITING)
    if passes.prove(response, email, way):
        told = f"{told} What you had in your cart elsewhere is in your cart now.".strip()
    if told:
        web.set_cookie(response, web.NOTICE, told, web.NOTICE_SECONDS)
    return response


def let_in(response: Response, email: str, confirmed_at: datetime) -> Response:
    """Let this device, whose letter was confirmed elsewhere, see what the address opens."""
    web.drop_cookie(response, web.WAITING)
    passes.open_content(response, email, confirmed_at)
    return response
