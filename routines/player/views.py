"""The guided player."""

from flask import Response, request, url_for

from routines.library import assets, cards, service, steps, timeline
from routines.pages import shop
from routines.player import plain
from routines.toolbox.service import component_names
from storefront.public import NotFound, session, web

blueprint = assets.blueprint("player", __name__)
PROFILE_WORDS = {"full": "Whole routine", "short": "Short", "warm_up": "Warm-up", "slower": "Slower", "untimed": "No timer"}  # fmt: skip


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
