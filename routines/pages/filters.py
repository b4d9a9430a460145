"""The filter form of the list of routines: words, counts and addresses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from routines.library.cards import GOAL_WORDS
from routines.library.facets import BANDS, GROUPS, LEVELS, LONGEST, Choice, without
from routines.library.service import RoutineList
from storefront.public import Link, list_page

Wanted = Mapping[str, frozenset[str]]

LABELS = {
    "body_part": "Where", "action": "What you do", "tool": "Tool you use", "minutes": "How long", "level": "Level", "goal": "What for",
}  # fmt: skip
ACTIONS = {
    "press": "Press", "roll": "Roll", "stretch": "Stretch", "mobilise": "Mobilise", "strengthen": "Strengthen", "jump": "Jump",
}  # fmt: skip
MINUTES = {"up-to-5": "Up to 5 minutes", "6-to-10": "6 to 10 minutes", "11-to-20": "11 to 20 minutes", LONGEST: "Over 20 minutes"}  # fmt: skip
ORDER = {"action": tuple(ACTIONS), "minutes": (*(name for name, _ in BANDS), LONGEST), "level": LEVELS}  # fmt: skip


@dataclass(frozen=True)
class FilterForm:
    """Everything that the list shows beside its cards."""

    groups: tuple[list_page.Group, ...]
    applied: tuple[Link, ...]
    ways_back: tuple[Link, ...]
    clear_url: str
    count_text: str
    pages: list_page.Pages


def read(values_of: Callable[[str], list[str]]) -> dict[str, frozenset[str]]:
    """Read the chosen values of a query; at most eight of each group are believed."""
    return {group: frozenset(value[:80] for value in values_of(group)[:8] if value) for group in GROUPS}  # fmt: skip


def filter_form(
    found: RoutineList, wanted: Wanted, base: str, names: Mapping[str, str]
) -> FilterForm:
    """Put what was found into words and addresses below `base`.

    Args:
        found: the page of routines.
        wanted: the chosen values.
        base: the path of the list.
        names: names of places on the body and of tools, in the order of their options.
    """
    words = dict(names) | ACTIONS | MINUTES | GOAL_WORDS | {level: level.capitalize() for level in LEVELS}  # fmt: skip

    def label(choice: Choice) -> str:
        return words.get(choice.value) or choice.value.replace("-", " ")

    applied = [one for one in found.choices if one.is_chosen]
    ways = sorted((way for way in found.ways_back if way.count), key=lambda way: -way.count)
    return FilterForm(
        groups=tuple(_group(group, found, label, ORDER.get(group, list(names))) for group in GROUPS if _worth(group, found)),
        applied=tuple(Link(label(one), address(base, without(wanted, one.group, one.value))) for one in applied),
        ways_back=tuple(
            Link(f"Without “{label(way)}”: {count_text(way.count)}", address(base, without(wanted, way.group, way.value)))
            for way in ways
        ),
        clear_url=base, count_text=count_text(found.total), pages=_pages(found, wanted, base),
    )  # fmt: skip


def count_text(count: int) -> str:
    """Say how many routines there are."""
    return "1 routine" if count == 1 else f"{count} routines"


def address(base: str, wanted: Wanted, number: int = 1) -> str:
    """Write the address of a choice; the same choice has one address."""
    query = [
        (group, value) for group in GROUPS for value in sorted(wanted.get(group, frozenset()))
    ]
    query += [("page", str(number))] if number > 1 else []
    return f"{base}?{urlencode(query)}" if query else base


def _worth(group: str, found: RoutineList) -> bool:
    return any(choice.group == group for choice in found.choices)


def _group(
    group: str, found: RoutineList, label: Callable[[Choice], str], order: Sequence[str]
) -> list_page.Group:
    mine = [choice for choice in found.choices if choice.group == group]
    mine.sort(key=lambda one: (order.index(one.value) if one.value in order else len(order), label(one)))  # fmt: skip
    options = (
        list_page.Option(one.value, label(one), one.count, one.is_chosen) for one in mine
    )
    return list_page.Group(group, LABELS[group], tuple(options))


def _pages(found: RoutineList, wanted: Wanted, base: str) -> list_page.Pages:
    return list_page.pages(
        lambda number: address(base, wanted, number),
        number=found.number, last=found.pages, shown=len(found.cards), total=found.total,
    )  # fmt: skip
