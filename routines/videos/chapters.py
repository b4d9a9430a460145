"""Chapters of a film, from the steps of its routine."""

from collections.abc import Iterator

from routines.library import timeline
from routines.library.documents import Routine

NOTHING = "WEBVTT\n"


def of(routine: Routine, duration_ms: int) -> str:
    """Write the chapters as WebVTT: where each step begins and ends in the film.

    What the steps say of their stretches of the film counts; where none says anything, a film as
    long as the routine itself follows its timeline.
    """
    found = list(_stretches(routine)) or list(_of_timeline(routine, duration_ms))
    cues = [
        f"{_stamp(begin)} --> {_stamp(end)}\n{' '.join(title.split()).replace('-->', '→')}\n"
        for begin, end, title in found if begin < end
    ]  # fmt: skip
    return "\n".join([NOTHING, *cues])


def _stretches(routine: Routine) -> Iterator[tuple[int, int, str]]:
    steps = [step for part in routine.sections for step in part.steps]
    known = [one for one in steps if one.clip_start_ms is not None and one.clip_end_ms]
    for step in sorted(known, key=lambda one: one.clip_start_ms or 0):
        yield step.clip_start_ms or 0, step.clip_end_ms or 0, step.exercise.title


def _of_timeline(routine: Routine, duration_ms: int) -> Iterator[tuple[int, int, str]]:
    segments = timeline.expand(routine)
    if any(one.seconds is None for one in segments if one.kind != "end"):
        return
    if abs(timeline.total_seconds(segments) * 1000 - duration_ms) > 0.05 * duration_ms:
        return
    begin = at = 0
    key = title = ""
    for one in segments:
        if one.step_key != key:
            if title:
                yield begin, at, title
            begin, key, title = at, one.step_key, one.title
        at += (one.seconds or 0) * 1000
    if title:
        yield begin, min(at, duration_ms), title


def _stamp(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"
