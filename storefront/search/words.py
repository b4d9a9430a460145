"""Words of a query and of a document: plain rules without a database."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

MOST_WORDS = 8
LONGEST_WORD = 40
CLOSE_ENOUGH = 74  # of 100; one wrong letter in five, or two swapped in eight
SILENT = {
    "a", "an", "and", "are", "at", "be", "by", "for", "from", "i", "in", "is", "it", "me", "my", "of", "on",
    "or", "the", "to", "with",
}  # fmt: skip


def folded(text: str) -> str:
    """Write text in lower case without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """Split text into words; every other character only parts them."""
    return [word[:LONGEST_WORD] for word in re.findall(r"[^\W_]+", folded(text))]


def query_words(query: str) -> list[str]:
    """Give the words to look for, without the silent ones."""
    return [word for word in words(query) if word not in SILENT][:MOST_WORDS]


def corrected(wanted: Sequence[str], title: str, terms: str) -> tuple[float, list[str]]:
    """Match each word with the most alike one of a document: how well (0 to 100), and those words.

    A word of the title is preferred, since the terms hold usual misspellings too.
    """
    in_title, in_terms = words(title), words(terms)
    matched = [_nearest(word, in_title) or _nearest(word, in_terms) for word in wanted]
    found = [match for match in matched if match]
    if len(found) < len(wanted):
        return 0.0, []
    return sum(score for _, score in found) / len(found), [word for word, _ in found]


def most_alike(query: str, titles: Iterable[str], count: int = 3) -> list[str]:
    """Give the titles that look most like a query, however little that is."""
    best = process.extract(folded(query), list(titles), scorer=fuzz.WRatio, processor=folded, limit=count)  # fmt: skip
    return [title for title, score, _ in best if score >= 45]


def _nearest(word: str, among: Sequence[str]) -> tuple[str, float] | None:
    best = process.extractOne(word, among, scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH)
    return (best[0], best[1]) if best else None
