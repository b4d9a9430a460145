"""What a packing slip says of routines: which one a tool was bought for, and where to begin with it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from routines.library import service as library
from routines.library.models import Entry
from routines.toolbox import lacks as lacking
from routines.toolbox.coverage import Lacks
from routines.toolbox.service import cards_of
from storefront.public import FirstSession, PackedGoods, PackingNote

LEVELS = ("beginner", "intermediate", "advanced")


def notes(db: Session, lines: Sequence[PackedGoods]) -> list[PackingNote]:
    """Name the routine of each line, and for each of its parts the gentlest routine to begin with."""
    parts = frozenset[str]().union(*(line.components for line in lines))
    begin = _first_sessions(db, parts) if parts else {}
    named = titles(db, [line.for_routine for line in lines if line.for_routine])
    return [
        PackingNote(
            line.sku, line.for_routine, named.get(line.for_routine or "", ""),
            tuple(dict.fromkeys(begin[part] for part in line.components if part in begin)),
        )
        for line in lines
    ]  # fmt: skip


def titles(db: Session, slugs: Sequence[str]) -> dict[str, str]:
    """Name routines."""
    wanted = (Entry.kind == "routine") & Entry.slug.in_(slugs)
    return {card.slug: card.title for card in library.cards(db, wanted)} if slugs else {}


def _first_sessions(db: Session, parts: frozenset[str]) -> dict[str, FirstSession]:
    """Choose the gentlest routine of each part; one that needs nothing else beats all others."""
    seen = lacking.survey(db, parts, parts)
    found: dict[str, FirstSession] = {}
    ranked = sorted(
        cards_of(db, list(seen.users)), key=lambda card: _gentleness(card, seen.lacks)
    )
    for card in ranked:
        for part in seen.users[card.id]:
            found.setdefault(part, FirstSession(card.title, f"/routines/{card.slug}/play"))
    return found


def _gentleness(card: library.Card, lacks: Lacks) -> tuple[int, int, int]:
    level = str(card.facts.get("level", ""))
    place = LEVELS.index(level) if level in LEVELS else len(LEVELS)
    return len(lacks.get(card.id, ())), place, card.minutes or 0
