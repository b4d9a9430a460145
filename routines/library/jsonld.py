"""What search engines read: a routine as an exercise plan, an article as a reviewed page."""

from collections.abc import Sequence
from typing import Any

from routines.library.documents import Article, Person, Published, Routine
from routines.library.dosage import dosage_text
from routines.library.service import Found
from routines.library.timeline import Segment, minutes

CONTEXT = "https://schema.org"


def routine_data(
    found: Found[Routine], segments: Sequence[Segment], url: str
) -> dict[str, Any]:
    """Describe a routine; its length is left out when it is not known."""
    routine = found.document
    known = minutes(segments)
    plan = _page(found, url) | {
        "@type": ["ExercisePlan", "HowTo"],
        "exerciseType": routine.goal,
        "intensity": routine.level,
        "step": [
            {"@type": "HowToSection", "name": part.title, "itemListElement": [
                {"@type": "HowToStep", "name": step.exercise.title, "text": step.exercise.start_position,
                 "url": f"{url}#step-{step.key}"}
                for step in part.steps
            ]}
            for part in routine.sections
        ],
    }  # fmt: skip
    if known is not None:
        plan |= {"totalTime": f"PT{known}M", "activityDuration": f"PT{known}M"}
    if frequency := dosage_text(routine.schedule):
        plan["activityFrequency"] = frequency
    return plan


def article_data(found: Found[Article], url: str) -> dict[str, Any]:
    """Describe an article with its references."""
    titles = [reference.title for reference in found.document.references]
    return _page(found, url) | {"@type": "MedicalWebPage", "citation": titles}


def _page(found: Found[Any], url: str) -> dict[str, Any]:
    document: Published = found.document
    return {
        "@context": CONTEXT, "name": document.title, "description": document.summary, "url": url,
        "isAccessibleForFree": True, "datePublished": found.published_at.date().isoformat(),
        "author": _person(document.author), "reviewedBy": _person(document.review.by),
        "lastReviewed": document.review.on,
    }  # fmt: skip


def _person(person: Person) -> dict[str, str]:
    return {"@type": "Person", "name": person.name, "description": person.credentials}
