"""Past issues for everybody: rendered for nobody in particular, without anybody's links."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.errors import NotFound
from storefront.feeds import Item
from storefront.issues import frozen, shown
from storefront.issues.frozen import NOBODY, Frozen
from storefront.issues.models import Issue
from storefront.issues.office import Office
from storefront.issues.shown import ShownBlock
from storefront.issues.states import GONE_OUT
from storefront.issues.variants import Variants
from storefront.text import markdown


@dataclass(frozen=True)
class ArchivedIssue:
    """An issue as a stranger reads it."""

    issue: Issue
    says: Frozen
    blocks: Sequence[ShownBlock]


def public() -> Select[Issue]:
    """Select what the archive has, the newest first."""
    # One that waited too long is paused before anybody was picked for it.
    has_begun = or_(Issue.state != "paused", Issue.prepared_at.is_not(None))
    is_dated = Issue.send_at.is_not(None)
    is_public = (Issue.state.in_(GONE_OUT), Issue.is_archived, is_dated, has_begun)
    return select(Issue).where(*is_public).order_by(Issue.send_at.desc(), Issue.id.desc())


def newest(db: Session, most: int, skip: int = 0) -> Sequence[Issue]:
    """List issues of the archive."""
    return db.scalars(public().offset(skip).limit(most)).all()


def find(db: Session, slug: str, office: Office) -> ArchivedIssue:
    """Find an issue of the archive.

    Raises:
        NotFound: there is none of that name, or it is not public.
    """
    issue = db.scalar(public().where(Issue.slug == slug))
    if issue is None:
        raise NotFound
    return for_nobody(db, issue, office)


def for_nobody(db: Session, issue: Issue, office: Office) -> ArchivedIssue:
    """Show an issue as the gate shows it to a stranger."""
    says = frozen.of(db, issue, office, clock.now())
    variant = Variants(db, says, office).of(db, [NOBODY])[NOBODY]
    return ArchivedIssue(issue, says, shown.blocks(variant, office))


def feed_item(issue: Issue, office: Office) -> Item:
    """Write an issue for a feed: its own words only, since the rest depends on who reads."""
    settings = office.settings
    says = Frozen.model_validate(issue.frozen)
    at = issue.send_at or says.at
    return Item(
        url=office.archive_url(issue.slug), title=says.subject, summary=says.preheader,
        html=str(markdown(says.intro, base=settings.origin + settings.url_prefix)),
        author=settings.shop_name, author_url="", published_at=at, updated_at=at,
    )  # fmt: skip
