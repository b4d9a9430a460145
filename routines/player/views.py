"""The guided player and the sheet to print."""

import segno
from flask import Response, request, url_for
from markupsafe import Markup

from routines.library import assets, cards, service, steps, timeline
from routines.library.documents import Routine
from routines.library.dosage import dosage_text
from routines.pages import shop
from routines.player import plain
from routines.toolbox.needed import tools_needed
from routines.toolbox.service import component_names
from storefront.public import NotFound, session, web

blueprint = assets.blueprint("player", __name__)
PROFILE_WORDS = {"full": "Whole routine", "short": "Short", "warm_up": "Warm-up", "slower": "Slower", "untimed": "No timer"}  # fmt: skip
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@blueprint.get("/routines/<slug>/play")
@web.public_page
def play_page(slug: str) -> Response:
    """Show a routine to follow along: a numbered page, which scripts turn into a timer."""
    db = session()
    found = service.find_routine(db, slug)
    routine, names, profile = found.document, component_names(db), _profile()
    segments = timeline.expand(routine, profile, names)
    groups = plain.groups(segments, steps.numbered(steps.parts(routine, names)))
    links = service.related(db, [link for link in routine.related if link.kind == "routine"])
    after = [link.card for link in links if not link.card.facts["cramp_now"]][:1]
    data = plain.as_json(segments, groups, routine.cautions) | {
        "slug": slug, "title": routine.title, "revision": found.revision, "profile": profile,
    }  # fmt: skip
    return web.page(
        "routines/play.html", slug=slug, routine=routine, groups=groups, data=data, profile=profile,
        profiles=[(name, PROFILE_WORDS[name]) for name in timeline.offered(routine)],
        minutes=timeline.minutes(segments), open_end=timeline.has_open_end(segments),
        next_card=next(iter(cards.shown(after)), None), canonical=web.absolute(
            url_for("routines_library.routine_page", slug=slug)
        ),
        picture=shop.picture(routine.picture),
    )  # fmt: skip


@blueprint.get("/routines/<slug>/sheet")
@web.public_page
def sheet_page(slug: str) -> Response:
    """Show a routine on one page to print, with boxes to tick."""
    db = session()
    routine, names = service.find_routine(db, slug).document, component_names(db)
    player = web.absolute(url_for(".play_page", slug=slug))
    return web.page(
        "routines/sheet.html", slug=slug, routine=routine, steps=steps.numbered(steps.parts(routine, names)),
        schedule=dosage_text(routine.schedule), tools=tools_needed(db, routine, frozenset(), names).chips,
        cautions=_cautions(routine), days=DAYS, code=_code(player), player=player,
        reviewed_on=shop.day(routine.review.on),
    )  # fmt: skip


def _profile() -> timeline.Profile:
    """Read the wanted profile.

    Raises:
        NotFound: there is no such profile.
    """
    wanted = request.args.get("profile", "full")
    for profile in timeline.PROFILES:
        if profile == wanted:
            return profile
    raise NotFound


def _cautions(routine: Routine) -> list[str]:
    """List the cautions that belong to no single step."""
    around = [caution for part in routine.sections for caution in part.cautions]
    return [steps.caution_text(caution) for caution in (*routine.cautions, *around)]


def _code(address: str) -> Markup:
    """Draw an address as a QR code."""
    drawn = segno.make(address, error="m").svg_inline(scale=3, border=2, svgclass=None, lineclass=None)  # fmt: skip
    return Markup(drawn)  # noqa: S704  # our own drawing of our own address
