"""Our signed cookies; a visitor who carries one of them gets pages of their own."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from storefront.state import settings, shop

CART, PASS, OPENED, TOOLS, WAITING, NOTICE, PROGRAMMES, SHARES, SAVED = (
    "storefront_cart", "storefront_pass", "storefront_opened", "storefront_tools", "storefront_waiting", "storefront_notice",
    "storefront_programmes", "storefront_shares", "storefront_saved",
)  # fmt: skip
PERSONAL_COOKIES = (CART, PASS, OPENED, TOOLS, WAITING, NOTICE, PROGRAMMES, SHARES, SAVED)
YEAR_SECONDS = 365 * 86_400


def read_cookie(name: str) -> Any | None:
    """Read one of our signed cookies; None when it is missing or not ours."""
    value = request.cookies.get(name)
    return shop().signer.read(name, value, YEAR_SECONDS) if value else None


def set_cookie(
    response: Response, name: str, value: Any, seconds: int = YEAR_SECONDS, below: str = "/"
) -> None:
    """Give the visitor one of our signed cookies, sent to the pages below a path of ours."""
    response.set_cookie(
        name,
        shop().signer.sign(name, value),
        max_age=seconds,
        path=settings().url_prefix + below,
        secure=settings().base_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(response: Response, name: str, below: str = "/") -> None:
    """Take one of our cookies back."""
    response.delete_cookie(name, path=settings().url_prefix + below)
