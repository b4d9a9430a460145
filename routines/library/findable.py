"""What search and the sitemap learn of published content."""

import re
from typing import Any

from sqlalchemy.orm import Session

from routines.library import service, vocabulary
from routines.library.documents import Article, Condition, Point, Programme, Published, Routine
from routines.library.rules.problems import CITATION
from storefront.public import SearchDocument

FOLDERS = {"routine": "routines", "programme": "programmes", "article": "library"}
WORD_FOLDERS = {"point": "points", "condition": "conditions", "person": "people"}
MARKUP = re.compile(r"[#*_`|>\[\]]+|\(https?://[^)]*\)")


def search_documents(db: Session) -> list[SearchDocument]:
    """Give every published entry with the words that people use for its places on the body."""
    words = {place.slug: " ".join((place.name, *place.plain_words)) for place in service.body_parts(db)}  # fmt: skip
    entries = [_document(found, words) for found in service.all_documents(db)]
    told = vocabulary.everything(db, ("point", "condition"))
    points = [_point(point, words) for point in told["point"].values()]
    return [*entries, *points, *(_condition(one) for one in told["condition"].values())]


def sitemap_entries(db: Session) -> list[str]:
    """Give the public paths of lists, entries and places, below the shop's prefix."""
    lists = ["/routines/", "/body/", "/programmes/", "/library/", "/people/"]
    entries = [f"/{FOLDERS[card.kind]}/{card.slug}" for card in service.cards(db)]
    places = [f"/body/{place.slug}" for place in service.places(db) if place.routines]
    told = vocabulary.everything(db, ("point", "condition", "person"))
    words = [f"/{WORD_FOLDERS[kind]}/{slug}" for kind, found in told.items() for slug in found]
    return [*lists, *entries, *places, *words]


def _point(point: Point, words: dict[str, str]) -> SearchDocument:
    terms = " ".join([*point.plain_words, words.get(point.body_part, "")])
    return SearchDocument(
        kind="point", slug=point.slug, title=point.name, summary=point.find.partition(". ")[0].rstrip(".") + ".",
        body=f"{point.find} {point.press}", url=f"/points/{point.slug}", terms=terms, picture=point.picture or "",
    )  # fmt: skip


def _condition(condition: Condition) -> SearchDocument:
    text = " ".join([*condition.symptoms, condition.body])
    return SearchDocument(
        kind="condition", slug=condition.slug, title=condition.name, summary=" ".join(condition.symptoms[:1]),
        body=" ".join(MARKUP.sub(" ", CITATION.sub("", text)).split()), url=f"/conditions/{condition.slug}",
        terms=" ".join(condition.synonyms),
    )  # fmt: skip


def _document(found: service.Found[Published], words: dict[str, str]) -> SearchDocument:
    document = found.document
    places = document.body_parts if isinstance(document, Routine | Programme) else ()
    terms = " ".join([*document.search_terms, *(words.get(place, place) for place in places)])
    text = CITATION.sub("", " ".join([document.body, *_lines(document)]))
    return SearchDocument(
        kind=found.kind, slug=found.slug, title=document.title, summary=document.summary,
        body=" ".join(MARKUP.sub(" ", text).split()), url=f"/{FOLDERS[found.kind]}/{found.slug}",
        terms=terms, picture=document.picture,
    )  # fmt: skip


def _lines(document: Published) -> list[str]:
    """Give the text of steps and phases; videos stay out, since they are gated."""
    found: list[Any] = []
    if isinstance(document, Routine):
        for part in document.sections:
            found += [part.title, *(step.exercise.title for step in part.steps)]
            found += [muscle.replace("-", " ") for step in part.steps for muscle in step.exercise.muscles]  # fmt: skip
    elif isinstance(document, Programme):
        found += [f"{phase.name} {phase.teaser}" for phase in document.phases]
    elif isinstance(document, Article) and document.takeaway:
        found.append(document.takeaway)
    return found
