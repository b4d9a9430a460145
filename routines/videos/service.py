"""Gated videos: what is stored of them, and the gate's answer for a visitor."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from routines.access import service as access
from routines.access.decide import Decision, Resource, decide
from routines.library.models import Entry
from routines.library.pieces import Video
from routines.videos.models import VideoAsset
from storefront.public import NotFound, Settings, Visitor


def store(db: Session, entry_id: int, video: Video | None) -> None:
    """Keep what a routine says about its video; without one, forget the old."""
    others = delete(VideoAsset).where(VideoAsset.entry_id == entry_id)
    db.execute(others.where(VideoAsset.slug != (video.slug if video else "")))
    if video is None:
        return
    asset = db.get(VideoAsset, video.slug) or VideoAsset(slug=video.slug)
    asset.entry_id = entry_id
    for name in ("title", "file", "captions", "poster", "duration_ms"):
        setattr(asset, name, getattr(video, name))
    asset.opens_for = list(video.opens_for)
    db.add(asset)
    db.flush()


def find(db: Session, slug: str) -> VideoAsset:
    """Find a video.

    Raises:
        NotFound: there is none of that name.
    """
    asset = db.get(VideoAsset, slug)
    if asset is None:
        raise NotFound
    return asset


def of_entry(db: Session, entry_id: int) -> VideoAsset | None:
    """Find the video of a routine with the tools it requires, if it has one, in one statement."""
    query = select(VideoAsset).where(VideoAsset.entry_id == entry_id)
    return db.scalars(query.options(joinedload(VideoAsset.required))).unique().first()


def owners(db: Session) -> dict[str, str]:
    """Give the slug of its routine for every video, by the video's slug and the name of its file."""
    query = select(Entry.slug, VideoAsset.slug, VideoAsset.file)
    rows = db.execute(query.join(Entry, Entry.id == VideoAsset.entry_id))
    return {name: owner for owner, *names in rows for name in names}


def routine_of(db: Session, slug: str) -> tuple[str, str] | None:
    """Give slug and title of the routine that a video belongs to, if there is such a video."""
    query = select(Entry.slug, Entry.title).join(VideoAsset, VideoAsset.entry_id == Entry.id)
    row = db.execute(query.where(VideoAsset.slug == slug)).first()
    return (row[0], row[1]) if row else None


def decision(
    db: Session, asset: VideoAsset, visitor: Visitor, settings: Settings, now: datetime
) -> Decision:
    """Ask the gate whether a visitor may see a video."""
    keep = settings.gate_keep_after_leaving
    viewer = access.viewer(db, visitor, keep_after_leaving=keep)
    return decide(viewer, resource(asset), now)


def resource(asset: VideoAsset) -> Resource:
    """Describe a video for the gate: its clauses, and the tools its routine requires."""
    required = frozenset(need.component for need in asset.required)
    return Resource(f"video:{asset.slug}", tuple(asset.opens_for), required)
