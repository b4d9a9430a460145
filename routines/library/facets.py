"""What a list of routines can be narrowed by, and how many each choice would leave."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Values = Mapping[str, frozenset[str]]

GROUPS = ("body_part", "action", "tool", "minutes", "level", "goal")
LEVELS = ("beginner", "intermediate", "advanced")
BANDS = (("up-to-5", 5), ("6-to-10", 10), ("11-to-20", 20))
LONGEST = "over-20"


@dataclass(frozen=True)
class Choice:
    """One value of a group, how many routines it would leave, and whether it is chosen."""

    group: str
    value: str
    count: int
    is_chosen: bool


def band(minutes: int | None) -> str | None:
    """Name the band of a length in minutes."""
    if minutes is None:
        return None
    return next((name for name, most in BANDS if minutes <= most), LONGEST)


def matching(facets: Mapping[int, Values], wanted: Values) -> list[int]:
    """Keep what has one of the chosen values in every group; the order stays."""
    return [key for key, values in facets.items() if _fits(values, wanted)]


def choices(facets: Mapping[int, Values], wanted: Values) -> list[Choice]:
    """Count each value of each group against what the other groups leave; empty ones go."""
    found = []
    for group in GROUPS:
        others = {name: values for name, values in wanted.items() if name != group}
        left = [facets[key] for key in matching(facets, others)]
        chosen = wanted.get(group, frozenset())
        values = {value for one in left for value in one.get(group, ())} | chosen
        for value in sorted(values):
            count = sum(value in one.get(group, ()) for one in left)
            found.append(Choice(group, value, count, value in chosen))
    return found


def ways_back(facets: Mapping[int, Values], wanted: Values) -> list[Choice]:
    """Tell for each chosen value how many routines there would be without it."""
    return [
        Choice(group, value, len(matching(facets, without(wanted, group, value))), True)
        for group, values in wanted.items()
        for value in sorted(values)
    ]


def without(wanted: Values, group: str, value: str) -> dict[str, frozenset[str]]:
    """Take one value out of a choice."""
    return dict(wanted) | {group: wanted[group] - {value}}


def grouped(rows: Iterable[tuple[int, str, str]]) -> dict[int, dict[str, frozenset[str]]]:
    """Gather rows of (entry, group, value) by entry; the order of entries stays."""
    found: dict[int, dict[str, frozenset[str]]] = {}
    for key, group, value in rows:
        values = found.setdefault(key, {})
        values[group] = values.get(group, frozenset()) | {value}
    return found


def _fits(values: Values, wanted: Values) -> bool:
    return all(
        not chosen or chosen & values.get(group, frozenset())
        for group, chosen in wanted.items()
    )
