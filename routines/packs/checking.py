"""Everything that is asked of a pack before anything of it is written."""

import json
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path

from routines.library.documents import Routine
from routines.library.rules.problems import Known, problems, word_problems
from routines.library.vocabulary import Vocabulary
from routines.packs.files import PLACE, Pack, read
from routines.packs.sources import Problem
from routines.packs.words import NONE

MEDIA, CLIPS = "media/media.json", "media/clips.json"


@dataclass(frozen=True)
class Around:
    """What a shop has besides the pack, which the pack may point at."""

    components: AbstractSet[str] | None = None  # not checked when it is None
    words: Vocabulary | None = None
    places: AbstractSet[str] = frozenset()
    entries: AbstractSet[tuple[str, str]] = frozenset()  # kind and slug
    films: Mapping[str, str] = field(default_factory=dict)  # as in `Known`


ALONE = Around()


def checked(folder: Path, around: Around = ALONE) -> tuple[Pack, list[Problem]]:
    """Read a pack, and list everything that is wrong in it."""
    words = around.words or NONE
    pack, found = read(folder, words)
    pictures, wrong = _pictures(folder)
    known = _known(pack, around, words)
    found += [*wrong, *_words(pack, pictures, known), *_tree(pack, around.places)]
    for key, document in pack.documents.items():
        lacks = problems(document, pictures, replace(known, own=key))
        found += [pack.sources[key].problem(lack.field, lack.sentence) for lack in lacks]
    return pack, found


def _words(pack: Pack, pictures: Mapping[str, str] | None, known: Known) -> Iterator[Problem]:
    for kind, words in pack.words.items():
        for slug, word in words.items():
            source = pack.sources[kind, slug]
            for lack in word_problems(word, pictures, known):
                yield source.problem(lack.field, lack.sentence)
            if kind == "tool_care" and known.components and slug not in known.components:
                yield source.problem(("slug",), f"The shop has no component named {slug}.")


def _known(pack: Pack, around: Around, words: Vocabulary) -> Known:
    """Name what the pack may point at; a vocabulary that nobody has yet is not asked for."""
    every = {kind: {**words.get(kind, {}), **own} for kind, own in pack.words.items()}
    return Known(
        components=around.components, body_parts={place.slug for place in pack.places} | around.places,
        muscles=every["muscle"].keys() or None, conditions=every["condition"].keys() or None,
        points=every["point"] or None, exercises=every["exercise"] or None,
        entries=pack.documents.keys() | around.entries, films=_films(pack, around.films),
    )  # fmt: skip


def _films(pack: Pack, others: Mapping[str, str]) -> dict[str, str]:
    """Name the routine of each film and file; what the pack says of a routine counts before what is there."""
    found = {name: slug for name, slug in others.items() if ("routine", slug) not in pack.documents}  # fmt: skip
    for (_, slug), document in pack.documents.items():
        video = document.video if isinstance(document, Routine) else None
        for name in video.names if video else ():
            found.setdefault(name, slug)
    return found


def _tree(pack: Pack, others: AbstractSet[str]) -> Iterator[Problem]:
    """Name places whose parent is not there, or which are part of themselves."""
    parents = {place.slug: place.parent for place in pack.places}
    for slug, parent in parents.items():
        source = pack.sources[PLACE, slug]
        if parent is not None and parent not in parents and parent not in others:
            yield source.problem(("parent",), f"There is no body part named {parent}.")
        seen, above = {slug}, parent
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == slug:
            yield source.problem(("parent",), f"{slug} is part of itself.")


def _pictures(folder: Path) -> tuple[dict[str, str] | None, list[Problem]]:
    """Read the alternative texts of the pack's pictures and clips, when it brings any."""
    pictures, wrong = _texts(folder, MEDIA)
    if pictures is None:
        return None, wrong
    clips, wrong = _texts(folder, CLIPS)
    return {**pictures, **(clips or {})}, wrong


def _texts(folder: Path, name: str) -> tuple[dict[str, str] | None, list[Problem]]:
    file = folder / name
    if not file.is_file():
        return None, []
    try:
        content = json.loads(file.read_text("utf-8"))
        return {name: str(facts["alt"]) for name, facts in content.items()}, []
    except json.JSONDecodeError as error:
        return None, [Problem(name, error.lineno, "", f"This is not JSON: {error.msg}.")]
    except (AttributeError, KeyError, TypeError, UnicodeDecodeError, RecursionError):
        return None, [Problem(name, None, "", "Each of them is a name with its facts, among them `alt`.")]  # fmt: skip
