"""Two versions of a document side by side, as the lines of the file they would be exported to."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from routines.packs.text import page_text

AROUND = 2  # lines that stay, above and below what changed


@dataclass(frozen=True)
class Line:
    """One line: that stays, came or went; a gap stands for lines that are left out."""

    kind: Literal["same", "added", "removed", "gap"]
    text: str = ""


def lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Line, ...]:
    """Compare two documents; nothing when they say the same."""
    old, new = _text(before), _text(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    found: list[Line] = []
    for group in matcher.get_grouped_opcodes(AROUND):
        found += [Line("gap")] if found else []
        found += _group(group, old, new)
    return tuple(found)


def _group(
    group: list[tuple[str, int, int, int, int]], old: list[str], new: list[str]
) -> Iterator[Line]:
    for tag, old_from, old_to, new_from, new_to in group:
        if tag == "equal":
            yield from (Line("same", text) for text in old[old_from:old_to])
            continue
        yield from (Line("removed", text) for text in old[old_from:old_to])
        yield from (Line("added", text) for text in new[new_from:new_to])


def _text(content: Mapping[str, Any]) -> list[str]:
    """Write a document as lines; the fields keep one order, however they were typed."""
    return page_text(_ordered(content)).split("\n")


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value, key=_place)}
    return [_ordered(inner) for inner in value] if isinstance(value, list) else value


def _place(name: str) -> tuple[bool, str]:
    return name not in ("title", "name", "key"), name
