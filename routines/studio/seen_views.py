"""The page of a published routine as visitors of each kind see it, for whoever writes here.

The gate is asked about a made-up viewer who has nothing but the one thing that is chosen. No
grant is ever made: where the film would play, a sentence stands.
"""

from flask import Response, request, url_for

from routines.access.decide import Viewer
from routines.library import service as library
from routines.pages.views import show_routine
from routines.studio.previews import KINDS, SCRIPT, asked_kind, made_up
from routines.studio.room import blueprint, framed, page
from routines.videos.gate import ANCHOR, gate_for
from storefront.public import session

ONE = "/studio/seen/<slug>"


@blueprint.get(ONE)
def seen(slug: str) -> Response:
    """Show the page in a frame, beside who it is that reads."""
    found = library.find_routine(session(), slug)
    kind = asked_kind()
    return page(
        "seen.html", slug=slug, title=found.document.title, viewer=kind, kinds=KINDS,
        frame_url=url_for(".seen_page", slug=slug, viewer=kind) + ANCHOR,
    )  # fmt: skip


@blueprint.get(f"{ONE}/page")
def seen_page(slug: str) -> Response:
    """Render the page as somebody of this kind sees it, in the edition that is published."""
    db = session()
    found = library.find_routine(db, slug)
    gate = None
    who = Viewer()
    if found.document.video:
        wish = request.args.get("tool", "")
        who = made_up(asked_kind(), found.document, wish)
        gate = gate_for(db, found.id, seen_as=who)
    response = show_routine(found, who.owned, gate)
    text = SCRIPT.sub("", response.get_data(as_text=True))  # the frame runs none
    response.set_data(text.replace("<head>", '<head>\n<base target="_blank">', 1))
    return framed(response)
