"""The check: a page that asks, and a script that keeps the answers where they were given."""

from flask import Response, request, url_for

from routines.library import assets
from routines.screening import cautions
from routines.screening.questions import QUESTIONS, URGENT_TEXT
from storefront.public import Link, session, web

blueprint = assets.blueprint("screening", __name__)


@blueprint.get("/check")
@web.public_page
def check_page() -> Response:
    """Show the questions, which nothing sends anywhere, and all cautions for who has no scripts."""
    return web.page(
        "routines/check.html", questions=QUESTIONS, urgent_text=URGENT_TEXT, sources=cautions.all_cautions(session()),
        trail=[Link("Home", url_for("storefront_catalog.home")), Link("A short check", request.path)],
    )  # fmt: skip
