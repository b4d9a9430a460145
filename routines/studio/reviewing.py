"""From draft to readers: reviewed by another person, published now or at a moment, retired."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.library import publishing
from routines.library import service as library
from routines.library.documents import Published, Routine
from routines.library.findable import search_documents
from routines.library.rules.problems import Lack
from routines.packs import service as packs
from routines.studio import checks, states
from routines.studio.models import Draft
from routines.studio.service import KINDS, NOT_PUBLISHED, NotNow, move
from routines.videos import service as videos
from storefront.public import Forbidden, Invalid, ShopError, audit_log, reindex

OWN_WORK = "Who began a draft, or saved it last, cannot approve it. Ask somebody else."


class NotReady(ShopError):
    """Raised when something still keeps a draft from being published."""

    code = "not_ready"
    title = "Something is still missing"

    def __init__(self, lacks: Sequence[Lack]) -> None:
        some = "thing keeps" if len(lacks) == 1 else "things keep"
        super().__init__(f"{len(lacks)} {some} it from being published.")
        self.lacks = tuple(lacks)


def send(db: Session, draft: Draft, now: datetime) -> None:
    """Send a draft to review.

    Raises:
        NotReady: something keeps it from being published.
        NotNow: its state does not allow it.
    """
    _ready(db, draft, now)
    move(draft, "send")
    draft.note, draft.updated_at = "", now


def take_back(draft: Draft, now: datetime) -> None:
    """Take a draft back from review, to go on writing.

    Raises:
        NotNow: its state does not allow it.
    """
    move(draft, "take_back")
    draft.updated_at = now


def send_back(draft: Draft, note: str, who: str, now: datetime) -> None:
    """Send a draft back to its author with a word about what to change.

    Raises:
        Invalid: nothing was said.
        NotNow: its state does not allow it.
    """
    if not note:
        raise Invalid(fields={"note": "Say what should change."})
    move(draft, "send_back")
    draft.note, draft.reviewer, draft.publish_at, draft.updated_at = (
        f"{who}: {note}",
        "",
        None,
        now,
    )


def approve(
    db: Session, draft: Draft, person: dict[str, object], who: str, seen: int, now: datetime
) -> None:
    """Write down who checked it and when.

    Args:
        db: the session of the running transaction.
        draft: locked.
        person: the reviewer as readers see them: name, credentials, whether it is a demo person.
        who: the member's address.
        seen: the version that was looked at.
        now: this moment.

    Raises:
        Forbidden: it is the member's own work.
        NotNow: its state does not allow it, or it was changed since.
        NotReady: something keeps it from being published.
    """
    if not states.may_approve(draft.author, draft.saved_by, who):
        raise Forbidden(OWN_WORK)
    if seen != draft.version:
        message = "It was changed since you looked at it. Look again."
        raise NotNow(message)
    move(draft, "approve")
    draft.document = {**draft.document, "review": {"by": person, "on": now.date().isoformat()}}
    draft.reviewer, draft.note, draft.updated_at = who, "", now
    _ready(db, draft, now)
    db.flush()


def schedule(draft: Draft, at: datetime | None, now: datetime) -> None:
    """Let the worker publish an approved draft at a moment to come.

    Raises:
        Invalid: the moment is not to come.
        NotNow: its state does not allow it.
    """
    if at is None or at <= now:
        raise Invalid(fields={"publish_at": "Enter a moment that is to come."})
    move(draft, "schedule")
    draft.publish_at, draft.updated_at = at, now


def unschedule(draft: Draft, now: datetime) -> None:
    """Keep an approved draft from being published by itself.

    Raises:
        NotNow: its state does not allow it.
    """
    move(draft, "unschedule")
    draft.publish_at, draft.updated_at = None, now


def publish(db: Session, draft: Draft, now: datetime) -> bool:
    """Give readers an approved draft, and tell whether that changed anything for them.

    Raises:
        NotNow: nobody has approved it.
        NotReady: something keeps it from being published by now.
    """
    move(draft, "publish")
    document = _ready(db, draft, now)
    changed = publishing.publish(db, draft.kind, draft.slug, document, now=now, is_checked=True)
    entry = library.find(db, draft.kind, draft.slug)
    if isinstance(document, Routine):
        videos.store(db, entry.id, document.video)
    draft.base_revision, draft.publish_at = entry.revision, None
    draft.note, draft.updated_at = "", now
    reindex(db, search_documents(db), kinds=KINDS)
    return changed


def retire(db: Session, kind: str, slug: str) -> None:
    """Take something from readers; its revisions and its draft stay.

    Raises:
        NotFound: nothing is published there.
    """
    packs.retire(db, kind, slug)
    reindex(db, search_documents(db), kinds=KINDS)


def due(db: Session, now: datetime) -> Sequence[int]:
    """Name the drafts whose moment has come."""
    query = select(Draft.id).where(Draft.state == "scheduled", Draft.publish_at <= now)
    return db.scalars(query.order_by(Draft.publish_at, Draft.id)).all()


def publish_due(db: Session, draft_id: int, now: datetime) -> str:
    """Publish a draft whose moment has come, once; say what became of it: published, failed or skipped."""
    query = select(Draft).where(
        Draft.id == draft_id, Draft.state == "scheduled", Draft.publish_at <= now
    )
    draft = db.scalar(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )
    if draft is None:
        return "skipped"
    about = f"{draft.kind} {draft.slug}"
    try:
        publish(db, draft, now)
    except NotReady as refused:
        draft.state = "scheduled"
        move(draft, "fail")
        told = " ".join(lack.sentence for lack in refused.lacks)
        draft.note, draft.publish_at, draft.updated_at = (
            f"{NOT_PUBLISHED}{told}",
            None,
            now,
        )
        audit_log.note(db, "worker", "studio.not_published", about, problems=len(refused.lacks))
        return "failed"
    audit_log.note(db, "worker", "studio.published", about, revision=draft.base_revision)
    return "published"


def _ready(db: Session, draft: Draft, now: datetime) -> Published:
    found = checks.check(
        draft.kind, draft.slug, draft.document, checks.facts_of(db), now.date()
    )
    if found.lacks or found.document is None:
        raise NotReady(found.lacks)
    return found.document
