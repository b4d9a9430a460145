"""The page of the player, put together from the timeline, the shop and the gate."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from routines.library import assets, cards, service, steps, timeline, vocabulary
from routines.library.cards import ShownCard
from routines.library.documents import Condition, Routine
from routines.pages import shop
from routines.player import plain, stage
from routines.player.versions import versions
from routines.screening.cautions import by_step, sources
from routines.screening.questions import URGENT_TEXT
from routines.toolbox.service import component_names
from routines.videos.gate import gate_for
from storefront.public import web

SCREENING = "screening.js"  # the check on the reader's own device, where there is one


def show(db: Session, slug: str, profile: timeline.Profile) -> Response:
    """Show a routine to follow along, as a page that is whole without scripts.

    Raises:
        NotFound: there is no such routine.
    """
    found = service.find_routine(db, slug)
    routine, names = found.document, component_names(db)
    segments = timeline.expand(routine, profile, names)
    groups = plain.groups(segments, steps.numbered(steps.parts(routine, names)))
    offered = versions(routine, names)
    gate = gate_for(db, found.id) if stage.has_clips(routine) else None
    words = vocabulary.everything(db, ("tool_care", "point", "condition"))
    brought = by_step(sources(routine, words))
    data = plain.as_json(segments, groups, routine, names, brought) | _facts(
        slug, routine, profile
    )
    data |= {"revision": found.revision, "film": stage.film_data(gate)}
    data["offline"] = _offline(slug, (one.profile for one in offered), found.revision)
    return web.page(
        "routines/play.html", slug=slug, routine=routine, groups=groups, data=data, profile=profile,
        versions=offered, minutes=timeline.minutes(segments), open_end=timeline.has_open_end(segments),
        gate=gate, urgent_text=URGENT_TEXT, tool_pictures=stage.tool_pictures(db, routine), next_card=_next(db, routine),
        booking=next((call for call in routine.calls if call.kind == "booking"), None),
        canonical=web.absolute(url_for("routines_library.routine_page", slug=slug)),
        picture=shop.picture(routine.picture), red_flags=_red_flags(words["condition"], routine),
    )  # fmt: skip


def _facts(slug: str, routine: Routine, profile: timeline.Profile) -> dict[str, Any]:
    return {
        "slug": slug, "title": routine.title, "profile": profile, "is_cramp": routine.cramp_now,
        "screening": assets.address(SCREENING) if (Path(assets.FOLDER) / SCREENING).is_file() else None,
    }  # fmt: skip


def _red_flags(known: Mapping[str, Condition], routine: Routine) -> list[str]:
    """List when the routine's conditions belong to a doctor, each sentence once."""
    flags = [
        flag for slug in routine.conditions if slug in known for flag in known[slug].red_flags
    ]
    return list(dict.fromkeys(flags))


def _next(db: Session, routine: Routine) -> ShownCard | None:
    """Suggest what to do next time; never the help for a cramp, and nothing in it."""
    if routine.cramp_now:
        return None
    links = service.related(db, [link for link in routine.related if link.kind == "routine"])
    after = [link.card for link in links if not link.card.facts["cramp_now"]][:1]
    return next(iter(cards.shown(after)), None)


def _offline(
    slug: str, profiles: Iterable[timeline.Profile], revision: int
) -> dict[str, str | list[str]]:
    """Say what is kept when somebody pins the routine on their device."""
    address = partial(url_for, "routines_player.play_page", slug=slug)
    pages = [address(profile=None if one == "full" else one) for one in profiles]
    scope = url_for("routines_library.routine_list")
    if not request.path.startswith(scope):  # the page for a cramp lies outside, and is alone
        pages = [scope := request.path]
    return {
        "script": url_for("routines_player.service_worker"), "scope": scope, "pages": pages, "files": _modules(),
        "version": f"{revision}.{web.shop().version}",
    }  # fmt: skip


def _modules() -> list[str]:
    """List the addresses of the script's parts, as the script itself imports them."""
    names = sorted(path.name for path in (Path(assets.FOLDER) / "player").iterdir())
    return [url_for("routines_static.static", filename=f"player/{name}") for name in names]
