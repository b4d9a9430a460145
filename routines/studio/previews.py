"""How a draft will read: the real pages, for a visitor, an owner, a subscriber or a member."""

import re
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from flask import Response, request, url_for
from pydantic import ValidationError

from routines.access.decide import Resource, Viewer, decide
from routines.articles.views import show_article
from routines.library import timeline, tools
from routines.library.documents import Article, Programme, Published, Routine
from routines.library.films import Video
from routines.library.service import Found
from routines.pages.views import show_routine
from routines.programmes.views import show_programme
from routines.studio import mending, service, states
from routines.studio.editing import ONE, sent
from routines.studio.models import Draft
from routines.studio.room import blueprint, framed, page
from routines.studio.typed import Raw
from routines.toolbox.service import component_names
from routines.videos import files, posters
from routines.videos import service as videos
from routines.videos.film import Film
from routines.videos.gate import Gate, Granted, embed_of, spoken
from routines.videos.models import VideoAsset
from storefront.public import NotFound, clock, session, web

Kind = Literal["visitor", "confirmed", "owner", "subscriber", "member"]
KINDS: dict[str, str] = {
    "visitor": "A visitor", "confirmed": "Somebody with a confirmed address", "owner": "An owner of its tools", "subscriber": "A reader of the newsletter",
    "member": "A member",
}  # fmt: skip
SCRIPT = re.compile(r'<script type="module"[^>]*></script>\n?')
SOMEBODY = "preview@example.org"
Doc = TypeVar("Doc", bound=Published)
NO_ENTRY = -1  # of what is not published


@dataclass(frozen=True)
class Moment:
    """A segment of the timeline, with the second at which it begins."""

    begins: str
    length: str
    title: str
    what: str


@blueprint.get(f"{ONE}/preview")
def preview(draft_id: int) -> Response:
    """Show how a draft will read, beside who it is that reads."""
    draft = service.find(session(), draft_id)
    viewer = asked_kind()
    return page(
        "preview.html", draft=draft, title=draft.document.get("title") or draft.slug, viewer=viewer, kinds=KINDS,
        state=states.WORDS[draft.state], frame_url=url_for(".preview_page", draft_id=draft_id, viewer=viewer),
    )  # fmt: skip


@blueprint.get(f"{ONE}/page")
def preview_page(draft_id: int) -> Response:
    """Render the page of a draft as it was saved."""
    draft = service.find(session(), draft_id)
    return _rendered(draft, draft.document)


@blueprint.post(f"{ONE}/page")
def preview_typed(draft_id: int) -> Response:
    """Render the page of a draft as it is typed in its form; nothing is saved."""
    draft = service.find(session(), draft_id)
    return _rendered(draft, sent(draft))


@blueprint.get(f"{ONE}/timeline")
def timeline_page(draft_id: int) -> Response:
    """Show how a routine runs, second by second.

    Raises:
        NotFound: there is no such draft, or it is no routine yet.
    """
    draft = service.find(session(), draft_id)
    document = mending.mended(draft.kind, draft.document, clock.now().date())
    if not isinstance(document, Routine):
        raise NotFound
    wish = request.args.get("profile", "full")
    profile: timeline.Profile = next(
        (name for name in timeline.PROFILES if name == wish), "full"
    )
    segments = timeline.expand(document, profile, component_names(session()))
    return page(
        "timeline.html", draft=draft, title=document.title, moments=_moments(segments), profile=profile,
        profiles=timeline.offered(document), minutes=timeline.minutes(segments),
        open_end=timeline.has_open_end(segments), total=_clock(timeline.total_seconds(segments)),
    )  # fmt: skip


@blueprint.get(f"{ONE}/video")
def video_file(draft_id: int) -> Response:
    """Send the gated video that a draft names or that was uploaded for it, to the staff.

    Raises:
        NotFound: the draft names none, or its file is gone.
    """
    video = service.find(session(), draft_id).document.get("video")
    film = _film(video) if isinstance(video, dict) else None
    if film is None:
        raise NotFound
    if request.args.get("part") != "captions":
        return files.deliver(web.settings(), film.folder + film.file)
    if film.captions is None:
        raise NotFound
    return files.deliver(web.settings(), film.folder + film.captions.name)


def _film(raw: Raw) -> Film | None:
    """Read the film of a draft as far as it is one."""
    try:
        video = Video.model_validate(raw)
    except ValidationError:
        return None
    return videos.film_of(session(), videos.said(VideoAsset(slug=video.slug), video))


def _rendered(draft: Draft, raw: Raw) -> Response:
    document = mending.mended(draft.kind, raw, clock.now().date())
    if document is None:
        return framed(page("nothing_yet.html", draft=draft))
    response = _show(document, draft)
    text = SCRIPT.sub("", response.get_data(as_text=True))  # the frame runs none
    response.set_data(text.replace("<head>", '<head>\n<base target="_blank">', 1))
    return framed(response)


def _show(document: Published, draft: Draft) -> Response:
    if isinstance(document, Routine):
        viewer = made_up(asked_kind(), document)
        return show_routine(
            _found(draft, document), viewer.owned, _gate(draft, document, viewer)
        )
    if isinstance(document, Programme):
        return show_programme(_found(draft, document))
    if isinstance(document, Article):
        return show_article(_found(draft, document))
    raise NotFound


def _found(draft: Draft, document: Doc) -> Found[Doc]:
    return Found(NO_ENTRY, draft.kind, draft.slug, 0, clock.now(), document)


def asked_kind() -> Kind:
    """Tell as whom a page is to be seen; a visitor where nothing else is asked for."""
    wish = request.args.get("viewer", "")
    kinds: tuple[Kind, ...] = get_args(Kind)
    return next((kind for kind in kinds if kind == wish), "visitor")


def made_up(kind: Kind, routine: Routine, tool: str = "") -> Viewer:
    """Make up somebody of a kind, with nothing else: an owner has all tools of the routine, or the one named."""
    if kind == "visitor":
        return Viewer()
    needed = frozenset(need.component for need in tools.needs(routine))
    return Viewer(
        email=SOMEBODY, owned=(needed & {tool} or needed) if kind == "owner" else frozenset(),
        reads_newsletter=kind == "subscriber", is_member=kind == "member",
    )  # fmt: skip


def _gate(draft: Draft, routine: Routine, viewer: Viewer) -> Gate | None:
    """Ask the gate for this kind of viewer; an open video plays from the studio's own address."""
    video = routine.video
    if video is None:
        return None
    required = frozenset(
        need.component for need in tools.needs(routine) if need.role == "required"
    )
    resource = Resource(f"video:{video.slug}", video.opens_for, required)
    decision = decide(viewer, resource, clock.now())
    url = url_for(".video_file", draft_id=draft.id)
    granted = Granted(url, f"{url}?part=captions", clock.now().isoformat())
    asset = videos.said(VideoAsset(slug=video.slug), video)
    film = videos.film_of(session(), asset)
    return Gate(
        video=video.slug, title=video.title, poster=posters.of(asset, film),
        duration=spoken(film.duration_ms if film else video.duration_ms), decision=decision, next_url="",
        granted=granted if film and decision.allowed else None, embed=embed_of(asset, decision),
    )  # fmt: skip


def _moments(segments: tuple[timeline.Segment, ...]) -> list[Moment]:
    made, second = [], 0
    for one in segments:
        told = (one.kind.replace("_", " ").capitalize(), one.side, f"set {one.set_number}" if one.set_number else "",
                one.rep_text, one.fit)  # fmt: skip
        length = "until ready" if one.seconds is None else _clock(one.seconds)
        made.append(
            Moment(_clock(second), length, one.title, ", ".join(text for text in told if text))
        )
        second += one.seconds or 0
    return made


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
