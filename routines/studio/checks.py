"""What keeps a draft from being published, field by field and in sentences."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.library import service, vocabulary
from routines.library.documents import Published
from routines.library.models import BodyPart, Term
from routines.library.rules.problems import Known, Lack, problems
from routines.library.rules.wording import CURE_WORDING
from routines.library.service import KINDS
from routines.studio.typed import Raw
from routines.toolbox.service import component_names
from routines.videos import service as videos
from storefront.public import all_clips, all_pictures

TO_COME = {"by": {"name": "The reviewer to come", "credentials": "Not reviewed yet"}}
MISSING = "This is missing."
SENTENCES = {
    "missing": MISSING,
    "string_too_short": MISSING,
    "string_too_long": "At most {max_length} characters, please.",
    "literal_error": "Choose one of the list.",
    "int_parsing": "Enter a whole number.",
    "int_type": "Enter a whole number.",
    "int_from_float": "Enter a whole number.",
    "greater_than_equal": "At least {ge}, please.",
    "less_than_equal": "At most {le}, please.",
    "too_short": "Add at least one.",
    "model_type": "This is not filled in as it has to be.",
    "model_attributes_type": "This is not filled in as it has to be.",
    "extra_forbidden": "The document has no such field.",
    "bool_parsing": "Tick it or leave it.",
    "bool_type": "Tick it or leave it.",
}
PATTERNS = {
    r"^\d{4}-\d{2}-\d{2}$": "Enter a day such as 2026-11-20.",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "Use small letters, digits and single hyphens.",
}


@dataclass(frozen=True)
class Facts:
    """What a document may point at: names by slug for the form, and what the rules ask."""

    places: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]  # of the vocabulary: kind, slug, name
    components: Mapping[str, str]
    pictures: Mapping[str, str]  # alternative texts by name
    clips: Mapping[str, str]
    entries: Mapping[tuple[str, str], str]  # titles by kind and slug
    known: Known


@dataclass(frozen=True)
class Checked:
    """A draft as a document, when it is a whole one, and what is wrong with it."""

    document: Published | None
    lacks: tuple[Lack, ...]


def facts_of(db: Session) -> Facts:
    """Look up everything that a document may point at, in six statements."""
    words: dict[str, dict[str, str]] = {kind: {} for kind in vocabulary.SHAPES}
    rows = db.execute(select(Term.kind, Term.slug, Term.name).order_by(Term.position, Term.id))
    for kind, slug, name in rows:
        words[kind][slug] = name
    listed = select(BodyPart.slug, BodyPart.name).order_by(BodyPart.position, BodyPart.slug)
    places = dict(db.execute(listed).all())
    entries = {(card.kind, card.slug): card.title for card in service.cards(db)}
    components = component_names(db)
    known = Known(
        components=components.keys(), body_parts=places.keys(), muscles=words["muscle"].keys() or None,
        conditions=words["condition"].keys() or None, points=vocabulary.terms(db, "point") or None,
        exercises=vocabulary.terms(db, "exercise") or None, entries=entries.keys(), films=videos.owners(db),
    )  # fmt: skip
    pictures = {name: picture.alt for name, picture in all_pictures().items()}
    clips = {name: clip.alt for name, clip in all_clips().items()}
    return Facts(places, words, components, pictures, clips, entries, known)


def check(kind: str, slug: str, raw: Raw, facts: Facts, today: date) -> Checked:
    """Check a draft; its review counts as given until somebody has to approve it."""
    content: dict[str, Any] = {**raw, "review": raw.get("review") or TO_COME | {"on": today.isoformat()}}  # fmt: skip
    try:
        document = KINDS[kind].model_validate(content)
    except ValidationError as error:
        return Checked(None, tuple(_once([*_unreadable(error), *_wording(raw, ())])))
    known = replace(facts.known, own=(kind, slug))
    return Checked(
        document, tuple(_once(problems(document, {**facts.pictures, **facts.clips}, known)))
    )


def _once(lacks: Collection[Lack]) -> list[Lack]:
    return list(dict.fromkeys(lacks))


def unreadable(error: ValidationError) -> list[Any]:
    """List what cannot be read; a list counts as too short only when nothing in it is wrong."""
    found = error.errors(include_url=False, include_input=False)
    ways = [one["loc"] for one in found]
    return [
        one for one in found
        if one["type"] != "too_short" or not any(way[: len(one["loc"])] == one["loc"] != way for way in ways)
    ]  # fmt: skip


def _unreadable(error: ValidationError) -> Iterator[Lack]:
    for wrong in unreadable(error):
        text = _sentence(wrong["type"], wrong["msg"], wrong.get("ctx", {}))
        yield Lack(tuple(wrong["loc"]), text)


def _sentence(kind: str, message: str, context: Mapping[str, Any]) -> str:
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(context["pattern"], "This is not written as it has to be.")
    if kind == "value_error":
        told = message.removeprefix("Value error, ")
        return f"{told[:1].upper()}{told[1:]}."
    return SENTENCES.get(kind, f"{message}.").format_map(context)


def _wording(value: object, way: tuple[str | int, ...]) -> Iterator[Lack]:
    """Look for promises of a cure in what is not a whole document yet."""
    if way[:1] == ("references",):
        return
    if isinstance(value, str):
        for match in CURE_WORDING.finditer(value):
            yield Lack(way, f'"{match.group()}" promises a cure: say what it is for instead.')
    pairs = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, inner in pairs:
        yield from _wording(inner, (*way, name))
