"""Content packs on disk: one Markdown file for each entry, lists of words, the places on the body."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from routines.library.documents import BodyPart, Published
from routines.library.service import KINDS
from routines.library.vocabulary import SHAPES, Vocabulary, Word
from routines.packs import body_map
from routines.packs.sources import Field, Problem, Source, Unreadable, load, load_entry
from routines.packs.words import NONE, resolve

__all__ = ["Field", "Pack", "Problem", "Source", "read"]

BODY_PARTS = "body-parts.yaml"
LISTS = {"muscles.yaml": "muscle", "people.yaml": "person", "tool-care.yaml": "tool_care"}
WORD_FOLDERS = {"points": "point", "conditions": "condition", "exercises": "exercise"}
FOLDERS = {f"{kind}s": kind for kind in KINDS}
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PLACE = "body_part"  # what places are kept under among the sources


@dataclass
class Pack:
    """What a folder holds."""

    places: tuple[BodyPart, ...] = ()
    words: dict[str, dict[str, Any]] = field(default_factory=lambda: {kind: {} for kind in SHAPES})  # fmt: skip
    documents: dict[tuple[str, str], Published] = field(default_factory=dict)  # kind and slug
    sources: dict[tuple[str, str], Source] = field(default_factory=dict)


def read(folder: Path, words: Vocabulary = NONE) -> tuple[Pack, list[Problem]]:
    """Read a folder as far as it can be understood, and say what cannot.

    Args:
        folder: the pack.
        words: the vocabulary that is known besides the pack's own.
    """
    pack, found = Pack(), []
    if not any((folder / name).exists() for name in (BODY_PARTS, *LISTS, *WORD_FOLDERS, *FOLDERS)):  # fmt: skip
        found.append(Problem(str(folder), None, "", "There is no content pack in this folder."))
    found += _places(pack, folder)
    for name, kind in LISTS.items():
        found += _list(pack, kind, folder / name)
    for name, kind in WORD_FOLDERS.items():
        for file in sorted((folder / name).glob("*.md")):
            found += _word(pack, kind, file, f"{name}/{file.name}")
    found += _mapped(pack, folder)
    known = {kind: {**words.get(kind, {}), **pack.words[kind]} for kind in SHAPES}
    for name, kind in FOLDERS.items():
        for file in sorted((folder / name).glob("*.md")):
            found += _entry(pack, kind, file, f"{name}/{file.name}", known)
    return pack, found


def _places(pack: Pack, folder: Path) -> Iterator[Problem]:
    for source, place in _listed(folder / BODY_PARTS, BodyPart):
        if isinstance(place, Problem):
            yield place
        elif (PLACE, place.slug) in pack.sources:
            yield source.problem(("slug",), f"There are two with the name {place.slug}.")
        else:
            pack.places += (place,)
            pack.sources[PLACE, place.slug] = source


def _mapped(pack: Pack, folder: Path) -> list[Problem]:
    """Say where points and places lie on the pictures of the body."""
    points = pack.words["point"]
    placed = body_map.read(folder, points, {place.slug for place in pack.places})
    for slug in points.keys() & placed.points.keys():
        points[slug] = points[slug].model_copy(update={"spot": placed.points[slug]})
    pack.places = tuple(
        place.model_copy(update={"spots": placed.places.get(place.slug, place.spots)})
        for place in pack.places
    )
    return placed.problems


def _list(pack: Pack, kind: str, file: Path) -> Iterator[Problem]:
    for source, word in _listed(file, SHAPES[kind]):
        if isinstance(word, Problem):
            yield word
        elif not word.slug:
            yield source.problem(("slug",), "Field required")
        elif word.slug in pack.words[kind]:
            yield source.problem(("slug",), f"There are two with the name {word.slug}.")
        else:
            pack.words[kind][word.slug] = word
            pack.sources[kind, word.slug] = source


def _listed(file: Path, shape: type[BaseModel]) -> Iterator[tuple[Source, Any]]:
    """Give each document of a list, or what is wrong with it, with where it stands."""
    if not file.exists():
        return
    try:
        source, content = load(file, file.name)
    except Unreadable as refused:
        yield Source(file.name), refused.problem
        return
    if not isinstance(content, list | None):
        yield source, Problem(file.name, 1, "", "The file holds a list: each entry begins with a hyphen.")  # fmt: skip
        return
    for index, one in enumerate(content or ()):
        here = replace(source, prefix=(index,))
        try:
            yield here, shape.model_validate(one)
        except ValidationError as error:
            yield from ((here, problem) for problem in here.explained(error))


def _word(pack: Pack, kind: str, file: Path, name: str) -> Sequence[Problem]:
    """Read one word of the vocabulary; its file's name is its slug."""
    shape: type[Word] = SHAPES[kind]
    try:
        source, content = _opened(file, name)
        if not (content["body"] or "body" in shape.model_fields):
            del content["body"]
        pack.words[kind][file.stem] = shape.model_validate(_told(content, kind, file.stem))
    except Unreadable as refused:
        return [refused.problem]
    except ValidationError as error:
        return list(source.explained(error))
    pack.sources[kind, file.stem] = source
    return []


def _told(content: dict[str, Any], kind: str, slug: str) -> dict[str, Any]:
    """Add what the file's name says, and an exercise's title where it is the name."""
    exercise = content.get("exercise")
    if kind == "exercise" and isinstance(exercise, dict):
        title = {"title": content["name"]} if "name" in content else {}
        content = content | {"exercise": {**title, **exercise, "slug": slug}}
    return content | {"slug": slug}


def _entry(
    pack: Pack, kind: str, file: Path, name: str, words: Vocabulary
) -> Sequence[Problem]:
    try:
        source, content = _opened(file, name)
        wrong = [source.problem(*one) for one in resolve(content, words)]
        if wrong:
            return wrong
        pack.documents[kind, file.stem] = KINDS[kind].model_validate(content)
    except Unreadable as refused:
        return [refused.problem]
    except ValidationError as error:
        return list(source.explained(error))
    pack.sources[kind, file.stem] = source
    return []


def _opened(file: Path, name: str) -> tuple[Source, dict[str, Any]]:
    if not NAME.fullmatch(file.stem) or len(file.stem) > 80:
        raise Unreadable(Problem(name, None, "", "A file name is made of small letters, digits and single hyphens, 80 at most."))  # fmt: skip
    return load_entry(file, name)
