"""The player's content: as groups of segments for the page, and as JSON for its script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from routines.library.cards import shown_action
from routines.library.documents import Routine
from routines.library.dosage import seconds_text
from routines.library.pieces import Caution, Step
from routines.library.steps import ShownStep
from routines.library.timeline import EFFORTS, Segment
from routines.library.tools import take_sentence

SIDE_WORDS = {"left": "Left side", "right": "Right side", "alternating": "Alternating sides"}
BOTH = {"left", "right"}


@dataclass(frozen=True)
class Group:
    """One step of the timeline: its words, its cautions and its stretches of time."""

    step: ShownStep
    cautions: tuple[Caution, ...]
    fit: str
    lines: tuple[str, ...]
    seconds: int
    is_two_sided: bool = False

    @property
    def clock(self) -> str:
        """Write how long the step takes, such as 1:45; nothing when no part of it is timed."""
        return f"{self.seconds // 60}:{self.seconds % 60:02d}" if self.seconds else ""


def groups(segments: Sequence[Segment], steps: Sequence[ShownStep]) -> tuple[Group, ...]:
    """Gather the segments of each step, in order."""
    by_key = {step.key: step for step in steps}
    parts = [segment for segment in segments if segment.kind != "end"]
    return tuple(
        _group(by_key[key], list(mine))
        for key, mine in groupby(parts, lambda one: one.step_key)
    )


def as_json(
    segments: Sequence[Segment],
    found: Sequence[Group],
    routine: Routine,
    names: Mapping[str, str],
    brought: Mapping[str, Sequence[Caution]] | None = None,
) -> dict[str, Any]:
    """Give the script its steps and segments; a segment names its step by place.

    General cautions are told once, before the start; the others with their step. What a check on
    the reader's own device may leave out or soften is `screened`: all cautions with a flag that
    hold for the step, wherever they are written; `brought` are those of its tools and points.
    """
    place = {group.step.key: index for index, group in enumerate(found)}
    screened = _screened(routine, brought or {})
    by_key = {step.key: step for part in routine.sections for step in part.steps}
    return {
        "before": [caution_json(one) for one in routine.cautions],
        "steps": [
            _step_json(group, by_key[group.step.key], routine.cautions, names)
            | {"screened": [caution_json(one) for one in screened[group.step.key]]}
            for group in found
        ],
        "segments": [
            {"kind": one.kind, "seconds": one.seconds, "step": place[one.step_key], "title": one.title,
             "action": shown_action(one.action), "side": SIDE_WORDS.get(one.side, ""), "set": one.set_number,
             "rep": one.rep_text, "cue": one.cue, "fit": one.fit}
            for one in segments
        ],
    }  # fmt: skip


def caution_json(caution: Caution) -> dict[str, Any]:
    """Give a caution with what the check on the device asks about."""
    return {"when": caution.when, "then": caution.then, "flags": list(caution.flags), "effect": caution.effect}  # fmt: skip


def _step_json(
    group: Group, step: Step, general: Sequence[Caution], names: Mapping[str, str]
) -> dict[str, Any]:
    shown = group.step
    clip = [step.clip_start_ms, step.clip_end_ms]
    return {
        "key": shown.key, "title": shown.title, "action": shown.action, "dose": shown.dose_text, "seconds": group.seconds,
        "cautions": [caution_json(one) for one in group.cautions if one not in general],
        "two_sided": group.is_two_sided, "clip": clip if None not in clip else None,
        "tools": [tool.name for tool in shown.tools if tool.is_required], "take": take_sentence(step, (), names),
        "ways": [one.model_dump(include={"direction", "how", "criterion", "to_step", "after_sessions", "effort_at_most"},
                                exclude_none=True) for one in step.progressions],
    }  # fmt: skip


def _screened(
    routine: Routine, brought: Mapping[str, Sequence[Caution]]
) -> dict[str, list[Caution]]:
    """Gather for each step every caution with a flag: its own, its section's, the routine's, its tools'."""
    return {
        step.key: [one for one in (*step.cautions, *part.cautions, *brought.get(step.key, ()), *routine.cautions) if one.flags]
        for part in routine.sections for step in part.steps
    }  # fmt: skip


def _group(step: ShownStep, segments: Sequence[Segment]) -> Group:
    first = segments[0]
    sides = {one.side for one in segments if one.kind in EFFORTS}
    return Group(
        step, first.cautions, next((one.fit for one in segments if one.fit), ""), _lines(segments),
        sum(one.seconds or 0 for one in segments), sides >= BOTH,
    )  # fmt: skip


def _lines(segments: Sequence[Segment]) -> tuple[str, ...]:
    """Write each set on each side, and the rests between, on one line."""
    lines = []
    told = [one for one in segments if one.kind in (*EFFORTS, "return", "rest")]
    for (kind, number, side), mine in groupby(told, _place):
        known = [one.seconds for one in mine]
        length = "until you are ready" if None in known else seconds_text(sum(one or 0 for one in known))  # fmt: skip
        names = ("Rest",) if kind == "rest" else (f"Set {number}" if number else "", SIDE_WORDS.get(side, ""))  # fmt: skip
        where = ", ".join(name for name in names if name)
        lines.append(f"{where}: {length}" if where else length.capitalize())
    return tuple(lines)


def _place(segment: Segment) -> tuple[str, int, str]:
    kind = "rest" if segment.kind == "rest" else "effort"
    return kind, segment.set_number, segment.side
