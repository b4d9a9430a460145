"""Names instead of copies: a step that uses an exercise of the library, an author of the people.

Reading puts the word itself in the document, which is frozen when it is published; writing puts
the name back wherever the frozen word is still the vocabulary's.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from routines.library.documents import LibraryExercise, Published, Routine
from routines.library.pieces import Dosage, Person, Step
from routines.library.vocabulary import Vocabulary
from routines.packs.sources import Field

Wrong = Iterator[tuple[Field, str]]
NONE: Vocabulary = {}


def resolve(content: dict[str, Any], words: Vocabulary) -> list[tuple[Field, str]]:
    """Replace names by what they name, in place, and give those that name nothing."""
    people, exercises = words.get("person", {}), words.get("exercise", {})
    found = [*_person(content, "author", (), people)]
    review = content.get("review")
    if isinstance(review, dict):
        content["review"] = review = dict(review)
        found += _person(review, "by", ("review",), people)
    for where, steps, index in _steps(content):
        wrong = _use(steps, index, exercises)
        found += [((*where, *field), reason) for field, reason in wrong]
    return found


def name_words(content: dict[str, Any], document: Published, words: Vocabulary) -> None:
    """Put names in the place of what the vocabulary still says, in a document's plain data."""
    people = words.get("person", {})
    if _is_word(document.author, people):
        content["author"] = document.author.slug
    if _is_word(document.review.by, people):
        content["review"]["by"] = document.review.by.slug
    if isinstance(document, Routine):
        for section, part in zip(content["sections"], document.sections, strict=True):
            for place, step in enumerate(part.steps):
                section["steps"][place] = _named(section["steps"][place], step, words)


def _is_word(person: Person, people: Mapping[str, Any]) -> bool:
    return person.slug is not None and people.get(person.slug) == person


def _person(
    holder: dict[str, Any], field: str, above: Field, people: Mapping[str, Any]
) -> Wrong:
    name = holder.get(field)
    if not isinstance(name, str):
        return
    if name in people:
        holder[field] = people[name]
    else:
        yield (*above, field), f"There is nobody named {name} among the people."


def _steps(content: dict[str, Any]) -> Iterator[tuple[Field, list[Any], int]]:
    """Go through whatever looks like a step; what does not is refused later, by its shape."""
    sections = content.get("sections")
    for part, section in enumerate(sections if isinstance(sections, list) else ()):
        steps = section.get("steps") if isinstance(section, dict) else None
        if isinstance(steps, list):
            for place in range(len(steps)):
                yield ("sections", part, "steps", place), steps, place


def _use(steps: list[Any], index: int, exercises: Mapping[str, Any]) -> Wrong:
    step = steps[index]
    if not isinstance(step, dict) or "use" not in step:
        return
    name, own = step["use"], step.get("exercise", {})
    word = exercises.get(name) if isinstance(name, str) else None
    if word is None:
        yield ("use",), f"There is no exercise named {name} in the library."
    elif not isinstance(own, dict):
        yield ("exercise",), "Beside `use`, `exercise` names the fields that differ."
    else:
        steps[index] = _taken(step, word, own)


def _taken(step: dict[str, Any], word: LibraryExercise, own: dict[str, Any]) -> dict[str, Any]:
    """Give a step with the library's exercise in it; its dose and progressions where the step has none."""
    exercise = word.exercise.model_dump(mode="json", exclude_defaults=True)
    rest = {name: value for name, value in step.items() if name != "use"}
    inherited = {"dosage": word.dosage, "progressions": word.progressions}
    return {**inherited, **rest, "exercise": {**exercise, **own, "slug": word.slug}}


def _named(content: dict[str, Any], step: Step, words: Vocabulary) -> dict[str, Any]:
    word = words.get("exercise", {}).get(step.exercise.slug or "")
    if not isinstance(word, LibraryExercise):
        return content
    frozen = word.exercise.model_copy(update={"slug": word.slug})
    if frozen != step.exercise:
        return content
    made = {name: "" if name == "exercise" else value for name, value in content.items()}
    short = {("use" if name == "exercise" else name): value for name, value in made.items()}
    short["use"] = word.slug
    for name, empty in (("dosage", Dosage()), ("progressions", ())):
        mine, theirs = getattr(step, name), getattr(word, name)
        if mine == theirs:
            short.pop(name, None)
        elif mine == empty:
            short[name] = {} if name == "dosage" else []
    return short
