"""When a routine is meant for: its own schedule's other occasions, and the conditions it is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from routines.library.documents import Routine
from routines.library.dosage import dosage_text
from storefront.public import Link

WORDS = {
    "relief": "While it bothers you", "prevention": "To prevent it", "warm_up": "As a warm-up", "recovery": "To recover",
}  # fmt: skip


@dataclass(frozen=True)
class Occasion:
    """Another use of the same routine; `schedule` is empty when nothing is stated."""

    label: str
    schedule: str
    note: str
    url: str  # of the player, in the version for it


def occasions(routine: Routine, slug: str) -> tuple[Occasion, ...]:
    """Write down what else a routine is used for."""
    return tuple(
        Occasion(
            WORDS[mode.context], dosage_text(mode.schedule), mode.note or "",
            url_for("routines_player.play_page", slug=slug, profile=None if mode.profile == "full" else mode.profile),
        )
        for mode in routine.use_modes
    )  # fmt: skip


def good_for(routine: Routine, conditions: Mapping[str, Any]) -> list[Link]:
    """Link the conditions that a routine is for, as far as the vocabulary knows them."""
    known = (conditions[slug] for slug in routine.conditions if slug in conditions)
    return [Link(one.name, url_for("routines_body.condition_page", slug=one.slug)) for one in known]  # fmt: skip
