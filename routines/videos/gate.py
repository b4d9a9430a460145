"""The gate as a page shows it: the video with its addresses, or the ways to open it."""

from dataclasses import dataclass

from flask import request, url_for
from sqlalchemy.orm import Session

from routines.access.decide import Decision
from routines.videos import grants, service
from routines.videos.grants import Grant
from routines.videos.models import VideoAsset
from storefront.public import (
    ADDRESS_ONLY,
    NEWSLETTER,
    Picture,
    WaitingPanel,
    clock,
    pictures,
    waiting_panel,
    waiting_signup,
    web,
)

ANCHOR = "#gate"


@dataclass(frozen=True)
class Granted:
    """The addresses of a video's files, and until when they work."""

    url: str
    captions_url: str
    expires_at: str  # ISO 8601


@dataclass(frozen=True)
class Gate:
    """What the gate's panel is made of; a locked one names no file."""

    video: str
    title: str
    poster: Picture
    duration: str
    decision: Decision
    next_url: str
    granted: Granted | None = None
    waiting: WaitingPanel | None = None
    newsletter_text: str = NEWSLETTER
    address_text: str = ADDRESS_ONLY


def gate_for(db: Session, entry_id: int) -> Gate | None:
    """Give the gate of a routine for who is asking; None when it has no video."""
    asset = service.of_entry(db, entry_id)
    if asset is None:
        return None
    visitor, now = web.visitor(), clock.now()
    decision = service.decision(db, asset, visitor, web.settings(), now)
    next_url = request.full_path.rstrip("?") + ANCHOR
    waits = None if decision.allowed else waiting_signup(db, visitor.waiting_id, now)
    return Gate(
        video=asset.slug, title=asset.title, poster=pictures([asset.poster])[asset.poster],
        duration=spoken(asset.duration_ms), decision=decision, next_url=next_url,
        granted=grant(asset, decision) if decision.allowed else None,
        waiting=waiting_panel(waits, next_url),
    )  # fmt: skip


def grant(asset: VideoAsset, decision: Decision) -> Granted:
    """Write the addresses of a video that the gate has opened."""
    for_all = decision.via == "open"
    life = grants.life(asset.duration_ms, web.settings().gated_url_seconds)
    until = clock.now() + (max(life, grants.OPEN_FOR) if for_all else life)
    until = min(until, decision.expires_at or until)
    viewer = grants.ANYBODY if for_all else grants.fingerprint_of(web.visitor())
    sealed = grants.seal(web.shop().signer, Grant(asset.slug, viewer, until))

    def address(name: str) -> str:
        return url_for("routines_videos.gated", grant=sealed, video=asset.slug, name=name)

    return Granted(address(asset.file), address(asset.captions), until.isoformat())


def spoken(duration_ms: int) -> str:
    """Say how long a video is."""
    seconds = max(1, round(duration_ms / 1000))
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} seconds"
