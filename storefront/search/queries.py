"""The questions to the full-text structures, one wording for each database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

MOST_HITS = 200
MOST_NEAR = 30
COLUMNS = "e.kind, e.slug, e.title, e.summary, e.url, e.picture, e.terms"

SQLITE_WORDS = f"""
    SELECT {COLUMNS} FROM storefront_search_words w
    JOIN storefront_search_entry e ON e.id = w.rowid
    WHERE storefront_search_words MATCH :wish
    ORDER BY bm25(storefront_search_words, 10.0, 6.0, 3.0, 1.0), e.id LIMIT {MOST_HITS}
"""  # noqa: S608  # only our own constants are put in
POSTGRESQL_WORDS = f"""
    SELECT {COLUMNS} FROM storefront_search_words w
    JOIN storefront_search_entry e ON e.id = w.entry_id
    WHERE w.words @@ to_tsquery('english', :wish)
    ORDER BY ts_rank_cd('{{0.1, 0.3, 0.6, 1.0}}', w.words, to_tsquery('english', :wish)) DESC, e.id
    LIMIT {MOST_HITS}
"""  # noqa: S608
SQLITE_NEAR = f"""
    SELECT {COLUMNS} FROM storefront_search_near w
    JOIN storefront_search_entry e ON e.id = w.rowid
    WHERE storefront_search_near MATCH :wish
    ORDER BY bm25(storefront_search_near), e.id LIMIT {MOST_NEAR}
"""  # noqa: S608
POSTGRESQL_LOOSE = "SELECT set_config('pg_trgm.word_similarity_threshold', '0.35', true)"
POSTGRESQL_NEAR = f"""
    SELECT {COLUMNS} FROM storefront_search_words w
    JOIN storefront_search_entry e ON e.id = w.entry_id
    WHERE w.near %> ANY (:wish)
    ORDER BY word_similarity(:whole, w.near) DESC, e.id LIMIT {MOST_NEAR}
"""  # noqa: S608


def with_words(
    db: Session, wanted: Sequence[str], *, prefix: bool = False
) -> Sequence[Row[Any]]:
    """Find entries that have all words; with `prefix` the last one may be its beginning only."""
    last = len(wanted) - 1
    if _is_sqlite(db):
        marked = [
            f'"{word}"{"*" if prefix and at == last else ""}' for at, word in enumerate(wanted)
        ]
        return db.execute(text(SQLITE_WORDS), {"wish": " ".join(marked)}).all()
    marked = [
        f"'{word}'{':*' if prefix and at == last else ''}" for at, word in enumerate(wanted)
    ]
    return db.execute(text(POSTGRESQL_WORDS), {"wish": " & ".join(marked)}).all()


def alike(db: Session, wanted: Sequence[str]) -> Sequence[Row[Any]]:
    """Find entries whose title or terms share letters, three in a row, with the words."""
    if _is_sqlite(db):
        grams = {word[at : at + 3] for word in wanted for at in range(len(word) - 2)}
        if not grams:
            return []
        wish = " OR ".join(f'"{gram}"' for gram in sorted(grams))
        return db.execute(text(SQLITE_NEAR), {"wish": wish}).all()
    db.execute(text(POSTGRESQL_LOOSE))
    parts = {"wish": list(wanted), "whole": " ".join(wanted)}
    return db.execute(text(POSTGRESQL_NEAR), parts).all()


def _is_sqlite(db: Session) -> bool:
    return db.get_bind().dialect.name == "sqlite"
