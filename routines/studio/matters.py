"""What of the studio needs somebody: drafts that wait for a reviewer, and those that were not published."""

from datetime import datetime

from sqlalchemy.orm import Session

from routines.studio import lists
from routines.studio.models import Draft
from routines.studio.place import ROOM
from storefront.public import AUTHORS, desk_attention

Found, Matter = desk_attention.Found, desk_attention.Matter
HOME = (f"{ROOM}.home", dict[str, object]())


@desk_attention.provider("Drafts to review", AUTHORS)
def to_review(db: Session, now: datetime) -> desk_attention.Found:
    """List drafts that wait for another person, the oldest first."""
    count, found = lists.waiting(db)
    return Found(
        count,
        [_matter(draft, f"sent by {draft.saved_by} {_ago(draft, now)}") for draft in found],
        HOME,
    )


@desk_attention.provider("Drafts that were not published", AUTHORS)
def not_published(db: Session, now: datetime) -> desk_attention.Found:
    """List drafts whose moment came while something was missing."""
    del now
    found = lists.failed(db)
    return Found(len(found), [_matter(draft, draft.note) for draft in found], HOME)


def _matter(draft: Draft, why: str) -> desk_attention.Matter:
    name = str(draft.document.get("title") or draft.slug)
    return Matter(name, why, (f"{ROOM}.review", {"draft_id": draft.id}))


def _ago(draft: Draft, now: datetime) -> str:
    days = (now - draft.updated_at).days
    return "today" if days < 1 else f"{days} day{'s' if days > 1 else ''} ago"
