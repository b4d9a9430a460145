"""Saving a routine, and the list of those that were saved."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from routines.library import assets
from routines.saved import list as saved
from routines.saved import service
from routines.toolbox import told
from routines.toolbox.service import component_names
from storefront.public import session, web

blueprint = assets.blueprint("saved", __name__)


@blueprint.get("/toolbox/saved")
def saved_page() -> Response:
    """List what this visitor has put aside."""
    db = session()
    found = service.cards(db, saved.of_visitor(web.visitor()))
    return web.page(
        "routines/saved.html", cards=told.told_cards(db, found, component_names(db)),
        is_kept=bool(saved.proven(web.visitor())),
    )  # fmt: skip


@blueprint.post("/routines/<slug>/save")
def save(slug: str) -> AnyResponse:
    """Put a routine aside, or take it out again."""
    service.check(session(), slug)
    page = url_for("routines_library.routine_page", slug=slug)
    is_out = request.form.get("action") == "remove"
    notice = "It is no longer among your saved routines." if is_out else "Saved."
    response = web.go(web.local_url(request.form.get("next"), page), notice=notice)
    (saved.remove if is_out else saved.save)(response, slug)
    return response
