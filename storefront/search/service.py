"""Index and find."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.hooks import SearchDocument
from storefront.search import queries
from storefront.search.models import SearchEntry
from storefront.search.words import corrected, most_alike, query_words

FEW = 5  # with fewer hits, words that only begin like the last one are added


@dataclass(frozen=True)
class Hit:
    """One thing that was found; `url` is the path of its page."""

    kind: str
    slug: str
    title: str
    summary: str
    url: str
    picture: str


@dataclass(frozen=True)
class Results:
    """One page of what was found; with `did_you_mean` it was found under that spelling."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    did_you_mean: str | None = None


def reindex(
    db: Session, documents: Iterable[SearchDocument], *, kinds: Collection[str] = ()
) -> None:
    """Replace, in the running transaction, all entries of these documents' kinds.

    `kinds` names more kinds to empty: those of which no document is left.
    """
    found = list(documents)
    gone = {*kinds, *(each.kind for each in found)}
    db.execute(delete(SearchEntry).where(SearchEntry.kind.in_(gone)))
    now = clock.now()
    db.add_all(
        SearchEntry(
            kind=each.kind, slug=each.slug, title=each.title, summary=each.summary, terms=each.terms,
            body=each.body, url=each.url, picture=each.picture, indexed_at=now,
        )
        for each in found
    )  # fmt: skip
    db.flush()


def find(db: Session, query: str, *, limit: int = 20, page: int = 1, base: str = "") -> Results:
    """Find what has all words of a query, or else what is spelled most like it.

    `base` is the path at which the shop hangs.
    """
    wanted = query_words(query)
    if not wanted:
        return Results()
    rows = list(queries.with_words(db, wanted))
    if len(rows) < FEW:
        seen = {(row.kind, row.slug) for row in rows}
        begun = queries.with_words(db, wanted, prefix=True)
        rows += [row for row in begun if (row.kind, row.slug) not in seen]
    if rows:
        return _page(rows, limit, page, base)
    return _near(db, wanted, limit, page, base)


def nearest(db: Session, query: str) -> list[str]:
    """Give titles that look like a query of which nothing was found."""
    return most_alike(query, db.scalars(select(SearchEntry.title))) if query.strip() else []


def _near(db: Session, wanted: Sequence[str], limit: int, page: int, base: str) -> Results:
    scored = []
    for row in queries.alike(db, wanted):
        score, spelled = corrected(wanted, row.title, row.terms)
        if spelled:
            scored.append((score, spelled, row))
    if not scored:
        return Results()
    scored.sort(key=lambda match: -match[0])
    did_you_mean = " ".join(scored[0][1])
    found = queries.with_words(db, query_words(did_you_mean)) or [row for *_, row in scored]
    return _page(found, limit, page, base, did_you_mean)


def _page(
    rows: Sequence[Any], limit: int, page: int, base: str, did_you_mean: str | None = None
) -> Results:
    shown = rows[(page - 1) * limit : page * limit]
    hits = [
        Hit(row.kind, row.slug, row.title, row.summary, base + row.url, row.picture) for row in shown
    ]  # fmt: skip
    return Results(hits, len(rows), did_you_mean)
