"""The revisions of an entry: each a document as it was published, which never changes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.library.models import Entry, Revision
from storefront.public import NotFound


class Gone(NotFound):
    """Raised when an entry was published once and is no longer."""

    status = 410
    code = "gone"
    title = "This is no longer published"


@dataclass(frozen=True)
class Dated:
    """One revision of an entry, and whether readers see it now."""

    number: int
    created_at: datetime
    is_current: bool
    title: str


def revisions(db: Session, kind: str, slug: str) -> list[Dated]:
    """Give all revisions of an entry, the newest first; none when there never was such an entry."""
    is_current = Revision.number == Entry.revision_number
    query = (
        select(Revision.number, Revision.created_at, is_current, Revision.document["title"].as_string())
        .join(Entry, Revision.entry_id == Entry.id).where(Entry.kind == kind, Entry.slug == slug)
        .order_by(Revision.number.desc())
    )  # fmt: skip
    return [Dated(*row) for row in db.execute(query)]
