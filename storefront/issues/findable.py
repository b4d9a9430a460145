"""What search and crawlers learn of past issues: those of the archive that may be found."""

from sqlalchemy.orm import Session

from storefront.answers import SearchDocument
from storefront.hooks import hookimpl
from storefront.issues import archive
from storefront.issues.frozen import Frozen
from storefront.issues.models import Issue

MOST = 1000
FOLDER = "/newsletter/archive/"


class ArchiveAnswers:
    """Past issues as answers to the questions that plugins are asked."""

    @hookimpl
    def sitemap_entries(self, db: Session) -> list[str]:
        """Name the archive and its issues."""
        found = [f"{FOLDER}{issue.slug}" for issue in _indexed(db)]
        return [FOLDER, *found] if found else []

    @hookimpl
    def search_documents(self, db: Session) -> list[SearchDocument]:
        """Let search find the words of past issues that are the same for everybody."""
        return [_document(issue) for issue in _indexed(db)]


def _indexed(db: Session) -> list[Issue]:
    return [*db.scalars(archive.public().where(Issue.is_indexed).limit(MOST))]


def _document(issue: Issue) -> SearchDocument:
    says = Frozen.model_validate(issue.frozen)
    words = [says.intro, *(f"{slot.heading} {slot.text}" for slot in says.slots)]
    return SearchDocument(
        kind="issue", slug=issue.slug, title=says.subject, summary=says.preheader,
        body=" ".join(" ".join(words).split()), url=f"{FOLDER}{issue.slug}", terms="newsletter letter",
    )  # fmt: skip
