"""The tools of steps: what is held, what to take next, and the strictest need of a routine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from routines.library.documents import Routine
from routines.library.pieces import StandIn, Step, ToolNeed

STRICTNESS = ("required", "optional", "easier", "harder")


@dataclass(frozen=True)
class Grip:
    """A tool in the hand: a component or a household thing, with what is fitted on it."""

    thing: str
    attachment: str | None
    is_sold: bool


@dataclass(frozen=True)
class Need:
    """A component that a routine asks for, in its strictest role, with what can stand in."""

    component: str
    role: str
    stand_ins: tuple[StandIn, ...] = ()


def grips(step: Step) -> tuple[Grip, ...]:
    """Name what a step requires in the hand, on the floor or at the wall."""
    return tuple(
        Grip(need.component or need.household or "", need.attachment, bool(need.component))
        for need in step.tools
        if need.role == "required"
    )


def take_sentence(step: Step, in_hand: Sequence[Grip], names: Mapping[str, str]) -> str:
    """Say what to take or fit before a step; nothing when all of it is in use already."""
    new = [grip for grip in grips(step) if grip not in in_hand]
    return " ".join(_take(grip, in_hand, names) for grip in new)


def spoken(slug: str, names: Mapping[str, str]) -> str:
    """Give the name of a component for the middle of a sentence."""
    return lower_first(names.get(slug) or slug.replace("-", " "))


def lower_first(text: str) -> str:
    """Write a name in the middle of a sentence; "T-handle" stays as it is."""
    return text[0].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def needs(routine: Routine) -> tuple[Need, ...]:
    """Roll the steps' tools up to the routine, keeping the strictest role of each component."""
    strictest: dict[str, Need] = {}
    for wanted in needs_of_steps(routine):
        for component in (wanted.component, wanted.attachment):
            if component:
                need = Need(component, wanted.role, _stand_ins(wanted, component))
                strictest[component] = _stricter(strictest.get(component), need)
    return tuple(strictest.values())


def needs_of_steps(routine: Routine) -> Iterable[ToolNeed]:
    """Go through the tools of all steps in order."""
    return (need for part in routine.sections for step in part.steps for need in step.tools)


def household_things(routine: Routine) -> tuple[ToolNeed, ...]:
    """List what a routine needs that no shop part is, each once."""
    found = {need.household: need for need in needs_of_steps(routine) if need.household}
    return tuple(found.values())


def _stand_ins(need: ToolNeed, component: str) -> tuple[StandIn, ...]:
    """Keep what can stand in; for an attachment, the stand-ins of the whole."""
    return tuple(one for one in need.stand_ins if one.component != component)


def _stricter(old: Need | None, new: Need) -> Need:
    """Merge two needs; a stand-in counts only when it serves every step that requires the part."""
    if old is None or STRICTNESS.index(new.role) < STRICTNESS.index(old.role):
        return new
    if new.role != old.role:
        return old
    shared = {(one.component, one.household) for one in new.stand_ins}
    both = tuple(one for one in old.stand_ins if (one.component, one.household) in shared)
    return Need(old.component, old.role, both)


def _take(grip: Grip, in_hand: Sequence[Grip], names: Mapping[str, str]) -> str:
    if not grip.is_sold:
        return f"Have ready: {lower_first(grip.thing)}."
    holds_it = any(other.thing == grip.thing for other in in_hand)
    if grip.attachment and holds_it:
        return f"Fit the {spoken(grip.attachment, names)}."
    fitted = f" with the {spoken(grip.attachment, names)}" if grip.attachment else ""
    return f"Take the {spoken(grip.thing, names)}{fitted}."
