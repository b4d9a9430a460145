"""Uploaded films: revisions, what is to be made of each, and whose turn it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, selectinload

from routines.videos import recipes
from routines.videos.models import Part, Upload, UploadTrack
from routines.videos.probe import Facts
from storefront.public import NotFound, raise_content_revision

LEASE = timedelta(seconds=60)  # without a sign of life, a part is taken up anew
MOST_TRIES = 3
MOST_TAKEN = (
    12  # times in a row that whoever makes a part was ended; restarts of a server are fewer
)
SILENT = "whatever made it was ended each time, perhaps for want of memory."
CAPTIONS = "captions.vtt"


def begin(db: Session, slug: str, *, now: datetime, **facts: Any) -> Upload:
    """Note a file as the next revision of a film; nothing changes for viewers until it is ready.

    Args:
        db: a session; two at once for one film are told apart by the unique revision.
        slug: the film.
        now: when it came.
        facts: original, master, size_bytes, checksum, language and by.
    """
    last = db.scalar(select(func.max(Upload.revision)).where(Upload.slug == slug)) or 0
    upload = Upload(slug=slug, revision=last + 1, created_at=now, **facts)
    db.add(upload)
    db.flush()
    return upload


def add_captions(db: Session, upload: Upload, language: str, label: str = "Captions") -> None:
    """Note that captions lie in the folder of an upload."""
    track = UploadTrack(kind="captions", name=CAPTIONS, language=language, label=label)
    upload.tracks.append(track)
    db.flush()


def measured(db: Session, upload: Upload, facts: Facts, *, to_store: bool) -> None:
    """Write down what a film is, and what will be made of it."""
    for name in ("duration_ms", "width", "height", "codec", "has_sound"):
        setattr(upload, name, getattr(facts, name))
    sizes = [("mp4", f"{one.label}.mp4", one) for one in recipes.frames(facts.width, facts.height)]  # fmt: skip
    first = recipes.frames(facts.width, facts.height)[0]
    wanted = [("poster", "poster.jpg", first), ("preview", "preview.mp4", first), *sizes, ("hls", "hls", first)]  # fmt: skip
    if to_store:
        wanted.append(("store", "store", first))
    upload.parts = [
        Part(position=index, kind=kind, name=name, width=frame.width, height=frame.height)
        for index, (kind, name, frame) in enumerate(wanted)
    ]
    upload.state, upload.message = "deriving", ""
    db.flush()


def unmeasured(db: Session) -> Sequence[int]:
    """Name the uploads that nobody could look into yet."""
    waiting = select(Upload.id).where(Upload.state.in_(("new", "probing")))
    return db.scalars(waiting.order_by(Upload.id)).all()


def claim(db: Session, now: datetime, *, whatever_lease: bool = False) -> Part | None:
    """Take the next part of the oldest upload that nobody is at, or one whose maker has gone silent."""
    wanted = select(Part.id).join(Upload).where(Upload.state == "deriving", Part.state.in_(("waiting", "working")))  # fmt: skip
    if not whatever_lease:
        held = select(Part.upload_id).where(Part.state == "working", Part.lease_until >= now)
        wanted = wanted.where(Part.upload_id.not_in(held))
    ordered = wanted.order_by(Upload.id, Part.position).limit(1)
    part_id = db.scalar(ordered.with_for_update(skip_locked=True, of=Part))
    if part_id is None:
        return None
    part = db.get_one(Part, part_id, populate_existing=True)
    if part.tries >= MOST_TAKEN:
        failed(db, part_id, SILENT)
        db.flush()
        return claim(db, now, whatever_lease=whatever_lease)
    part.state, part.lease_until, part.tries = "working", now + LEASE, part.tries + 1
    db.flush()
    return part


def waits(db: Session) -> bool:
    """Tell whether anything is to be made."""
    open_ = select(Upload.id).where(Upload.state.in_(("new", "probing", "deriving"))).limit(1)
    return db.scalar(open_) is not None


def told(db: Session, part_id: int, percent: int, now: datetime) -> None:
    """Note how far a part is; that is a sign of life as well."""
    mine = update(Part).where(Part.id == part_id, Part.state == "working")
    db.execute(mine.values(percent=percent, lease_until=now + LEASE))


def done(db: Session, part_id: int, size_bytes: int, now: datetime) -> None:
    """Note that a part is whole; with the last one the film is ready, and is what viewers get."""
    part = db.get_one(Part, part_id, populate_existing=True)
    part.state, part.percent, part.size_bytes, part.lease_until = "done", 100, size_bytes, None
    db.flush()
    upload = db.get_one(Upload, part.upload_id, with_for_update=True, populate_existing=True)
    missing = select(Part.id).where(Part.upload_id == upload.id, Part.state != "done")
    if db.scalar(missing.limit(1)) is None:
        upload.state, upload.message, upload.ready_at = "ready", "", now
        raise_content_revision(db)  # pages show its still, its preview and its length


def failed(db: Session, part_id: int, reason: str) -> None:
    """Note that a part did not come about; it is tried again, but not for ever."""
    part = db.get_one(Part, part_id, populate_existing=True)
    part.lease_until = None
    if part.tries < MOST_TRIES:
        part.state = "waiting"
        return
    part.state = "failed"
    upload = db.get_one(Upload, part.upload_id)
    upload.state = "failed"
    upload.message = f"{part.name} could not be made: {reason} Send the film again, or run `storefront videos derive --resume`."[:400]  # fmt: skip


def again(db: Session, only: int | None = None) -> int:
    """Let what was given up be tried again, of one upload or of all, and tell how many films that is."""
    failed_ = select(Upload).where(Upload.state == "failed", Upload.duration_ms > 0)
    stuck = db.scalars(failed_.where(Upload.id == only) if only else failed_).all()
    for upload in stuck:
        upload.state, upload.message = "deriving", ""
        for part in upload.parts:
            if part.state == "failed":
                part.state, part.tries = "waiting", 0
    db.flush()
    return len(stuck)


def everything(db: Session) -> Sequence[Upload]:
    """List all uploads, the newest first."""
    found = select(Upload).options(selectinload(Upload.parts), selectinload(Upload.tracks))
    return db.scalars(found.order_by(Upload.id.desc()).limit(500)).all()


def find(db: Session, slug: str) -> Upload:
    """Find the newest revision of a film.

    Raises:
        NotFound: nothing was uploaded under that name.
    """
    upload = newest(db, slug)
    if upload is None:
        raise NotFound
    return upload


def newest(db: Session, slug: str) -> Upload | None:
    """Give the newest revision of a film, if anything was uploaded."""
    mine = select(Upload).where(Upload.slug == slug).order_by(Upload.revision.desc())
    return db.scalars(mine.limit(1)).first()
