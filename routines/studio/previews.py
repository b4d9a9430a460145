"""How a draft will read: the real pages, for a visitor, an owner, a subscriber or a member."""

import re
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from flask import Response, request, url_for

from routines.access.decide import Resource, Viewer, decide
from routines.articles.views import show_article
from routines.library import timeline, tools
from routines.library.documents import Article, Programme, Published, Routine
from routines.library.service import Found
from routines.pages.views import show_routine
from routines.programmes.views import show_programme
from routines.studio import mending, service, states
from routines.studio.editing import ONE, sent
from routines.studio.models import Draft
from routines.studio.room import blueprint, framed, page
from routines.studio.typed import Raw
from routines.toolbox.service import component_names
from routines.videos import files
from routines.videos.gate import Gate, Granted, spoken
from storefront.public import NotFound, clock, pictures, session, web

Kind = Literal["visitor", "owner", "subscriber", "member"]
KINDS: dict[str, str] = {
    "visitor": "A visitor", "owner": "An owner of its tools", "subscriber": "A reader of the newsletter",
    "member": "A member",
}  # fmt: skip
SCRIPT = re.compile(r'<script type="module"[^>]*></script>\n?')
FILE = re.compile(r"[a-z0-9][a-z0-9.-]{0,119}\.(mp4|vtt)")
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
    viewer = _viewer_kind()
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
    """Send the gated video that a draft names, to the staff.

    Raises:
        NotFound: the draft names none, or its file is gone.
    """
    video = service.find(session(), draft_id).document.get("video")
    part = "captions" if request.args.get("part") == "captions" else "file"
    name = video.get(part) if isinstance(video, dict) else None
    if not isinstance(name, str) or not FILE.fullmatch(name):
        raise NotFound
    return files.deliver(web.settings(), name)


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
        needed = frozenset(need.component for need in tools.needs(document))
        viewer = _viewer(_viewer_kind(), needed)
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


def _viewer_kind() -> Kind:
    wish = request.args.get("viewer", "")
    kinds: tuple[Kind, ...] = get_args(Kind)
    return next((kind for kind in kinds if kind == wish), "visitor")


def _viewer(kind: Kind, needed: frozenset[str]) -> Viewer:
    if kind == "visitor":
        return Viewer()
    return Viewer(
        email=SOMEBODY, owned=needed if kind == "owner" else frozenset(),
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
    return Gate(
        video=video.slug, title=video.title, poster=pictures([video.poster])[video.poster],
        duration=spoken(video.duration_ms), decision=decision, next_url="",
        granted=granted if decision.allowed else None,
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
