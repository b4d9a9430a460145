"""Which film a tool opens for its owner, for whoever has just bought it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.library.models import Entry, Need
from routines.videos import service
from routines.videos.models import VideoAsset
from storefront.public import PackedGoods, PackingNote


@dataclass(frozen=True)
class Opened:
    """A routine whose film is open to who owns a part of it."""

    slug: str
    entry_id: int
    part: str


def with_films(
    db: Session, notes: Sequence[PackingNote], lines: Sequence[PackedGoods]
) -> list[PackingNote]:
    """Add to each line the routine whose film it opens: the one it was bought for, or else the first."""
    parts = frozenset[str]().union(*(line.components for line in lines))
    found = _opened(db, parts) if parts else []
    return [
        replace(note, film=_film(db, found, line))
        for note, line in zip(notes, lines, strict=True)
    ]


def _film(db: Session, found: Sequence[Opened], line: PackedGoods) -> str:
    mine = [one for one in found if one.part in line.components]
    for one in sorted(mine, key=lambda one: one.slug != line.for_routine):
        seen = service.of_entry(db, one.entry_id)
        if seen and seen[1]:
            return f"/routines/{one.slug}#gate"
    return ""


def _opened(db: Session, parts: Collection[str]) -> list[Opened]:
    """List what owning one of these parts opens, and is not open to everybody; in their order."""
    wanted = (
        select(Entry.slug, Entry.id, Need.component, VideoAsset.opens_for)
        .join(VideoAsset, VideoAsset.entry_id == Entry.id)
        .join(Need, Need.entry_id == Entry.id)
        .where(Need.role == "required", Need.component.in_(parts))
        .order_by(Entry.position, Entry.id, Need.component)
    )
    return [
        Opened(slug, entry, part)
        for slug, entry, part, opens_for in db.execute(wanted)
        if "owns" in opens_for and "open" not in opens_for
    ]
