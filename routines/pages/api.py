"""The API of the routines."""

from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from routines.access import ways
from routines.access.decide import Decision
from routines.library import service, timeline
from routines.library.facets import GROUPS
from routines.pages import filters
from routines.pages.answers import (
    CardAnswer,
    RoutineAnswer,
    RoutinesAnswer,
    TimelineAnswer,
    path_of,
)
from routines.toolbox.service import component_names
from routines.videos import service as videos
from routines.videos.gate import ANCHOR
from routines.videos.models import VideoAsset
from storefront.public import Invalid, api, clock, guards, session, web

blueprint = web.blueprint("api", __name__)

WORDS: dict[str, Any] = {"type": "array", "items": api.TEXT}
PROFILE: dict[str, Any] = {"enum": list(timeline.PROFILES), "default": "full"}


@blueprint.get("/api/v1/routines")
@web.public_page
@api.operation(
    api.Operation(
        "List routines", RoutinesAnswer, problems=(404,),
        query={"page": api.PAGE} | dict.fromkeys(GROUPS, WORDS),
    )
)  # fmt: skip
def routines() -> Response:
    """List the routines that fit what is asked for."""
    wanted = filters.read(request.args.getlist)
    found = service.routines(session(), wanted, guards.page_number(request))
    items = [CardAnswer.of(card) for card in found.cards]
    return api.send(
        RoutinesAnswer(items=items, page=found.number, pages=found.pages, total=found.total)
    )


@blueprint.get("/api/v1/routines/<slug>")
@web.public_page
@api.operation(api.Operation("Show a routine", RoutineAnswer, problems=(404,)))
def routine(slug: str) -> Response:
    """Show a routine, and whether its video is open for who asks."""
    db = session()
    found = service.find_routine(db, slug)
    asset, film = (found.document.video and videos.of_entry(db, found.id)) or (None, None)
    return api.send(RoutineAnswer.of(found, asset, film, _decision(db, slug, asset)))


def _decision(db: Session, slug: str, asset: VideoAsset | None) -> Decision | None:
    if asset is None:
        return None
    decision = videos.decision(db, asset, web.visitor(), web.settings(), clock.now())
    return ways.priced(db, decision, videos.resource(asset), path_of(slug) + ANCHOR)


@blueprint.get("/api/v1/routines/<slug>/timeline")
@web.public_page
@api.operation(
    api.Operation(
        "Lay a routine out in time", TimelineAnswer, query={"profile": PROFILE},
        problems=(404,),
    )
)  # fmt: skip
def routine_timeline(slug: str) -> Response:
    """Lay a routine out second by second, in one of its profiles.

    Raises:
        Invalid: there is no such profile.
    """
    asked = request.args.get("profile", "full")
    profile = next((one for one in timeline.PROFILES if one == asked), None)
    if profile is None:
        message = f"Ask for one of {', '.join(timeline.PROFILES)}."
        raise Invalid(message, fields={"profile": message})
    db = session()
    found = service.find_routine(db, slug)
    segments = timeline.expand(found.document, profile, component_names(db))
    return api.send(
        TimelineAnswer(
            slug=slug, profile=profile, seconds=timeline.total_seconds(segments),
            segments=list(segments),
        )
    )  # fmt: skip
