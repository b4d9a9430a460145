"""What an issue says, as a closed value: frozen when it is scheduled, so that nothing later changes it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from storefront.answers import NewsletterBlock, ReaderFacts
from storefront.issues.models import Issue
from storefront.issues.office import Office
from storefront.newsletter.models import NewsletterList

NOBODY = ReaderFacts()


class FrozenSlot(BaseModel):
    """One place of an issue: words of its own, content in its revision, or both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    reference: str = ""
    heading: str = ""
    text: str = ""


class Frozen(BaseModel):
    """All that an issue says, but for what a reader's tools and gate decide."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issue_id: int
    slug: str
    list_slug: str
    list_name: str
    subject: str
    preheader: str
    intro: str
    at: datetime
    is_archived: bool = True
    slots: tuple[FrozenSlot, ...]
    unversioned: dict[str, dict[str, Any]] = {}  # things without revisions, as they were

    @property
    def references(self) -> list[str]:
        """Name what the slots show, each once."""
        return [*dict.fromkeys(slot.reference for slot in self.slots if slot.reference)]


def freeze(db: Session, issue: Issue, office: Office, now: datetime) -> Frozen:
    """Take down what an issue says at this moment."""
    newsletter = db.get_one(NewsletterList, issue.list_slug)
    slots = tuple(
        FrozenSlot(kind=one.kind, reference=one.reference, heading=one.heading, text=one.text)
        for one in issue.slots
    )
    loose = [one.reference for one in slots if one.reference and "@" not in one.reference]
    shown = office.hooks.newsletter_blocks(db, loose, [NOBODY])[NOBODY] if loose else {}
    return Frozen(
        issue_id=issue.id, slug=issue.slug, list_slug=issue.list_slug, list_name=newsletter.name,
        subject=issue.subject, preheader=issue.preheader, intro=issue.intro, at=now, slots=slots, is_archived=issue.is_archived,
        unversioned={name: _kept(block) for name, block in shown.items()},
    )  # fmt: skip


def of(db: Session, issue: Issue, office: Office, now: datetime) -> Frozen:
    """Give what an issue says: what was frozen, else what its draft says now."""
    if issue.frozen is not None:
        return Frozen.model_validate(issue.frozen)
    return freeze(db, issue, office, now)


def _kept(block: NewsletterBlock) -> dict[str, Any]:
    return {"title": block.title, "text": block.text}
