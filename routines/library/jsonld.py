"""What search engines read: a routine as an exercise plan, an article as a reviewed page."""

from collections.abc import Sequence
from typing import Any

from routines.library import assets
from routines.library.documents import Article, Published, Routine
from routines.library.dosage import dosage_text
from routines.library.pieces import Person, Reference
from routines.library.prose import reference_url
from routines.library.service import Found
from routines.library.timeline import Segment, minutes
from storefront.public import web

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


def article_data(
    found: Found[Article], url: str, conditions: Sequence[str] = ()
) -> dict[str, Any]:
    """Describe an article with its references and the conditions, by name, that it is about."""
    article = found.document
    data = _page(found, url) | {
        "@type": "MedicalWebPage" if article.kind == "encyclopedia" else "Article",
        "headline": article.title,
        "citation": [_work(reference) for reference in article.references],
    }
    if conditions:
        data["about"] = [{"@type": "MedicalCondition", "name": name} for name in conditions]
    return data


def person_data(person: Person, url: str) -> dict[str, Any]:
    """Describe a person on their own page."""
    return {
        "@context": CONTEXT,
        "@type": "ProfilePage",
        "url": url,
        "mainEntity": _person(person),
    }


def _page(found: Found[Any], url: str) -> dict[str, Any]:
    document: Published = found.document
    return {
        "@context": CONTEXT, "name": document.title, "description": document.summary, "url": url,
        "isAccessibleForFree": True, "datePublished": found.published_at.date().isoformat(),
        "author": _person(document.author), "reviewedBy": _person(document.review.by),
        "lastReviewed": document.review.on,
    }  # fmt: skip


def _person(person: Person) -> dict[str, Any]:
    """Describe an author or reviewer; a demo person's credentials say that they are made up."""
    held = {"@type": "EducationalOccupationalCredential", "name": person.credentials}
    made: dict[str, Any] = {"@type": "Person", "name": person.name, "hasCredential": held}
    if person.slug:
        made["url"] = web.absolute(assets.person_url(person))
    if person.about:
        made["description"] = person.about
    if person.profile:
        made["sameAs"] = person.profile
    return made


def _work(reference: Reference) -> dict[str, Any]:
    """Describe a reference, leaving out what is not known."""
    month = f"-{reference.month:02d}" if reference.year and reference.month else ""
    facts = {
        "name": reference.title,
        "author": [{"@type": "Person", "name": name} for name in reference.authors],
        "isPartOf": {"@type": "Periodical", "name": reference.container} if reference.container else None,
        "datePublished": f"{reference.year}{month}" if reference.year else None,
        "pagination": reference.pages,
        "url": reference_url(reference),
    }  # fmt: skip
    return {"@type": "ScholarlyArticle"} | {name: fact for name, fact in facts.items() if fact}
