"""The parts of a list page, whatever it lists: options to tick, links and pages."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """One box to tick or line to choose, and how many things it leads to."""

    value: str
    label: str
    count: int | None = None
    checked: bool = False
    selected: bool = False


@dataclass(frozen=True)
class Group:
    """A named set of options."""

    name: str
    label: str
    options: tuple[Option, ...]
    kind: str = "checkbox"


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere."""

    label: str
    url: str
    current: bool = False
    number: int = 0


@dataclass(frozen=True)
class Pages:
    """Where the other pages of the list are."""

    links: tuple[Link, ...]
    next_url: str | None
    previous_url: str | None
    shown_text: str


def pages(at: Callable[[int], str], *, number: int, last: int, shown: int, total: int) -> Pages:
    """Link the pages of a list, of which `at` writes the addresses; one page alone needs none."""
    links = tuple(
        Link(str(each), at(each), each == number, each) for each in range(1, last + 1)
    )
    return Pages(
        links=links if last > 1 else (),
        next_url=at(number + 1) if number < last else None,
        previous_url=at(number - 1) if number > 1 else None,
        shown_text=f"{shown} of {total}",
    )
