"""Import and export content packs: all of a pack is checked before anything of it is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from routines.library import publishing, service, vocabulary
from routines.library.documents import Published, Routine
from routines.packs.checking import ALONE, Around, checked
from routines.packs.files import Pack
from routines.packs.sources import Problem
from routines.packs.text import write_entry, write_places, write_words
from routines.toolbox.service import component_names
from routines.videos import service as videos
from storefront.public import ShopError

Key = tuple[str, str]  # kind and slug


class PackRefused(ShopError):
    """Raised when a pack has problems; nothing of it has been imported."""

    title = "The content pack has problems"

    def __init__(self, found: list[Problem]) -> None:
        super().__init__("\n".join(map(str, found)))
        self.problems = found


@dataclass(frozen=True)
class Imported:
    """How many entries a pack holds, how many entries and words are new or changed, and how many left."""

    entries: int
    changed: int
    retired: int = 0


@dataclass(frozen=True)
class Change:
    """What an import would do with one entry or word: new, changed or retired."""

    kind: str
    slug: str
    what: str

    def __str__(self) -> str:
        return f"{self.what}: {self.kind.replace('_', ' ')} {self.slug}"


def around(db: Session, *, entries: bool = True) -> Around:
    """Tell what the shop has, which a pack may point at.

    Args:
        db: a session.
        entries: also the routines, programmes and articles that are published.
    """
    return Around(
        components=component_names(db).keys() or None, words=vocabulary.everything(db),
        places={part.slug for part in service.body_parts(db)},
        entries={(card.kind, card.slug) for card in service.cards(db)} if entries else frozenset(),
        films=videos.owners(db) if entries else {},
    )  # fmt: skip


def check(folder: Path, shop: Around = ALONE) -> list[Problem]:
    """List everything that is wrong in a pack, alone or beside what a shop has."""
    return checked(folder, shop)[1]


def ready(db: Session, folder: Path, *, prune: bool = False) -> Pack:
    """Read a pack of which everything may be imported.

    Raises:
        PackRefused: something in it is wrong.
    """
    pack, found = checked(folder, around(db, entries=not prune))
    if found:
        raise PackRefused(found)
    return pack


def import_(db: Session, folder: Path, *, prune: bool = False) -> Imported:
    """Publish what a pack holds, in the running transaction; the same pack again changes nothing.

    Raises:
        PackRefused: something in it is wrong; nothing has been written.
    """
    pack = ready(db, folder, prune=prune)
    changed = bring_words(db, pack) + bring(db, pack, list(pack.documents))
    return Imported(len(pack.documents), changed, take_away(db, pack) if prune else 0)


def bring_words(db: Session, pack: Pack) -> int:
    """Store a pack's places and vocabulary, and tell how many of them changed."""
    changed = int(publishing.publish_body_parts(db, pack.places))
    return changed + sum(vocabulary.store(db, kind, words.values()) for kind, words in pack.words.items())  # fmt: skip


def bring(db: Session, pack: Pack, keys: Sequence[Key]) -> int:
    """Publish some entries of a pack, each whole, and tell how many changed."""
    positions = {key: position for position, key in enumerate(pack.documents)}
    return sum(put(db, *key, pack.documents[key], position=positions[key]) for key in keys)


def put(
    db: Session, kind: str, slug: str, document: Published, *, position: int | None = None
) -> bool:
    """Publish an entry that has been checked, with its video, and tell whether it changed."""
    has_changed = publishing.publish(db, kind, slug, document, position=position, is_checked=True)  # fmt: skip
    if isinstance(document, Routine) and has_changed:
        videos.store(db, service.find_routine(db, slug).id, document.video)
    return has_changed


def retire(db: Session, kind: str, slug: str) -> None:
    """Take an entry and its video from the readers; its revisions stay.

    Raises:
        NotFound: nothing is published there.
    """
    if kind == "routine":
        videos.store(db, service.find_routine(db, slug).id, None)
    publishing.retire(db, kind, slug)


def take_away(db: Session, pack: Pack) -> int:
    """Retire the entries and forget the words that a pack no longer has; tell how many."""
    gone = _gone(db, pack)
    for kind, slug in gone:
        retire(db, kind, slug)
    kept = {kind: words for kind, words in pack.words.items() if words}
    return len(gone) + sum(vocabulary.keep_only(db, kind, words) for kind, words in kept.items())  # fmt: skip


def changes(db: Session, pack: Pack, *, prune: bool = False) -> list[Change]:
    """List what an import of this pack would do, without doing any of it."""
    published = {(one.kind, one.slug): one.document for one in service.all_documents(db)}
    words = vocabulary.everything(db)
    there = {(kind, slug): word for kind, found in words.items() for slug, word in found.items()}  # fmt: skip
    brought = {(kind, slug): word for kind, found in pack.words.items() for slug, word in found.items()}  # fmt: skip
    found = []
    for old, new in ((there, brought), (published, pack.documents)):
        for key, document in new.items():
            if old.get(key) != document:
                found.append(Change(*key, "changed" if key in old else "new"))
    return found + [Change(*key, "retired") for key in (_gone(db, pack) if prune else ())]


def export(db: Session, folder: Path) -> int:
    """Write everything that is published as a pack, and tell how many entries that is."""
    write_places(folder, service.body_parts(db))
    words = vocabulary.everything(db)
    write_words(folder, words)
    found = service.all_documents(db)
    for entry in found:
        write_entry(folder, entry.kind, entry.slug, entry.document, words)
    return len(found)


def _gone(db: Session, pack: Pack) -> list[Key]:
    published = [(card.kind, card.slug) for card in service.cards(db)]
    return [key for key in published if key not in pack.documents]
