"""What keeps a document from being published, each as a sentence for its author."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from routines.library.documents import Article, Person, Programme, Published, Routine

CITATION = re.compile(r"\[@([a-z0-9-]+)\]")
EVIDENCE = re.compile(r"\b(stud(y|ies)|trials?|research|evidence|proven|scientists?)\b", re.IGNORECASE)  # fmt: skip
CURE_WORDING = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(cures?|cured|curing)\b",
        r"\bheals?\b(?! (over|up on its own))",
        r"\bpain[- ]free (in|within|after)\b",
        r"\bguarantee[ds]?\b",
        r"\bmiracle\b",
        r"\bdetox",
        r"\b(treats?|eliminates?|gets? rid of) (your |the )?(arthritis|sciatica|disease|inflammation|injur|pain|cramps?)",
        r"\breplaces? (your )?(doctor|physio|medicine|medication)",
        r"\binstead of (a|your) (doctor|medicine|medication)",
    )
)


@dataclass(frozen=True)
class Lack:
    """Something missing or wrong, and the field where it is mended."""

    field: tuple[str | int, ...]
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def problems(document: Published, pictures: Mapping[str, str] | None = None) -> list[Lack]:
    """List what keeps a document from being published; an empty list means it is ready.

    Args:
        document: a routine, programme or article.
        pictures: alternative texts by picture name; without it pictures are not checked.
    """
    found = [*_review(document), *_references(document), *_wording(document), *_relations(document)]  # fmt: skip
    if isinstance(document, Routine | Programme) and len(document.stop_rule) < 20:
        found.append(Lack(("stop_rule",), "The stop rule is too short to tell when to stop."))
    if isinstance(document, Routine):
        found += _steps(document)
    if isinstance(document, Article):
        found += _claims(document)
    if pictures is not None:
        found += _pictures(document, pictures)
    return found


def cited(text: str) -> list[str]:
    """Name the references that a text cites, in the order of their first citation."""
    return list(dict.fromkeys(CITATION.findall(text)))


def _review(document: Published) -> Iterator[Lack]:
    try:
        date.fromisoformat(document.review.on)
    except ValueError:
        yield Lack(("review", "on"), f"{document.review.on} is not a day of the calendar.")
    people: tuple[tuple[tuple[str, ...], Person], ...] = (
        (("author",), document.author), (("review", "by"), document.review.by),
    )  # fmt: skip
    for field, person in people:
        if person.demo and "demo" not in person.credentials.casefold():
            yield Lack((*field, "credentials"), f"{person.name} is a demo person: the credentials must say so.")  # fmt: skip
    if document.author.name.casefold() == document.review.by.name.casefold():
        yield Lack(("review", "by"), "The author cannot review their own text.")


def _references(document: Published) -> Iterator[Lack]:
    keys = [reference.key for reference in document.references]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            yield Lack(("references", index), f"The reference {key} is listed twice.")
    for key in cited(document.body):
        if key not in keys:
            yield Lack(("body",), f"The text cites {key}, which is not among the references.")
    for part in re.split(r"^## ", document.body, flags=re.MULTILINE):
        if EVIDENCE.search(part) and not CITATION.search(part):
            start = " ".join(part.split()[:6])
            yield Lack(("body",), f'The part "{start} …" speaks of evidence and cites none.')


def _claims(document: Article) -> Iterator[Lack]:
    if not document.claims_sourced:
        yield Lack(("claims_sourced",), "Health claims need their sources before this can be published.")  # fmt: skip
    if document.kind == "encyclopedia" and not cited(document.body):
        yield Lack(("references",), "An encyclopedia article cites at least one reference.")


def _wording(document: Published) -> Iterator[Lack]:
    for field, text in _texts(document.model_dump(mode="json"), ()):
        if field[:1] == ("references",):
            continue  # titles of other people's work
        for rule in CURE_WORDING:
            match = rule.search(text)
            if match:
                yield Lack(field, f'"{match.group()}" promises a cure: say what it is for instead.')  # fmt: skip


def _texts(value: object, field: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:  # fmt: skip
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, (*field, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*field, index))


def _relations(document: Published) -> Iterator[Lack]:
    for index, call in enumerate(document.calls):
        if call.kind == "booking" and not (call.target or "").startswith("https://"):
            yield Lack(("calls", index, "target"), "A booking needs an https:// address.")
        if call.kind == "article" and not call.target:
            yield Lack(("calls", index, "target"), "Say which article this leads to.")


def _steps(document: Routine) -> Iterator[Lack]:
    seen: set[str] = set()
    for part, section in enumerate(document.sections):
        for place, step in enumerate(section.steps):
            field = ("sections", part, "steps", place)
            if step.key in seen:
                yield Lack((*field, "key"), f"There are two steps with the key {step.key}.")
            seen.add(step.key)
            start, end = step.clip_start_ms, step.clip_end_ms
            if start is not None and end is not None and end <= start:
                yield Lack((*field, "clip_end_ms"), "The clip ends before it starts.")


def _pictures(document: Published, pictures: Mapping[str, str]) -> Iterator[Lack]:
    for field, text in _texts(document.model_dump(mode="json"), ()):
        if field[-1] not in ("picture", "poster"):
            continue
        if text not in pictures:
            yield Lack(field, f"There is no picture named {text}.")
        elif not pictures[text].strip():
            yield Lack(field, f"The picture {text} has no alternative text.")
