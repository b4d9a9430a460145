"""The guided player, cramp now, and the service worker that keeps pinned routines."""

from pathlib import Path

from flask import Response, request, send_file, url_for

from routines.library import assets, service, timeline
from routines.pages import editions
from routines.player import page
from storefront.public import NotFound, session, web

blueprint = assets.blueprint("player", __name__)
SERVICE_WORKER = Path(assets.FOLDER) / "sw.js"


@blueprint.get("/routines/<slug>/play")
@web.public_page
def play_page(slug: str) -> Response:
    """Show a routine to follow along: a numbered page, which scripts turn into a timer."""
    db = session()
    found = service.find_routine(db, slug, editions.asked())
    is_newest = editions.asked() is None
    return page.show(db, found, asked_profile(), page.public_place(found, is_newest=is_newest))


@blueprint.get("/cramp-now")
@web.public_page
def cramp_now() -> Response:
    """Show the shortest sequence for a cramp at once, large and silent.

    Raises:
        NotFound: there is none.
    """
    db = session()
    card = service.cramp_routine(db)
    if card is None:
        raise NotFound
    found = service.find_routine(db, card.slug)
    return page.show(db, found, asked_profile(), page.public_place(found))


@blueprint.get("/routines-sw.js")
def service_worker() -> Response:
    """Send the script that keeps pinned routines; from here it reaches every player page."""
    response = send_file(SERVICE_WORKER, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = url_for("storefront_catalog.home")
    return response


def asked_profile() -> timeline.Profile:
    """Read the wanted profile.

    Raises:
        NotFound: there is no such profile.
    """
    wanted = request.args.get("profile", "full")
    for profile in timeline.PROFILES:
        if profile == wanted:
            return profile
    raise NotFound
