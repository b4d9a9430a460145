"""Grants for gated videos, and the one address under which their bytes leave the house."""

from flask import Blueprint, Response
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from routines.access import ways, words
from routines.access.decide import Decision
from routines.videos import door, files, gate, service
from routines.videos.film import CHAPTERS
from routines.videos.models import VideoAsset
from storefront.public import Locked, NotFound, api, clock, session, web

blueprint: Blueprint = web.blueprint("videos", __name__)

GRANTS_LIMIT = "120/hour"  # a player asks once in half an hour; the cap is GATE_LIVE_GRANTS


class GrantWish(api.Answer):
    """The slug of a video."""

    video: str


class SizeAnswer(api.Answer):
    """A film in one size."""

    url: str
    height: int


class WordsAnswer(api.Answer):
    """Words that go with a film, beside its captions."""

    url: str
    kind: str
    language: str
    label: str


class GrantAnswer(api.Answer):
    """The paths of a video's files, until when they work, and why they are open; empty = there is none."""

    url: str
    hls_url: str
    captions_url: str
    chapters_url: str
    sizes: list[SizeAnswer]
    tracks: list[WordsAnswer]
    expires_at: str
    why: str


@blueprint.post("/api/v1/media/grants")
@api.operation(
    api.Operation(
        "Open a gated video", GrantAnswer, 201, body=GrantWish, problems=(403, 404, 413)
    )
)
def make_grant() -> AnyResponse:
    """Give a video's addresses to whom the gate opens it; a player renews them here.

    Raises:
        NotFound: there is no such video.
        Locked: the gate stays closed.
    """
    db, visitor = session(), web.visitor()
    web.limit("media_grants", GRANTS_LIMIT, visitor.email or visitor.client)
    asset, film = service.named(db, api.read(GrantWish).video)
    decision = service.decision(db, asset, visitor, web.settings(), clock.now())
    if not decision.allowed:
        raise Locked(decision.reason, ways_to_open=_ways(db, asset, decision))
    if film is None:
        raise NotFound
    why = words.why(decision, web.settings().timezone)
    return api.send(_answer(gate.grant(asset, film, decision), why), 201)


def _ways(db: Session, asset: VideoAsset, decision: Decision) -> list[dict[str, str | None]]:
    routine = service.routine_of(db, asset.slug)
    page = (
        web.path_for("routines_library.routine_page", slug=routine[0]) if routine else ""
    ) + gate.ANCHOR
    told = ways.priced(db, decision, service.resource(asset), page)
    return [
        {"clause": way.clause, "label": way.label, "url": way.url, "price": way.price}
        for way in told.ways_to_open
    ]


def _answer(granted: gate.Granted, why: str) -> GrantAnswer:
    return GrantAnswer(
        url=granted.url, hls_url=granted.hls_url, captions_url=granted.captions_url,
        chapters_url=granted.chapters_url, expires_at=granted.expires_at, why=why,
        sizes=[SizeAnswer(url=url, height=height) for url, height in granted.sizes],
        tracks=[WordsAnswer(url=one.name, kind=one.kind, language=one.language, label=one.label)
                for one in granted.words],
    )  # fmt: skip


@blueprint.get("/gated/<grant>/<video>/<path:name>")
def gated(grant: str, video: str, name: str) -> AnyResponse:
    """Send a file of the video that the grant names; the path is only compared, never opened."""
    film = door.film_for(grant, video)
    if film is None:
        return _closed(video)
    if name == CHAPTERS and not film.chapters:
        return files.send_words(service.chapters(session(), video, film))
    place = film.place(name)
    return files.deliver(web.settings(), place) if place else _closed(video)


def _closed(video: str) -> Response:
    """Say how to open a video whose address does not work."""
    if web.wants_json():
        message = "This address has expired or was made for somebody else. Ask for a new grant."
        raise Locked(message)
    routine = service.routine_of(session(), video)
    return files.kept_by_nobody(
        web.page("routines/gate_closed.html", 403, routine=routine, page_url="")
    )
