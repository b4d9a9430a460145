"""Gated videos: what is stored of them, and the gate's answer for a visitor."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from routines.access import service as access
from routines.access import shares
from routines.access.decide import Decision, Resource, decide
from routines.library import service as library
from routines.library.films import Video
from routines.library.models import Entry
from routines.videos import chapters as chapter_list
from routines.videos.film import Film, of_document, of_upload
from routines.videos.models import Upload, VideoAsset
from storefront.public import NotFound, Settings, Visitor

SAID = ("title", "file", "captions", "duration_ms", "language", "hls", "chapters", "preview", "embed")  # fmt: skip


def store(db: Session, entry_id: int, video: Video | None) -> None:
    """Keep what a routine says about its video; without one, forget the old."""
    others = delete(VideoAsset).where(VideoAsset.entry_id == entry_id)
    db.execute(others.where(VideoAsset.slug != (video.slug if video else "")))
    if video is None:
        return
    asset = db.get(VideoAsset, video.slug) or VideoAsset(slug=video.slug)
    asset.entry_id = entry_id
    db.add(said(asset, video))
    db.flush()


def said(asset: VideoAsset, video: Video) -> VideoAsset:
    """Write on a row what a routine says of its video."""
    for name in SAID:
        setattr(asset, name, getattr(video, name))
    asset.poster = video.poster or ""
    for name in ("opens_for", "renditions", "tracks"):
        setattr(asset, name, video.model_dump(mode="json")[name])
    return asset


def find(db: Session, slug: str) -> VideoAsset:
    """Find a video.

    Raises:
        NotFound: there is none of that name.
    """
    asset = db.get(VideoAsset, slug)
    if asset is None:
        raise NotFound
    return asset


def of_entry(db: Session, entry_id: int) -> tuple[VideoAsset, Film | None] | None:
    """Find the video of a routine, and the film it can be seen as now, in one statement."""
    return _with_film(db, VideoAsset.entry_id == entry_id)


def named(db: Session, slug: str) -> tuple[VideoAsset, Film | None]:
    """Find a video, and the film it can be seen as now, in one statement.

    Raises:
        NotFound: there is none of that name.
    """
    found = _with_film(db, VideoAsset.slug == slug)
    if found is None:
        raise NotFound
    return found


def _with_film(
    db: Session, is_wanted: ColumnElement[bool]
) -> tuple[VideoAsset, Film | None] | None:
    """Read a video with the tools it requires and its newest upload that is ready: a few dozen narrow rows."""
    other = aliased(Upload)
    last = select(func.max(other.revision)).where(other.slug == VideoAsset.slug, other.state == "ready")  # fmt: skip
    newest = and_(
        Upload.slug == VideoAsset.slug, Upload.revision == last.correlate(VideoAsset).scalar_subquery()
    )  # fmt: skip
    query = select(VideoAsset, Upload).outerjoin(Upload, newest).where(is_wanted)
    whole = (
        joinedload(VideoAsset.required), joinedload(Upload.parts), joinedload(Upload.tracks),
    )  # fmt: skip
    row = db.execute(query.options(*whole)).unique().first()
    if row is None:
        return None
    asset, upload = row
    return asset, of_upload(upload) if upload else of_document(asset)


def with_files(db: Session) -> Sequence[VideoAsset]:
    """List the films whose files their routines name."""
    named_there = select(VideoAsset).where(VideoAsset.file != "")
    return db.scalars(named_there.order_by(VideoAsset.slug)).all()


def owners(db: Session) -> dict[str, str]:
    """Give the slug of its routine for every video, by the video's slug and the names of its files."""
    rows = db.execute(
        select(Entry.slug, VideoAsset).join(Entry, Entry.id == VideoAsset.entry_id)
    )
    return {name: owner for owner, asset in rows for name in _names(asset)}


def _names(asset: VideoAsset) -> list[str]:
    names = (asset.slug, asset.file, asset.hls, *(one["file"] for one in asset.renditions))
    return [name for name in names if name]


def film_of(db: Session, asset: VideoAsset) -> Film | None:
    """Give the films' files: the newest upload of its slug that is ready, else what the routine names."""
    ready = select(Upload).where(Upload.slug == asset.slug, Upload.state == "ready")
    upload = db.scalars(
        ready.order_by(Upload.revision.desc()).limit(1).options(
            selectinload(Upload.parts), selectinload(Upload.tracks)
        )
    ).first()  # fmt: skip
    return of_upload(upload) if upload else of_document(asset)


def chapters(db: Session, slug: str, film: Film) -> str:
    """Write the chapters of a film from the steps of its routine, as it is published now."""
    owner = routine_of(db, slug)
    routine = library.find_routine(db, owner[0]).document if owner else None
    return chapter_list.of(routine, film.duration_ms) if routine else chapter_list.NOTHING


def routine_of(db: Session, slug: str) -> tuple[str, str] | None:
    """Give slug and title of the routine that a video belongs to, if there is such a video."""
    query = select(Entry.slug, Entry.title).join(VideoAsset, VideoAsset.entry_id == Entry.id)
    row = db.execute(query.where(VideoAsset.slug == slug)).first()
    return (row[0], row[1]) if row else None


def decision(
    db: Session, asset: VideoAsset, visitor: Visitor, settings: Settings, now: datetime
) -> Decision:
    """Ask the gate whether a visitor may see a video."""
    return decide(access.viewer(db, visitor, settings, now), resource(asset), now)


def resource(asset: VideoAsset) -> Resource:
    """Describe a video for the gate: its clauses, and the tools its routine requires.

    A link that the staff have made for it opens whichever clauses its routine names.
    """
    required = frozenset(need.component for need in asset.required)
    return Resource(shares.video_key(asset.slug), (*asset.opens_for, "share"), required)
