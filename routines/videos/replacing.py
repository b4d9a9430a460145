"""Replacing a film that is there already: nothing comes of the new one before somebody says so."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.videos import service, uploads
from routines.videos.models import Upload, VideoAsset
from storefront.public import Invalid

HELD = "held"
NOTHING = "Nothing waits for a word under this name. Look again."


def replaced(db: Session, slug: str) -> str | None:
    """Say which film one of this name would take the place of; None when there is none."""
    asset, owner = db.get(VideoAsset, slug), service.routine_of(db, slug)
    if asset and owner:
        return f"the film of {owner[1]}" if service.film_of(db, asset) else None
    ready = select(Upload.id).where(Upload.slug == slug, Upload.state == "ready")
    return f"the film {slug}" if db.scalar(ready.limit(1)) else None


def hold(db: Session, upload: Upload) -> None:
    """Keep an upload, and let nothing be made of it yet."""
    upload.state = HELD
    db.flush()


def let_in(db: Session, slug: str) -> Upload:
    """Let the newest upload of a film be made, and then replace what is there; give it.

    Older ones that still wait are forgotten.

    Raises:
        NotFound: nothing was uploaded under that name.
        Invalid: it does not wait for that.
    """
    upload = _waiting(db, slug)
    others = select(Upload).where(
        Upload.slug == slug, Upload.state == HELD, Upload.id != upload.id
    )
    for other in db.scalars(others):
        db.delete(other)
    upload.state, upload.message = ("deriving" if upload.parts else "new"), ""
    db.flush()
    return upload


def throw_away(db: Session, slug: str) -> int:
    """Forget the newest upload of a film, and tell which revision that was; its files go by `videos prune`.

    Raises:
        NotFound: nothing was uploaded under that name.
        Invalid: it does not wait any more.
    """
    upload = _waiting(db, slug)
    db.delete(upload)
    db.flush()
    return upload.revision


def _waiting(db: Session, slug: str) -> Upload:
    found = uploads.find(db, slug)
    upload = db.get_one(Upload, found.id, with_for_update=True, populate_existing=True)
    if upload.state != HELD:
        raise Invalid(NOTHING)
    return upload
