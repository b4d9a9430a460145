"""Holding an issue, so that one hand at a time moves it."""

from sqlalchemy.orm import Session

from storefront.errors import NotFound
from storefront.issues.models import Issue


def locked(db: Session, issue_id: int) -> Issue:
    """Give an issue that nobody else moves before this is committed.

    Raises:
        NotFound: there is no such issue.
    """
    issue = db.get(Issue, issue_id, with_for_update=True, populate_existing=True)
    if issue is None:
        raise NotFound("There is no issue of that number.")
    return issue
