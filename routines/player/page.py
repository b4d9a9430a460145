"""The page of the player, put together from the timeline, the shop and the gate."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from routines.library import assets, cards, steps, timeline
from routines.library.cards import ShownCard
from routines.library.documents import Condition, Routine
from routines.library.related import related
from routines.library.service import Found
from routines.pages import shop
from routines.player import plain, stage
from routines.player.versions import versions
from routines.screening.cautions import by_step, sources
from routines.screening.questions import URGENT_TEXT
from routines.toolbox.service import names_and_words
from routines.videos.gate import gate_for
from storefront.public import web

LATER = (
    "player/offline.js",
    "player/quiet.mp3",
)  # what the script asks for only when it is wanted


@dataclass(frozen=True)
class Place:
    """Where a player hangs: what is behind it, and how its versions are addressed."""

    home: str
    address: Callable[[timeline.Profile], str]
    edition: int | str  # what a device remembers its place by: another edition begins anew
    can_be_kept: bool  # on the device, to open without a network


def public_place(found: Found[Routine], *, is_newest: bool = True) -> Place:
    """Hang the player at the routine's own address, for the edition that is published or an older one."""
    slug, revision = found.slug, None if is_newest else found.revision

    def address(profile: timeline.Profile) -> str:
        wanted = None if profile == "full" else profile
        return url_for(
            "routines_player.play_page", slug=slug, profile=wanted, revision=revision
        )

    home = url_for("routines_library.routine_page", slug=slug, revision=revision)
    return Place(home, address, found.revision, can_be_kept=is_newest)


def show(
    db: Session, found: Found[Routine], profile: timeline.Profile, place: Place
) -> Response:
    """Show a routine to follow along, as a page that is whole without scripts."""
    routine = found.document
    names, words = names_and_words(db, ("tool_care", "point", "condition"))
    segments = timeline.expand(routine, profile, names)
    groups = plain.groups(segments, steps.numbered(steps.parts(routine, names)))
    offered = versions(routine, names)
    gate = gate_for(db, found.id) if stage.has_clips(routine) else None
    brought = by_step(sources(routine, words))
    data = plain.as_json(segments, groups, routine, names, brought)
    data |= {"slug": found.slug, "title": routine.title, "profile": profile}
    data |= {
        "is_cramp": routine.cramp_now,
        "revision": place.edition,
        "film": stage.film_data(gate),
    }
    profiles = (one.profile for one in offered)
    data["offline"] = _offline(place, profiles) if place.can_be_kept else None
    return web.page(
        "routines/play.html", slug=found.slug, found=found, routine=routine, groups=groups, data=data, profile=profile, place=place,
        versions=offered, minutes=timeline.minutes(segments), open_end=timeline.has_open_end(segments),
        gate=gate, urgent_text=URGENT_TEXT, tool_pictures=stage.tool_pictures(db, routine), next_card=_next(db, routine),
        booking=next((call for call in routine.calls if call.kind == "booking"), None),
        canonical=web.absolute(url_for("routines_library.routine_page", slug=found.slug)),
        picture=shop.picture(routine.picture), red_flags=_red_flags(words["condition"], routine),
    )  # fmt: skip


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
    links = related(db, [link for link in routine.related if link.kind == "routine"])
    after = [link.card for link in links if not link.card.facts["cramp_now"]][:1]
    return next(iter(cards.shown(after)), None)


def _offline(place: Place, profiles: Iterable[timeline.Profile]) -> dict[str, str | list[str]]:
    """Say what is kept when somebody pins the routine on their device."""
    pages = [place.address(one) for one in profiles]
    scope = url_for("routines_library.routine_list")
    if request.endpoint == "routines_player.cramp_now":  # it lies outside, and is alone
        pages = [scope := url_for("routines_player.cramp_now")]
    return {
        "script": url_for("routines_player.service_worker"), "scope": scope, "pages": pages, "files": [assets.address(name) for name in LATER],
        "module": assets.address(LATER[0]),
        "version": f"{place.edition}.{web.shop().version}",
    }  # fmt: skip
