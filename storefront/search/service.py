"""Index and find."""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storefront import clock
from storefront.hooks import SearchDocument
from storefront.search.models import SearchEntry


def reindex(db: Session, documents: Iterable[SearchDocument]) -> None:
    """Replace, in the running transaction, all entries of the kinds that these documents have."""
    found = list(documents)
    db.execute(delete(SearchEntry).where(SearchEntry.kind.in_({each.kind for each in found})))
    now = clock.now()
    db.add_all(
        SearchEntry(
            kind=each.kind, slug=each.slug, title=each.title, summary=each.summary, terms=each.terms,
            body=each.body, url=each.url, picture=each.picture, indexed_at=now,
        )
        for each in found
    )  # fmt: skip
    db.flush()
