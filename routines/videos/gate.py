"""The gate as a page shows it: the video with its addresses, or the ways to open it."""

from dataclasses import dataclass, replace

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from routines.access import ways, words
from routines.access.decide import Decision, Viewer, decide
from routines.library import embeds
from routines.videos import grants, posters, service
from routines.videos.film import CHAPTERS, Film, Words
from routines.videos.grants import Grant
from routines.videos.models import VideoAsset
from storefront.public import (
    ADDRESS_ONLY,
    NEWSLETTER,
    Picture,
    WaitingPanel,
    clock,
    waiting_panel,
    waiting_signup,
    web,
)

ANCHOR = "#gate"


@dataclass(frozen=True)
class Embed:
    """A film on another site; nothing of it is loaded before somebody asks for it."""

    host: str
    address: str


@dataclass(frozen=True)
class Granted:
    """The addresses of a video's files, and until when they work."""

    url: str
    captions_url: str
    expires_at: str  # ISO 8601
    hls_url: str = ""
    chapters_url: str = ""
    language: str = "en"
    sizes: tuple[tuple[str, int], ...] = ()  # address and height, smallest first
    transcript_url: str = ""  # the words as a page, by the same gate
    words: tuple[Words, ...] = ()  # by their addresses, other than the captions


@dataclass(frozen=True)
class Gate:
    """What the gate's panel is made of; a locked one names no file."""

    video: str
    title: str
    poster: Picture
    duration: str
    decision: Decision
    next_url: str
    why: str = ""  # why it is open and until when, or for whom it would open
    by_tool: bool = False  # whether owning a tool would open it, in stock or not
    granted: Granted | None = None
    waiting: WaitingPanel | None = None
    preview: str = ""  # the address of a short public clip
    has_captions: bool = False
    embed: Embed | None = None  # the film of another site
    newsletter_text: str = NEWSLETTER
    address_text: str = ADDRESS_ONLY


def gate_for(
    db: Session, entry_id: int, *, seen_as: Viewer | None = None, shelf: ways.Shelf = None
) -> Gate | None:
    """Give the gate of a routine for who is asking; None when it has no video that could be shown.

    For a made-up viewer it only shows what somebody like that would see: no grant is made.
    """
    found = service.of_entry(db, entry_id)
    return gate_of(db, *found, seen_as=seen_as, shelf=shelf) if found else None


def gate_of(
    db: Session, asset: VideoAsset, film: Film | None, *, seen_as: Viewer | None = None, shelf: ways.Shelf = None,
) -> Gate | None:  # fmt: skip
    """Give the gate of a video that was looked up; None where nothing of it could be shown."""
    if not (film or asset.embed):
        return None
    visitor, now = web.visitor(), clock.now()
    next_url = request.full_path.rstrip("?") + ANCHOR
    asked = (
        decide(seen_as, service.resource(asset), now)
        if seen_as
        else service.decision(db, asset, visitor, web.settings(), now)
    )
    decision = ways.priced(db, asked, service.resource(asset), next_url, shelf)
    waits = None if decision.allowed else waiting_signup(db, visitor.waiting_id, now)
    return Gate(
        video=asset.slug, title=asset.title, poster=posters.of(asset, film),
        duration=spoken(film.duration_ms if film else asset.duration_ms), decision=decision, next_url=next_url,
        by_tool=any(way.clause == "owns" for way in asked.ways_to_open),
        why=words.why(decision, web.settings().timezone),
        granted=grant(asset, film, decision) if film and decision.allowed and not seen_as else None,
        waiting=waiting_panel(waits, next_url), embed=embed_of(asset, decision),
        preview=web.media_url(film.preview) if film and film.preview else "",
        has_captions=film is not None and film.captions is not None,
    )  # fmt: skip


def embed_of(asset: VideoAsset, decision: Decision) -> Embed | None:
    """Give the film of another site, which can only be for everybody."""
    host = embeds.host_of(asset.embed)
    return Embed(host, asset.embed) if host and decision.via == "open" else None


def allow_embed(response: Response, gate: Gate | None) -> Response:
    """Let a page frame the one site whose film it shows."""
    if gate is not None and gate.embed is not None:
        web.protect(response)
        response.headers["Content-Security-Policy"] += (
            f"; frame-src {embeds.origin(gate.embed.address)}"
        )
    return response


def grant(asset: VideoAsset, film: Film, decision: Decision) -> Granted:
    """Write the addresses of a video that the gate has opened."""
    for_all = decision.via == "open"
    life = grants.life(film.duration_ms, web.settings().gated_url_seconds)
    until = clock.now() + (max(life, grants.OPEN_FOR) if for_all else life)
    until = min(until, decision.expires_at or until)
    viewer = grants.ANYBODY if for_all else grants.fingerprint_of(web.visitor())
    sealed = grants.seal(web.shop().signer, Grant(asset.slug, viewer, until))

    def address(name: str) -> str:
        return url_for("routines_videos.gated", grant=sealed, video=asset.slug, name=name) if name else ""  # fmt: skip

    captions = film.captions
    return Granted(
        url=address(film.file), captions_url=address(captions.name if captions else ""), expires_at=until.isoformat(),
        hls_url=address(film.playlist), chapters_url=address(film.chapters or CHAPTERS), language=film.language,
        sizes=tuple((address(one.name), one.height) for one in film.sizes),
        transcript_url=url_for("routines_transcripts.transcript_page", video=asset.slug) if captions else "",
        words=tuple(replace(one, name=address(one.name)) for one in film.words if one != captions),
    )  # fmt: skip


def spoken(duration_ms: int) -> str:
    """Say how long a video is."""
    seconds = max(1, round(duration_ms / 1000))
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} seconds"
