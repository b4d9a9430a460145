"""What somebody who owns these parts can do, and what is missing: pure rules."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal, NamedTuple

from routines.library.pieces import StandIn
from routines.library.tools import Need


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether the required parts of a routine are at hand."""

    state: Literal["ready", "with_stand_in", "missing"]
    missing: tuple[str, ...] = ()  # components with nothing to stand in for them
    standing_in: tuple[tuple[str, StandIn], ...] = ()  # component and what does its job


READY = Coverage("ready")


class Lack(NamedTuple):
    """A required part that is not owned."""

    component: str
    instead: StandIn | None  # the best that is at hand
    others: frozenset[str]  # all components that could stand in


Lacks = Mapping[int, list[Lack]]  # by routine; one that lacks nothing is not in it


class Instead(NamedTuple):
    """What can stand in for a part: the best that is at hand, and all components that could."""

    best: StandIn | None
    components: frozenset[str]


def instead(stand_ins: Sequence[StandIn], owned: Set[str]) -> Instead:
    """Find what is at hand: an owned part, or a household thing that is more than makeshift."""
    usable = [one for one in stand_ins if _at_hand(one, owned)]
    others = frozenset(one.component for one in stand_ins if one.component)
    return Instead(min(usable, key=_rank, default=None), others)


def lacked(owned: Set[str], needs: Iterable[Need]) -> list[Lack]:
    """List what is required and not owned; optional parts are never lacked."""
    return [
        lack(need.component, instead(need.stand_ins, owned))
        for need in needs
        if need.role == "required" and need.component not in owned
    ]


def lack(component: str, others: Instead) -> Lack:
    """Say of a part that it is not owned, and what is at hand instead."""
    return Lack(component, others.best, others.components)


def judge(lacks: Iterable[Lack]) -> Coverage:
    """Tell what can be done although this is lacked."""
    missing, standing_in = [], []
    for one in lacks:
        if one.instead is None:
            missing.append(one.component)
        else:
            standing_in.append((one.component, one.instead))
    if missing:
        return Coverage("missing", tuple(missing), tuple(standing_in))
    return Coverage("with_stand_in", (), tuple(standing_in)) if standing_in else READY


def coverage(owned: Set[str], needs: Iterable[Need]) -> Coverage:
    """Compare what is owned with what is required."""
    return judge(lacked(owned, needs))


def is_closed(lacks: Iterable[Lack]) -> bool:
    """Tell whether something is lacked that nothing at hand stands in for."""
    return any(one.instead is None for one in lacks)


def filled(lacks: Sequence[Lack], components: Set[str]) -> bool:
    """Tell whether these parts, bought or made, leave nothing missing."""
    return all(
        one.component in components or not one.others.isdisjoint(components)
        for one in lacks
        if one.instead is None
    )


def _at_hand(stand_in: StandIn, owned: Set[str]) -> bool:
    if stand_in.component:
        return stand_in.component in owned
    return stand_in.fit != "makeshift"


def _rank(stand_in: StandIn) -> int:
    return ("good", "ok", "makeshift").index(stand_in.fit)
