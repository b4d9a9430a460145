"""What somebody who owns these parts can do, and what is missing: pure rules."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Literal

from routines.library.documents import StandIn
from routines.library.tools import Need


@dataclass(frozen=True)
class Coverage:
    """Whether the required parts of a routine are at hand."""

    state: Literal["ready", "with_stand_in", "missing"]
    missing: tuple[str, ...] = ()  # components with nothing to stand in for them
    standing_in: tuple[tuple[str, StandIn], ...] = ()  # component and what does its job


def coverage(owned: Set[str], needs: Iterable[Need]) -> Coverage:
    """Compare what is owned with what is required; optional parts never make one miss.

    A part that is not owned is stood in for by an owned part, or by a household thing that
    is more than makeshift.
    """
    missing, standing_in = [], []
    for need in needs:
        if need.role != "required" or need.component in owned:
            continue
        usable = [one for one in need.stand_ins if _at_hand(one, owned)]
        if usable:
            standing_in.append((need.component, min(usable, key=_rank)))
        else:
            missing.append(need.component)
    if missing:
        return Coverage("missing", tuple(missing), tuple(standing_in))
    if standing_in:
        return Coverage("with_stand_in", (), tuple(standing_in))
    return Coverage("ready")


def opens(components: Set[str], needs: Iterable[Need]) -> bool:
    """Tell whether a routine requires any of these parts."""
    return any(need.role == "required" and need.component in components for need in needs)


def _at_hand(stand_in: StandIn, owned: Set[str]) -> bool:
    if stand_in.component:
        return stand_in.component in owned
    return stand_in.fit != "makeshift"


def _rank(stand_in: StandIn) -> int:
    return ("good", "ok", "makeshift").index(stand_in.fit)
