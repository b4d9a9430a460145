"""What a visitor with tools is told on cards and product pages."""

from collections.abc import Mapping, Sequence

from routines.library.cards import listed
from routines.library.service import Card
from routines.library.tools import lower_first, spoken
from routines.toolbox.coverage import Coverage
from routines.toolbox.opening import Opening
from routines.toolbox.service import in_order

Names = Mapping[str, str]


def state_text(coverage: Coverage, names: Names, card: Card) -> str:
    """Write a coverage in a few words."""
    household = [lower_first(thing) for thing in card.facts.get("household", ())]
    if coverage.state == "missing":
        parts = in_order(coverage.missing, card)
        return f"Missing: {listed(spoken(part, names) for part in parts)}"
    if coverage.state == "with_stand_in":
        things = [one.household or spoken(one.component or "", names) for _, one in coverage.standing_in]  # fmt: skip
        household = [*dict.fromkeys(lower_first(thing) for thing in things), *household]
        return f"Ready with a stand-in: {listed(household)}"
    if not any(tool["role"] == "required" for tool in card.facts["tools"]) and not household:
        return "Ready: no tools needed"
    return f"Ready with your tools{f' and {listed(household)}' if household else ''}"


def routines(count: int, word: str = "") -> str:
    """Count routines."""
    return f"{count} {word}{'routine' if count == 1 else 'routines'}"


def opening_text(told: Opening, names: Names, *, has_tools: bool) -> str:
    """Say what buying a product opens; also when that is nothing."""
    if not told.using and not told.opened:
        return ""
    return _for_owner(told, names) if has_tools else _for_stranger(told, names)


def fact_text(told: Opening, *, has_tools: bool) -> str:
    """Say in a few words what a product does for routines, on its card."""
    if has_tools and told.is_owned:
        return "You own this"
    if has_tools and told.opened:
        return f"Opens {routines(len(told.opened), 'more ')} for you"
    return f"Used in {routines(len(told.using))}" if told.using else ""


def _for_stranger(told: Opening, names: Names) -> str:
    enough, together = len(told.enough), len(told.together)
    if not told.requiring:
        return _helps(told)
    how = "with stand-ins from home" if len(told.from_home) == enough else "by itself or with stand-ins from home"  # fmt: skip
    how = how if told.from_home else "by itself"
    if not together:
        return f"Opens {routines(enough)} {how}."
    first = f"Opens {routines(enough) if enough else 'no routine'} {how}, "
    return f"{first}{together} {'more ' if enough else ''}together with {_others(told, names)}."


def _for_owner(told: Opening, names: Names) -> str:
    if told.opened:
        return f"With what you own this opens {routines(len(told.opened), 'more ')}."
    if told.is_owned:
        return "This opens nothing new: you own what it brings."
    if not told.requiring:
        return _helps(told)
    if told.together:
        all_, need = ("its routine needs", "too") if len(told.requiring) == 1 else ("all of its routines need", "too")  # fmt: skip
        if told.already:
            all_ = "you can do some of its routines already, and the others need"
        return f"This alone opens nothing new: {all_} {_others(told, names)} {need}."
    return "This opens nothing new: with a stand-in you can do all of its routines already."


def _helps(told: Opening) -> str:
    return f"No routine needs it; it helps in {routines(len(told.using))}."


def _others(told: Opening, names: Names, most: int = 3) -> str:
    """Name what else is missing: what all of them need, or else what they need most often."""
    total = len(told.together)
    always = [part for part, count in told.others if count == total]
    if always and len(always) == len(told.others):
        return _and(always, names)
    words: Sequence[str] = [part for part, _ in told.others[:most]]
    more = "other tools" if len(told.others) > most else ""
    return f"{_and(words, names, joined='or')}{f' or {more}' if more else ''}"


def _and(parts: Sequence[str], names: Names, joined: str = "and") -> str:
    words = [f"the {spoken(part, names)}" for part in parts]
    *first, last = words
    return f"{', '.join(first)} {joined} {last}" if first else last
