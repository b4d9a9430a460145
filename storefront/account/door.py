"""Who may see the pages of an account: whoever has proven an address on this device, or the host's own user."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import guards, web
from storefront.errors import SignInFirst
from storefront.orders import opening

View = TypeVar("View", bound=Callable[..., Any])
LONGEST_NEXT = 300


def owner() -> str:
    """Give the address whose account this device may see; empty for none."""
    return opening.owner_of(web.visitor())


def by_host() -> bool:
    """Tell whether the host app says who asks; then signing in and out is the host's."""
    visitor = web.visitor()
    return bool(owner()) and visitor.session_id is None


def signed_in(view: View) -> View:
    """Lead whoever is not signed in to the sign-in, and back."""

    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if owner() else _to_sign_in()

    return asked  # type: ignore[return-value]


def _to_sign_in() -> AnyResponse:
    if web.wants_json():
        raise SignInFirst
    is_read = request.method in guards.SAFE_METHODS
    if not is_read:
        told = "You were signed out. Sign in, then press the button again."
        return web.go(url_for("storefront_sign_in.page"), notice=told)
    wish = request.full_path.rstrip("?")
    return web.go(url_for("storefront_sign_in.page", next=wish))


def next_url() -> str:
    """Tell where to go on: what the form or link wishes, if it stays in this shop."""
    home = url_for("storefront_account.home")
    wish = web.local_url(request.values.get("next"), home)
    return wish if len(wish) <= LONGEST_NEXT else home


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page of an account: nobody else's, and in no search."""
    answer = web.page(f"storefront/account/{template}.html", status, **context)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.vary.add("Cookie")
    return answer
