"""What an issue may carry of the library, and what must not leak from it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.library import cards, service
from routines.library.documents import Article, Published, Routine
from routines.library.models import Entry
from routines.library.service import Found
from routines.library.tools import needs
from routines.newsletter import references
from routines.videos import service as videos
from routines.videos.models import VideoAsset
from storefront.public import NewsletterItem

SLOTS = {"routine": "routine", "article": "article", "programme": "next_phase"}
OTHERS = {"article": "Library", "programme": "Programmes"}


def items(db: Session, since: datetime | None) -> list[NewsletterItem]:
    """Give what was published since a moment, the newest first; all of it without one."""
    names = {place.slug: place.name for place in service.body_parts(db)}
    found = [
        one for one in service.all_documents(db) if since is None or one.published_at > since
    ]
    found.sort(key=lambda one: one.published_at, reverse=True)
    return [_item(one, names) for one in found]


def secrets(db: Session, wanted: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Name the gated files of routines, uploaded or named by them, which no letter may hold."""
    named = {reference: references.read(reference) for reference in wanted}
    slugs = [one.slug for one in named.values() if one and one.kind == "routine"]
    query = (
        select(Entry.slug, VideoAsset)
        .join(VideoAsset, VideoAsset.entry_id == Entry.id)
        .where(Entry.kind == "routine", Entry.slug.in_(slugs))
    )
    films = {slug: videos.film_of(db, asset) for slug, asset in db.execute(query)}
    files = {slug: film.gated() for slug, film in films.items() if film}
    return {
        reference: files[one.slug]
        for reference, one in named.items()
        if one and one.slug in files
    }


def _item(found: Found[Published], names: dict[str, str]) -> NewsletterItem:
    document = found.document
    return NewsletterItem(
        reference=references.written(found.kind, found.slug, found.revision), kind=SLOTS[found.kind],
        title=document.title, summary=document.summary, url=cards.address(found.kind, found.slug),
        group=_group(found, names), published_at=found.published_at,
        unsourced=isinstance(document, Article) and not document.claims_sourced,
        topics=tuple(document.body_parts) if isinstance(document, Routine) else (),
        components=_components(document),
    )  # fmt: skip


def _components(document: Published) -> frozenset[str]:
    """Name what a routine cannot be done without."""
    if not isinstance(document, Routine):
        return frozenset()
    return frozenset(one.component for one in needs(document) if one.role == "required")


def _group(found: Found[Published], names: dict[str, str]) -> str:
    document = found.document
    if isinstance(document, Routine):
        return names.get(document.body_parts[0], document.body_parts[0])
    return OTHERS[found.kind]
