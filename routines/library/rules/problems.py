"""What keeps a document from being published, each as a sentence for its author.

The same functions speak in the studio, in the commands and in CI.
"""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from routines.library.documents import (
    Article,
    Condition,
    LibraryExercise,
    Point,
    Programme,
    Published,
    Routine,
)
from routines.library.pieces import Caution, Step
from routines.library.rules import dosing, edges, films, links, wording
from routines.library.rules.lacks import NOTHING, Known, Lack, parts, texts
from routines.library.rules.wording import CITATION, cited
from routines.library.vocabulary import Word

LEADING_OUT = ("booking", "membership")  # calls to other sites
__all__ = ["CITATION", "NOTHING", "Known", "Lack", "cited", "problems", "word_problems"]

PICTURES = ("picture", "end_picture", "poster", "clip")
MARKS = {"short": ("essential", "short version"), "warm_up": ("warm_up", "warm-up")}


def problems(
    document: Published, pictures: Mapping[str, str] | None = None, known: Known = NOTHING
) -> list[Lack]:
    """List what keeps a document from being published; an empty list means it is ready.

    Args:
        document: a routine, programme or article.
        pictures: alternative texts by name of picture or clip; without it they are not checked.
        known: names that it may point at.
    """
    found = [
        *wording.review(document), *wording.sources(document), *wording.promises(document), *_calls(document),
        *links.entries(document, known), *films.films(document, known), *_common(document, pictures, known),
    ]  # fmt: skip
    if isinstance(document, Routine | Programme) and len(document.stop_rule) < 20:
        found.append(Lack(("stop_rule",), "The stop rule is too short to tell when to stop."))
    if isinstance(document, Routine):
        found += [*_steps(document, known), *_use_modes(document), *dosing.schedules(document)]
        found += edges.of_routine(document, known)
    if isinstance(document, Programme):
        found += _phases(document)
    if isinstance(document, Article):
        found += wording.encyclopedia(document)
    return found


def word_problems(
    word: Word, pictures: Mapping[str, str] | None = None, known: Known = NOTHING
) -> list[Lack]:
    """List what is wrong with a word of the vocabulary."""
    found = [*wording.promises(word), *_common(word, pictures, known)]
    if isinstance(word, Condition):
        found += wording.sources(word)
        if word.slug in word.overlaps:
            found.append(Lack(("overlaps",), "It overlaps with itself."))
    if isinstance(word, Point):
        if not word.cautions:
            found.append(Lack(("cautions",), "A pressure point needs a caution: for whom it is not."))  # fmt: skip
        if word.effort_of_ten and word.effort_of_ten.most > 10:
            found.append(Lack(("effort_of_ten",), "Effort is told on a scale that ends at 10."))
    if isinstance(word, LibraryExercise):
        found += dosing.dose(word.dosage, ("dosage",))
        found += dosing.sidedness(word.exercise, word.dosage, ("dosage", "sides"))
        found += edges.of_exercise(word, known)
    return found


def _common(
    document: BaseModel, pictures: Mapping[str, str] | None, known: Known
) -> Iterator[Lack]:
    yield from links.words(document, known)
    yield from links.tools(document, known)
    yield from _cautions(document)
    if pictures is not None:
        yield from _pictures(document, pictures)


def _calls(document: Published) -> Iterator[Lack]:
    for index, call in enumerate(document.calls):
        if call.kind in LEADING_OUT and not (call.target or "").startswith("https://"):
            yield Lack(("calls", index, "target"), f"A {call.kind} needs an https:// address.")
        if call.kind == "article" and not call.target:
            yield Lack(("calls", index, "target"), "Say which article this leads to.")


def _steps(document: Routine, known: Known) -> Iterator[Lack]:
    seen: set[str] = set()
    for part, section in enumerate(document.sections):
        for place, step in enumerate(section.steps):
            field = ("sections", part, "steps", place)
            if step.key in seen:
                yield Lack((*field, "key"), f"There are two steps with the key {step.key}.")
            seen.add(step.key)
            start, end = step.clip_start_ms, step.clip_end_ms
            if start is not None and end is not None and end <= start:
                yield Lack((*field, "clip_end_ms"), "The clip ends before it starts.")
            above = (*document.cautions, *section.cautions, *step.cautions)
            if step.points and not (above or _has_caution(step, known)):
                yield Lack((*field, "cautions"), "A step on a pressure point needs a caution: for whom it is not.")  # fmt: skip
            yield from dosing.step(step, document.schedule, field)


def _has_caution(step: Step, known: Known) -> bool:
    """Tell whether the points of a step bring cautions of their own; unknown ones are not blamed."""
    if known.points is None:
        return True
    return any(known.points[slug].cautions for slug in step.points if slug in known.points)


def _cautions(document: BaseModel) -> Iterator[Lack]:
    for field, caution in parts(document, Caution):
        if len(set(caution.flags)) < len(caution.flags):
            yield Lack((*field, "flags"), "A flag is named twice.")
        if caution.effect == "leave_out" and not caution.flags:
            yield Lack((*field, "effect"), "A step is left out when the check asks for it: name a flag.")  # fmt: skip


def _use_modes(routine: Routine) -> Iterator[Lack]:
    steps = [step for part in routine.sections for step in part.steps]
    contexts = [mode.context for mode in routine.use_modes]
    for index, mode in enumerate(routine.use_modes):
        if mode.context in contexts[:index]:
            yield Lack(("use_modes", index), f"The use {mode.context} is described twice.")
        mark, name = MARKS.get(mode.profile, ("", ""))
        if mark and not any(getattr(step, mark) for step in steps):
            yield Lack(("use_modes", index, "profile"), f"No step is marked for the {name}: {mark}.")  # fmt: skip


def _phases(programme: Programme) -> Iterator[Lack]:
    keys = [phase.key for phase in programme.phases]
    for index, phase in enumerate(programme.phases):
        field = ("phases", index)
        if phase.key in keys[:index]:
            yield Lack((*field, "key"), f"There are two phases with the key {phase.key}.")
        if len(set(phase.routines)) < len(phase.routines):
            yield Lack((*field, "routines"), "A routine is named twice in this phase.")
        if index == 0 and phase.unlock_days:
            yield Lack((*field, "unlock_days"), "The first phase opens at once: 0 days.")
        if index == 0 and phase.needs_previous_done:
            yield Lack((*field, "needs_previous_done"), "There is no phase before the first.")
        if index and not (phase.unlock_days or phase.needs_previous_done):
            yield Lack((*field, "unlock_days"), "It would open together with the phase before it.")  # fmt: skip
        if phase.needs_previous_done and index and not programme.phases[index - 1].criterion:
            yield Lack(("phases", index - 1, "criterion"), "Say by which sign this phase is done: the next one waits for it.")  # fmt: skip


def _pictures(document: BaseModel, pictures: Mapping[str, str]) -> Iterator[Lack]:
    for field, text in texts(document):
        if field[-1] not in PICTURES:
            continue
        if text not in pictures:
            kind = "clip" if field[-1] == "clip" else "picture"
            yield Lack(field, f"There is no {kind} named {text}.")
        elif not pictures[text].strip():
            yield Lack(field, f"The picture {text} has no alternative text.")
