"""Drafts: begun, saved by one at a time, restored and deleted; every save is kept."""

from copy import deepcopy
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.library import service as library
from routines.library.models import Entry, Revision
from routines.packs.files import NAME
from routines.studio import filling
from routines.studio.models import Draft, DraftRevision
from routines.studio.states import Move, after
from routines.studio.typed import Raw
from storefront.public import Invalid, NotFound, ShopError

NOT_PUBLISHED = "It was not published: "  # how the note of such a draft begins
OPEN_FOR = timedelta(minutes=10)  # without a sign, a form counts as closed
KINDS = tuple(library.KINDS)


class SavedMeanwhile(ShopError):
    """Raised when somebody else has saved since this form was opened."""

    status = 409
    code = "saved_meanwhile"
    title = "Somebody has saved this meanwhile"

    def __init__(self, draft: Draft) -> None:
        super().__init__(
            f"{draft.saved_by} has saved it since you opened it. Your text is kept below."
        )
        self.version, self.document = draft.version, deepcopy(draft.document)


class NotNow(ShopError):
    """Raised when a draft's state does not allow what was asked."""

    status = 409
    code = "not_now"
    title = "This cannot be done now"


def find(db: Session, draft_id: int, *, lock: bool = False) -> Draft:
    """Find a draft.

    Raises:
        NotFound: there is none.
    """
    query = select(Draft).where(Draft.id == draft_id).execution_options(populate_existing=lock)
    draft = db.scalar(query.with_for_update() if lock else query)
    if draft is None:
        raise NotFound
    return draft


def of_entry(db: Session, kind: str, slug: str) -> Draft | None:
    """Find the draft of an address, if there is one."""
    return db.scalar(select(Draft).where(Draft.kind == kind, Draft.slug == slug))


def create(
    db: Session,
    kind: str,
    title: str,
    slug: str,
    who: str,
    now: datetime,
    raw: Raw | None = None,
) -> Draft:
    """Begin a draft for a new address.

    Raises:
        Invalid: the kind or the address cannot be used.
    """
    slug, wrong = slug or filling.slug_of(title), {}
    if kind not in KINDS:
        wrong["kind"] = "Choose one of the list."
    if not title:
        wrong["title"] = "Give it a title; it can change later."
    elif not NAME.fullmatch(slug) or len(slug) > 80:
        wrong["slug"] = "Use small letters, digits and single hyphens, 80 at most."
    elif of_entry(db, kind, slug) or _entry(db, kind, slug):
        wrong["slug"] = "This address is taken. Open what is there, or choose another."
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    document = raw if raw is not None else {"title": title}
    return _begin(db, kind, slug, document, who, now, None, "imported" if raw else "begun")


def from_published(db: Session, kind: str, slug: str, who: str, now: datetime) -> Draft:
    """Give the draft of something published; begin one where there is none, or take up the old one.

    Raises:
        NotFound: nothing is published there.
    """
    entry, draft = _entry(db, kind, slug), of_entry(db, kind, slug)
    if entry is None:
        raise NotFound
    if draft is not None and draft.state != "published":
        return draft
    raw = published(db, entry, entry.revision_number)
    if draft is None:
        return _begin(db, kind, slug, raw, who, now, entry.revision_number, f"begun from published revision {entry.revision_number}")  # fmt: skip
    draft.author, draft.base_revision = who, entry.revision_number
    write(db, draft, raw, who, now, f"begun from published revision {entry.revision_number}")
    return draft


def save(
    db: Session, draft: Draft, raw: Raw, seen: int, who: str, now: datetime, did: str = "saved"
) -> bool:
    """Keep what was typed, unless somebody else has saved since; tell whether it is news.

    Args:
        db: the session of the running transaction.
        draft: locked.
        raw: the document as it was typed.
        seen: the version that the form was opened with.
        who: the member's address.
        now: this moment.
        did: what is written into the history.

    Raises:
        SavedMeanwhile: the form was opened before another save.
    """
    if seen != draft.version:
        raise SavedMeanwhile(draft)
    filling.fill(db, raw)
    if raw == {name: value for name, value in draft.document.items() if name != "review"}:
        return False
    write(db, draft, raw, who, now, did)
    return True


def write(db: Session, draft: Draft, raw: Raw, who: str, now: datetime, did: str) -> None:
    """Write a new version; what was approved has to be looked at anew.

    Raises:
        NotNow: the state does not allow it.
    """
    move(draft, "save")
    draft.document = {name: value for name, value in raw.items() if name != "review"}
    draft.reviewer, draft.publish_at, draft.note = "", None, ""
    _keep(db, draft, who, now, did)


def restore(db: Session, draft: Draft, number: int, seen: int, who: str, now: datetime) -> None:
    """Write an older version again.

    Raises:
        NotFound: there is no such version.
        SavedMeanwhile: it was saved since.
    """
    if seen != draft.version:
        raise SavedMeanwhile(draft)
    write(db, draft, deepcopy(revision(db, draft, number).document), who, now, f"restored version {number}")  # fmt: skip


def restore_published(
    db: Session, draft: Draft, number: int, seen: int, who: str, now: datetime
) -> None:
    """Write a published revision into the draft.

    Raises:
        NotFound: there is no such revision.
        SavedMeanwhile: the page was opened before another save.
    """
    entry = _entry(db, draft.kind, draft.slug, retired=True)
    if entry is None:
        raise NotFound
    if seen != draft.version:
        raise SavedMeanwhile(draft)
    document = published(db, entry, number)
    write(db, draft, document, who, now, f"restored published revision {number}")


def delete(db: Session, draft: Draft) -> None:
    """Delete a draft with its versions; what is published stays.

    Raises:
        NotNow: somebody has to decide on it first.
    """
    if draft.state in ("in_review", "scheduled"):
        message = "Take it back from review or from its day first."
        raise NotNow(message)
    db.delete(draft)
    db.flush()


def revision(db: Session, draft: Draft, number: int) -> DraftRevision:
    """Find one version.

    Raises:
        NotFound: there is none of that number.
    """
    query = select(DraftRevision).where(DraftRevision.draft_id == draft.id)
    found = db.scalar(query.where(DraftRevision.number == number))
    if found is None:
        raise NotFound
    return found


def published(db: Session, entry: Entry, number: int) -> Raw:
    """Give a published document without its review.

    Raises:
        NotFound: there is no such revision.
    """
    query = select(Revision.document).where(
        Revision.entry_id == entry.id, Revision.number == number
    )
    found = db.scalar(query)
    if found is None:
        raise NotFound
    return {name: deepcopy(value) for name, value in found.items() if name != "review"}


def opened(db: Session, draft: Draft, who: str, now: datetime) -> tuple[str, datetime] | None:
    """Note that a member has the form open; tell who else has, and since when."""
    is_fresh = draft.seen_at is not None and now - draft.seen_at < OPEN_FOR
    if is_fresh and draft.opened_by not in ("", who) and draft.opened_at:
        return draft.opened_by, draft.opened_at
    if not (is_fresh and draft.opened_by == who):
        draft.opened_by, draft.opened_at = who, now
    draft.seen_at = now
    db.flush()
    return None


def move(draft: Draft, wanted: Move) -> None:
    """Move a draft on by the table of states.

    Raises:
        NotNow: the table does not have this move.
    """
    state = after(draft.state, wanted)
    if state is None:
        message = "Somebody has moved it on meanwhile, or it has to be sent to review first."
        raise NotNow(message)
    draft.state = state


def _begin(
    db: Session,
    kind: str,
    slug: str,
    raw: Raw,
    who: str,
    now: datetime,
    base: int | None,
    did: str,
) -> Draft:
    draft = Draft(
        kind=kind, slug=slug, document=raw, base_revision=base, version=0, state="draft", author=who,
        saved_by=who, created_at=now, updated_at=now,
    )  # fmt: skip
    db.add(draft)
    db.flush()
    _keep(db, draft, who, now, did)
    return draft


def _keep(db: Session, draft: Draft, who: str, now: datetime, did: str) -> None:
    draft.version += 1
    draft.saved_by, draft.updated_at = who, now
    db.add(DraftRevision(
        draft_id=draft.id, number=draft.version, document=deepcopy(draft.document), who=who, at=now, did=did,
    ))  # fmt: skip
    db.flush()


def _entry(db: Session, kind: str, slug: str, *, retired: bool = False) -> Entry | None:
    query = select(Entry).where(Entry.kind == kind, Entry.slug == slug)
    return db.scalar(query if retired else query.where(Entry.revision_number > 0))


def import_(db: Session, kind: str, slug: str, raw: Raw, who: str, now: datetime) -> Draft:
    """Write a file into the draft of its address; begin one where there is none.

    Raises:
        NotNow: somebody has to decide on the draft first.
    """
    draft = of_entry(db, kind, slug)
    if draft is None and _entry(db, kind, slug) is None:
        return create(db, kind, str(raw.get("title", slug)), slug, who, now, raw)
    draft = draft or from_published(db, kind, slug, who, now)
    draft = find(db, draft.id, lock=True)
    if draft.state not in ("draft", "published"):
        message = "Its draft is in review or has its day. Take it back first."
        raise NotNow(message)
    write(db, draft, raw, who, now, "imported")
    return draft
