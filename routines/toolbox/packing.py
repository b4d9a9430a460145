"""What a packing slip says of routines: which one a tool was bought for, and where to begin with it."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from routines.library import service as library
from routines.library.models import Entry
from routines.toolbox.service import Opened, opened_by
from storefront.public import FirstSession, PackedGoods, PackingNote

LEVELS = ("beginner", "intermediate", "advanced")


def notes(db: Session, lines: Sequence[PackedGoods]) -> list[PackingNote]:
    """Name the routine of each line, and for each of its parts the gentlest routine to begin with."""
    parts = frozenset().union(*(line.components for line in lines))
    opened = opened_by(db, parts) if parts else []
    begin = {part: _first(opened, part, parts) for part in parts}
    titles = _titles(db, lines)
    return [
        PackingNote(
            line.sku, line.for_routine, titles.get(line.for_routine or "", ""),
            tuple(dict.fromkeys(found for part in line.components if (found := begin[part]))),
        )
        for line in lines
    ]  # fmt: skip


def _titles(db: Session, lines: Sequence[PackedGoods]) -> Mapping[str, str]:
    slugs = {line.for_routine for line in lines if line.for_routine}
    wanted = (Entry.kind == "routine") & Entry.slug.in_(slugs)
    return {card.slug: card.title for card in library.cards(db, wanted)} if slugs else {}


def _first(opened: Sequence[Opened], part: str, parts: frozenset[str]) -> FirstSession | None:
    """Choose the gentlest routine of a part; one that needs nothing else beats all others."""
    using = [
        one
        for one in opened
        if one.card.kind == "routine" and any(need.component == part for need in one.needs)
    ]
    if not using:
        return None
    best = min(using, key=lambda one: (len(set(one.also) - parts), *_gentleness(one)))
    return FirstSession(best.card.title, f"/routines/{best.card.slug}/play")


def _gentleness(one: Opened) -> tuple[int, int]:
    level = str(one.card.facts.get("level", ""))
    return LEVELS.index(level) if level in LEVELS else len(LEVELS), one.card.minutes or 0
