"""Check, import and export content packs; an import is all or nothing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from routines.library import publishing, service, vocabulary
from routines.library.documents import Programme, Routine, ToolNeed
from routines.library.problems import problems
from routines.packs.files import Field, Pack, Problem, read
from routines.packs.text import write_entry, write_places, write_words
from routines.packs.words import NONE
from routines.toolbox.service import component_names
from routines.videos import service as videos
from storefront.public import ShopError


class PackRefused(ShopError):
    """Raised when a pack has problems; nothing of it has been imported."""

    title = "The content pack has problems"

    def __init__(self, found: list[Problem]) -> None:
        super().__init__("\n".join(map(str, found)))
        self.problems = found


@dataclass(frozen=True)
class Imported:
    """How many entries a pack holds and how many of them are new or changed."""

    entries: int
    changed: int


def check(
    folder: Path,
    known_components: Mapping[str, str] | None = None,
    words: vocabulary.Vocabulary = NONE,
) -> list[Problem]:
    """List everything that is wrong in a pack.

    Args:
        folder: the pack.
        known_components: names of the shop's components by slug; without them those are not checked.
        words: the vocabulary that is known besides the pack's own.
    """
    return _checked(folder, known_components, words)[1]


def import_(db: Session, folder: Path) -> Imported:
    """Publish what a pack holds, in the running transaction; the same pack again changes nothing.

    Raises:
        PackRefused: something in it is wrong; nothing has been written.
    """
    pack, found = _checked(folder, component_names(db) or None, vocabulary.everything(db))
    if found:
        raise PackRefused(found)
    changed = int(publishing.publish_body_parts(db, pack.places))
    for kind, words in pack.words.items():
        changed += vocabulary.store(db, kind, words.values())
    for position, ((kind, slug), document) in enumerate(pack.documents.items()):
        changed += publishing.publish(db, kind, slug, document, position=position)
        if isinstance(document, Routine):
            videos.store(db, service.find_routine(db, slug).id, document.video)
    return Imported(len(pack.documents), changed)


def export(db: Session, folder: Path) -> int:
    """Write everything that is published as a pack, and tell how many entries that is."""
    write_places(folder, service.body_parts(db))
    words = vocabulary.everything(db)
    write_words(folder, words)
    found = service.all_documents(db)
    for entry in found:
        write_entry(folder, entry.kind, entry.slug, entry.document, words)
    return len(found)


def _checked(
    folder: Path, known: Mapping[str, str] | None, words: vocabulary.Vocabulary
) -> tuple[Pack, list[Problem]]:
    pack, found = read(folder, words)
    pictures = _pictures(folder)
    for (kind, slug), document in pack.documents.items():
        source = pack.sources[kind, slug]
        lacks = [(lack.field, lack.sentence) for lack in problems(document, pictures)]
        wrong = [*lacks, *_links(pack, kind, slug), *_components(pack, kind, slug, known)]
        found += [source.problem(where, reason) for where, reason in wrong]
    return pack, found


def _links(pack: Pack, kind: str, slug: str) -> Iterator[tuple[Field, str]]:
    """Name what an entry points at and the pack does not hold."""
    document = pack.documents[kind, slug]
    for index, link in enumerate(document.related):
        if (link.kind, link.slug) == (kind, slug):
            yield ("related", index), "It points at itself."
        elif (link.kind, link.slug) not in pack.documents:
            yield ("related", index), f"There is no {link.kind} named {link.slug}."
    if isinstance(document, Routine | Programme):
        places = {place.slug for place in pack.places}
        for index, name in enumerate(document.body_parts):
            if name not in places:
                yield ("body_parts", index), f"There is no body part named {name}."
    if isinstance(document, Programme):
        yield from _phases(pack, document)


def _phases(pack: Pack, programme: Programme) -> Iterator[tuple[Field, str]]:
    for index, phase in enumerate(programme.phases):
        for name in phase.routines:
            if ("routine", name) not in pack.documents:
                yield ("phases", index, "routines"), f"There is no routine named {name}."


def _components(
    pack: Pack, kind: str, slug: str, known: Mapping[str, str] | None
) -> Iterator[tuple[Field, str]]:
    """Name tools that the shop does not know."""
    document = pack.documents[kind, slug]
    if known is None or not isinstance(document, Routine):
        return
    for part, section in enumerate(document.sections):
        for place, step in enumerate(section.steps):
            for index, need in enumerate(step.tools):
                field = ("sections", part, "steps", place, "tools", index)
                for name in _named(need):
                    if name not in known:
                        yield field, f"The shop has no component named {name}."


def _named(need: ToolNeed) -> list[str]:
    names = (need.component, need.attachment, *(one.component for one in need.stand_ins))
    return [name for name in names if name]


def _pictures(folder: Path) -> dict[str, str] | None:
    """Read the alternative texts of the pack's pictures, when it brings any."""
    file = folder / "media" / "media.json"
    if not file.is_file():
        return None
    return {
        name: str(facts["alt"]) for name, facts in json.loads(file.read_text("utf-8")).items()
    }
