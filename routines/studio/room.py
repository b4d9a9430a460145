"""The studio's room at the desk, and what each of its pages is given."""

from typing import Any

from flask import Blueprint, Response

from routines.library import assets
from storefront.public import desk, web

blueprint: Blueprint = desk.room("studio", __name__)
blueprint.context_processor(assets.context)


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page of the studio that may frame a preview."""
    return _policy(
        desk.page(f"routines/studio/{template}", status, **context), "frame-src 'self'"
    )


def framed(response: Response) -> Response:
    """Let a page of the studio stand in a frame of another one; no search engine keeps it."""
    response.headers["X-Robots-Tag"] = "noindex"
    web.protect(response)
    policy = response.headers["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")  # fmt: skip
    return response


def _policy(response: Response, more: str) -> Response:
    web.protect(response)
    response.headers["Content-Security-Policy"] += f"; {more}"
    return response
