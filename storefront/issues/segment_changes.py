"""Save and remove segments."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.errors import Invalid, NotFound
from storefront.issues import segments
from storefront.issues.models import Issue, Segment

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
IN_USE = "The issue {slug} goes to it. Choose another segment there first."


def everything(db: Session) -> Sequence[Segment]:
    """List the segments by their names."""
    return db.scalars(select(Segment).order_by(Segment.name)).all()


def find(db: Session, slug: str) -> Segment:
    """Find a segment.

    Raises:
        NotFound: there is none of that name.
    """
    found = db.get(Segment, slug)
    if found is None:
        raise NotFound
    return found


def save(db: Session, slug: str, name: str, rule: object, now: datetime) -> Segment:
    """Make a segment, or give one another rule.

    Raises:
        Invalid: the slug or the name is none, or the rule cannot be read.
    """
    wrong = {}
    if not SLUG.fullmatch(slug) or len(slug) > 60:
        wrong["slug"] = "Small letters, digits and hyphens, at most 60."
    if not name.strip() or len(name) > 120 or not name.isprintable():
        wrong["name"] = "A name of one line, at most 120 characters."
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    read = segments.written(segments.read(rule))
    found = db.get(Segment, slug)
    if found is None:
        found = Segment(slug=slug, created_at=now)
        db.add(found)
    found.name, found.rule = name.strip(), read
    db.flush()
    return found


def remove(db: Session, slug: str) -> None:
    """Remove a segment that no issue goes to any more.

    Raises:
        NotFound: there is none of that name.
        Invalid: an issue goes to it.
    """
    found = find(db, slug)
    user = db.scalar(select(Issue.slug).where(Issue.segment_slug == slug).limit(1))
    if user is not None:
        raise Invalid(IN_USE.format(slug=user))
    db.delete(found)
