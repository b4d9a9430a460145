"""The device that asked to sign in: what it waits for, and how often it may ask and try."""

from werkzeug.wrappers import Response as AnyResponse

from storefront import web
from storefront.cookies import drop_cookie, read_cookie, set_cookie
from storefront.customers import sign_in

COOKIE = "storefront_signing_in"
BELOW = "/account"
PURPOSE = "customer-sign-in"


def link_of(wish_id: str) -> str:
    """Write the link of a letter."""
    token = web.shop().signer.sign(PURPOSE, wish_id)
    return web.absolute(web.path_for("storefront_sign_in.link_page", token=token))


def wish_of(token: str) -> str:
    """Read which wish a link belongs to; empty when we did not write it."""
    return str(web.shop().signer.read(PURPOSE, token) or "")


def wait(wish_id: str, url: str) -> AnyResponse:
    """Let this device wait for the letter of a wish."""
    response = web.go(url)
    set_cookie(response, COOKIE, wish_id, int(sign_in.LIFE.total_seconds()), BELOW)
    return response


def wish_id() -> str:
    """Tell what this device waits for."""
    return str(read_cookie(COOKIE) or "")


def is_over(response: AnyResponse) -> None:
    """Let this device wait no longer."""
    drop_cookie(response, COOKIE, BELOW)


def count_letter() -> None:
    """Count a letter that this client asks for.

    Raises:
        TooMany: this client asks too often.
    """
    web.limit("sign_in_client", web.settings().limit_sign_in_client, web.client_address())


def count_try() -> None:
    """Count a code that this client tries.

    Raises:
        TooMany: this client tries too often.
    """
    web.limit("code_client", web.settings().limit_code_client, web.client_address())
