"""What the studio fills in by itself: keys, and what is taken from the vocabulary by name."""

import re
import unicodedata
from typing import Any

from sqlalchemy.orm import Session

from routines.library import vocabulary
from routines.library.documents import LibraryExercise
from routines.library.pieces import Person
from routines.studio.typed import Raw
from storefront.public import NotFound

KEYED = {"phases": "name", "references": "title"}


def fill(db: Session, raw: Raw) -> None:
    """Fill in keys that were left empty, exercises of the library and people, in place."""
    for step in _steps(raw):
        _exercise(db, step)
    _keys(
        _steps(raw),
        lambda step: step.get("exercise", {}).get("title", ""),
        "step",
    )
    for name, field in KEYED.items():
        _keys(raw.get(name, []), lambda one, field=field: one.get(field, ""), name[:-1])
    _person(db, raw.get("author"))


def slug_of(text: str) -> str:
    """Make a short name for addresses: small letters, digits and hyphens, 60 at most."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-")


def _steps(raw: Raw) -> list[dict[str, Any]]:
    return [step for part in raw.get("sections", []) for step in part.get("steps", [])]


def _keys(items: list[dict[str, Any]], text: Any, word: str) -> None:
    taken = {item["key"] for item in items if item.get("key")}
    for place, item in enumerate(items, 1):
        if not item.get("key"):
            wish = slug_of(text(item)) or f"{word}-{place}"
            key = next(name for name in _names(wish) if name not in taken)
            item["key"] = key
            taken.add(key)


def _names(wish: str) -> Any:
    yield wish
    number = 2
    while True:
        yield f"{wish}-{number}"
        number += 1


def _exercise(db: Session, step: dict[str, Any]) -> None:
    """Take an exercise from the library when only its name there was given."""
    typed = step.get("exercise", {})
    if typed.get("title") or not typed.get("slug"):
        return
    try:
        found: LibraryExercise = vocabulary.find(db, "exercise", typed["slug"])
    except NotFound:
        return
    taken = found.exercise.model_dump(mode="json", exclude_defaults=True)
    step["exercise"] = (
        taken
        | {"slug": typed["slug"]}
        | {name: value for name, value in typed.items() if value}
    )
    dosage = found.dosage.model_dump(mode="json", exclude_defaults=True)
    if dosage and not step.get("dosage"):
        step["dosage"] = dosage
    ways = [way.model_dump(mode="json", exclude_defaults=True) for way in found.progressions]
    if ways and not step.get("progressions"):
        step["progressions"] = ways


def _person(db: Session, typed: Any) -> None:
    """Take a person from the people when only their name there was given."""
    if not isinstance(typed, dict) or typed.get("name") or not typed.get("slug"):
        return
    try:
        found: Person = vocabulary.find(db, "person", typed["slug"])
    except NotFound:
        return
    typed |= found.model_dump(mode="json", exclude_defaults=True)
