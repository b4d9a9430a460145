"""What the studio's pages list: drafts, what waits for somebody, what readers had."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from routines.library.models import Entry, Revision
from routines.library.pieces import Person
from routines.studio.models import Draft, DraftRevision
from routines.studio.service import NOT_PUBLISHED


def drafts(db: Session) -> Sequence[Draft]:
    """List all drafts, the last saved one first."""
    return db.scalars(select(Draft).order_by(Draft.updated_at.desc(), Draft.id)).all()


def waiting(db: Session) -> tuple[int, Sequence[Draft]]:
    """Count and list the drafts that wait for a reviewer, the oldest first."""
    here = select(Draft).where(Draft.state == "in_review")
    count = db.scalar(select(func.count()).select_from(here.subquery())) or 0
    return count, db.scalars(here.order_by(Draft.updated_at).limit(5)).all()


def failed(db: Session) -> Sequence[Draft]:
    """List the drafts that the worker could not publish when their moment came."""
    here = select(Draft).where(Draft.state == "draft", Draft.note.startswith(NOT_PUBLISHED))
    return db.scalars(here.order_by(Draft.updated_at)).all()


def reviewer(db: Session, who: str) -> Person | None:
    """Give the name under which a member approved something last."""
    query = (
        select(Draft.document).where(Draft.reviewer == who).order_by(Draft.updated_at.desc())
    )
    found = db.scalar(query.limit(1))
    person = (found or {}).get("review", {}).get("by")
    return Person.model_validate(person) if person else None


def published_revisions(db: Session, kind: str, slug: str) -> Sequence[Revision]:
    """List what was ever published at an address, newest first."""
    query = select(Revision).join(Entry, Entry.id == Revision.entry_id)
    here = query.where(Entry.kind == kind, Entry.slug == slug)
    return db.scalars(here.order_by(Revision.number.desc())).all()


def revisions(db: Session, draft: Draft) -> Sequence[DraftRevision]:
    """List the versions of a draft, newest first."""
    query = select(DraftRevision).where(DraftRevision.draft_id == draft.id)
    return db.scalars(query.order_by(DraftRevision.number.desc())).all()
