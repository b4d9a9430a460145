"""What an issue could carry: published content that this newsletter has not mailed before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.answers import NewsletterItem
from storefront.issues.models import Issue, IssueSlot
from storefront.issues.office import Office

MOST = 200
FIRST_SLOTS = (
    "lead",
    "routine",
    "article",
)  # of a new issue: what each is filled from is below
FILLED_FROM = {"lead": "routine", "routine": "routine", "article": "article"}


def thing(reference: str) -> str:
    """Name what a reference is about, whatever its revision."""
    return reference.partition("@")[0]


def mailed(db: Session, list_slug: str, *, but: int | None = None) -> dict[str, str]:
    """Tell what a newsletter has mailed or is about to: the thing, and the slug of its issue."""
    rows = (
        select(IssueSlot.reference, Issue.slug)
        .join(Issue, Issue.id == IssueSlot.issue_id)
        .where(Issue.list_slug == list_slug, Issue.state != "cancelled", Issue.id != (but or 0))
        .where(IssueSlot.reference != "")
        .order_by(Issue.id)
    )
    return {thing(reference): slug for reference, slug in db.execute(rows)}


def items(
    db: Session, list_slug: str, office: Office, since: datetime | None = None
) -> list[NewsletterItem]:
    """List what was not mailed before, the newest first, shop goods last."""
    before = mailed(db, list_slug)
    found = office.hooks.newsletter_items(db, since)
    fresh = [one for one in found if thing(one.reference) not in before]
    return sorted(fresh, key=_newest_first)[:MOST]


def grouped(found: Iterable[NewsletterItem]) -> Mapping[str, Sequence[NewsletterItem]]:
    """Put proposals under their headings."""
    groups: dict[str, list[NewsletterItem]] = {}
    for one in found:
        groups.setdefault(one.group, []).append(one)
    return groups


def chosen(found: Sequence[NewsletterItem]) -> list[tuple[str, NewsletterItem]]:
    """Choose the first slots of a new issue: a lead, another routine and an article, where there are any."""
    left, picked = list(found), list[tuple[str, NewsletterItem]]()
    for kind in FIRST_SLOTS:
        fits = next((one for one in left if one.kind == FILLED_FROM[kind]), None)
        if fits is not None:
            left.remove(fits)
            picked.append((kind, fits))
    return picked


def _newest_first(item: NewsletterItem) -> float:
    return -item.published_at.timestamp() if item.published_at else 0.0
