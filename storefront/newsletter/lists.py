"""The newsletters there are, and which of them somebody may choose."""

import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront.errors import Invalid, NotFound
from storefront.newsletter.models import NewsletterList

FIELDS = ("name", "about", "cadence_days", "is_default", "is_offered", "position")


def everything(db: Session, *, offered_only: bool = True) -> Sequence[NewsletterList]:
    """List the newsletters in their order; hidden ones only if asked."""
    query = select(NewsletterList).order_by(NewsletterList.position, NewsletterList.slug)
    return db.scalars(query.where(NewsletterList.is_offered) if offered_only else query).all()


def names(db: Session, slugs: Collection[str]) -> list[str]:
    """Name lists as people know them."""
    return [one.name for one in everything(db, offered_only=False) if one.slug in slugs]


def chosen(db: Session, slugs: Collection[str]) -> list[str]:
    """Give the lists that somebody chose, or the ones a plain sign-up joins.

    Raises:
        Invalid: one of them does not exist, or is not offered.
    """
    offered = everything(db)
    if not slugs:
        return [one.slug for one in offered if one.is_default]
    if {*slugs} - {one.slug for one in offered}:
        raise Invalid(fields={"lists": "Choose one of the newsletters that are offered."})
    return sorted({*slugs})


def find(db: Session, slug: str) -> NewsletterList:
    """Find one newsletter.

    Raises:
        NotFound: there is none of that name.
    """
    found = db.get(NewsletterList, slug)
    if found is None:
        message = "There is no such newsletter."
        raise NotFound(message)
    return found


def save(db: Session, slug: str, **fields: Any) -> NewsletterList:
    """Make a newsletter or change one; what is not named stays as it is."""
    found = db.get(NewsletterList, slug)
    if found is None:
        found = NewsletterList(slug=slug, name=slug)
        db.add(found)
    for name in FIELDS:
        if name in fields:
            setattr(found, name, fields[name])
    db.flush()
    if found.is_default:
        others = update(NewsletterList).where(NewsletterList.slug != slug)
        db.execute(others.values(is_default=False))
    return found


def load(db: Session, file: Path) -> list[str]:
    """Make the newsletters of a file with one table `[slug]` for each, and name them."""
    if not file.is_file():
        return []
    wanted = tomllib.loads(file.read_text("utf-8"))
    return [save(db, slug, **fields).name for slug, fields in wanted.items()]
