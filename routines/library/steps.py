"""The parts and steps of a routine in words, for its page, its player and its sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from routines.library.cards import shown_action
from routines.library.documents import Routine
from routines.library.dosage import dosage_text
from routines.library.pieces import Caution, Progression, Step, ToolNeed
from routines.library.tools import lower_first, spoken
from storefront.public import Clip, Picture, clips, pictures

FITS = {"good": "just as good", "ok": "does the job", "makeshift": "makeshift"}
ROLES = {"required": "You need", "optional": "If you have one", "easier": "Makes it easier", "harder": "Makes it harder"}  # fmt: skip


@dataclass(frozen=True)
class StepTool:
    """A tool of a step in words."""

    name: str
    role_text: str
    note: str
    instead: tuple[str, ...]
    is_required: bool


@dataclass(frozen=True)
class ShownStep:
    """One step in words; `dose_text` is empty when nothing is stated."""

    number: int
    key: str
    title: str
    action: str
    dose_text: str
    position: str
    how: tuple[str, ...]
    feel: str
    breathe: str
    mistake: str
    easier: str
    harder: str
    cautions: tuple[Caution, ...]
    tools: tuple[StepTool, ...]
    note: str
    picture: Picture | None
    clip: Clip | None
    is_essential: bool

    @property
    def anchor(self) -> str:
        """Name the place of the step on its page."""
        return f"step-{self.key}"


@dataclass(frozen=True)
class ShownPart:
    """A part of a routine with its steps."""

    number: int
    title: str
    action: str
    intro: str
    cautions: tuple[Caution, ...]
    steps: tuple[ShownStep, ...]


def parts(routine: Routine, names: Mapping[str, str]) -> tuple[ShownPart, ...]:
    """Write down the parts of a routine, its steps numbered from 1 through all of them."""
    wanted = [step.exercise.picture for part in routine.sections for step in part.steps if step.exercise.picture]  # fmt: skip
    found = pictures(wanted)
    moving = clips(step.exercise.clip for part in routine.sections for step in part.steps if step.exercise.clip)  # fmt: skip
    made, number = [], 0
    for place, section in enumerate(routine.sections, 1):
        steps = []
        for step in section.steps:
            number += 1
            steps.append(_step(step, number, names, found, moving))
        made.append(
            ShownPart(place, section.title, steps[0].action, section.intro or "", section.cautions, tuple(steps))
        )  # fmt: skip
    return tuple(made)


def numbered(parts_: Sequence[ShownPart]) -> tuple[ShownStep, ...]:
    """List the steps of all parts."""
    return tuple(step for part in parts_ for step in part.steps)


def caution_text(caution: Caution) -> str:
    """Write a caution as one sentence pair."""
    return f"{caution.when}: {caution.then}"


def _step(
    step: Step,
    number: int,
    names: Mapping[str, str],
    found: Mapping[str, Picture],
    moving: Mapping[str, Clip],
) -> ShownStep:
    exercise = step.exercise
    cues = {kind: [cue.text for cue in exercise.cues if cue.kind == kind] for kind in ("setup", "action", "feel", "breathe", "mistake")}  # fmt: skip
    end = [f"You end like this: {lower_first(exercise.end_position)}"] if exercise.end_position else []  # fmt: skip
    return ShownStep(
        number=number, key=step.key, title=exercise.title, action=shown_action(exercise.action),
        dose_text=_capital(dosage_text(step.dosage)), position=exercise.start_position,
        how=(*cues["setup"], *cues["action"], *end), feel=" ".join(cues["feel"]), breathe=" ".join(cues["breathe"]),
        mistake=" ".join(cues["mistake"]), easier=_ways(step, "easier"), harder=_ways(step, "harder"),
        cautions=step.cautions, tools=tuple(step_tool(need, names) for need in step.tools), note=step.note or "",
        picture=found.get(exercise.picture or ""), clip=moving.get(exercise.clip or ""), is_essential=step.essential,
    )  # fmt: skip


def step_tool(need: ToolNeed, names: Mapping[str, str]) -> StepTool:
    """Write a tool down to its attachment, with what can stand in."""
    name = need.household or _capital(spoken(need.component or "", names))
    if need.attachment:
        name += f" with the {spoken(need.attachment, names)}"
    instead = []
    for one in need.stand_ins:
        thing = one.household or spoken(one.component or "", names)
        note = f". {one.note}" if one.note else ""
        instead.append(f"{_capital(thing)} ({FITS[one.fit]}){note}")
    return StepTool(name, ROLES[need.role], need.note or "", tuple(instead), need.role == "required")  # fmt: skip


def _ways(step: Step, direction: str) -> str:
    return " ".join(_way(one) for one in step.progressions if one.direction == direction)


def _way(progression: Progression) -> str:
    sign = progression.criterion
    return f"{progression.how} {f'Time for it when: {lower_first(sign)}' if sign else ''}".strip()  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
