"""Rules for doses: numbers that a body can do, and no two that contradict each other."""

from collections.abc import Iterator

from routines.library.documents import Routine
from routines.library.pieces import Dosage, Exercise, Step
from routines.library.rules.lacks import Lack, Where

MOST = {
    "sets": (20, "sets"), "reps": (300, "repetitions"), "hold_seconds": (1800, "seconds of holding"),
    "duration_seconds": (7200, "seconds"), "per_day": (12, "times a day"), "days_a_week": (7, "days a week"),
    "weeks": (104, "weeks"),
}  # fmt: skip
ONE_LEG = ("lifted_leg", "standing_leg")


def dose(dosage: Dosage, field: Where) -> Iterator[Lack]:
    """Look at one dose by itself."""
    yield from too_much(dosage, field)
    if dosage.effort_of_ten and dosage.effort_of_ten.most > 10:
        yield Lack((*field, "effort_of_ten"), "Effort is told on a scale that ends at 10.")
    yield from _length(dosage, field)
    yield from _sides(dosage, field)
    yield from _rests(dosage, field)


def too_much(dosage: Dosage, field: Where) -> Iterator[Lack]:
    """Name the numbers of a dose that nobody should do."""
    for name, (most, unit) in MOST.items():
        span = getattr(dosage, name)
        if span and span.most > most:
            yield Lack((*field, name), f"{span.most} {unit} is more than anybody should do: {most} at most.")  # fmt: skip


def step(step: Step, schedule: Dosage, field: Where) -> Iterator[Lack]:
    """Look at a step's dose beside its exercise and the routine's schedule."""
    yield from dose(step.dosage, (*field, "dosage"))
    yield from sidedness(step.exercise, step.dosage, (*field, "dosage", "sides"))
    mine, whole = step.dosage.days_a_week, schedule.days_a_week
    if mine and whole and mine.least > whole.most:
        yield Lack((*field, "dosage", "days_a_week"), "The step asks for more days a week than the routine.")  # fmt: skip
    rest = step.dosage.rest_days if step.dosage.rest_days is not None else schedule.rest_days
    if mine and mine.most + (rest or 0) > 7:
        yield Lack((*field, "dosage", "days_a_week"), "Days a week and days of rest are more than seven.")  # fmt: skip


def sidedness(exercise: Exercise, dosage: Dosage, field: Where) -> Iterator[Lack]:
    """The sides of a dose are sides that the exercise has."""
    if exercise.sidedness == "bilateral" and dosage.sides not in (None, "both"):
        yield Lack(field, "The exercise works both sides together: it cannot be done side by side.")  # fmt: skip
    if exercise.sidedness in ("per_side", "single_side") and dosage.sides == "both":
        yield Lack(field, "The exercise works one side: both sides together contradicts it.")


def schedules(routine: Routine) -> Iterator[Lack]:
    """Look at the routine's schedule and those of its other uses."""
    yield from dose(routine.schedule, ("schedule",))
    for index, mode in enumerate(routine.use_modes):
        yield from dose(mode.schedule, ("use_modes", index, "schedule"))


def _length(dosage: Dosage, field: Where) -> Iterator[Lack]:
    """How long is told in one way."""
    whole, hold = dosage.duration_seconds, dosage.hold_seconds
    if whole and dosage.reps:
        yield Lack((*field, "reps"), "Say either how many times or how long: both are given.")
    if whole and dosage.hold_open_ended:
        yield Lack((*field, "hold_open_ended"), "The step lasts a stated time and also as long as one can: say one of them.")  # fmt: skip
    if whole and hold and hold.most > whole.most:
        yield Lack((*field, "hold_seconds"), "The hold is longer than the whole step.")
    if hold and hold.most == 0:
        yield Lack((*field, "hold_seconds"), "A hold of no seconds is no hold.")


def _sides(dosage: Dosage, field: Where) -> Iterator[Lack]:
    if dosage.load_side in ONE_LEG and dosage.sides == "both":
        yield Lack((*field, "load_side"), "With both sides together no leg is the lifted or the standing one.")  # fmt: skip
    if dosage.rest_between_sides_seconds and dosage.sides in ("both", "left", "right"):
        yield Lack((*field, "rest_between_sides_seconds"), "There is a rest between sides, and only one side to do.")  # fmt: skip


def _rests(dosage: Dosage, field: Where) -> Iterator[Lack]:
    pairs = (("sets", "rest_between_sets_seconds"), ("reps", "rest_between_reps_seconds"))
    for many, rest in pairs:
        span = getattr(dosage, many)
        if span and span.most == 1 and getattr(dosage, rest):
            yield Lack((*field, rest), f"There is a rest between {many}, and only one to do.")
    if dosage.rest_days == 7:
        yield Lack((*field, "rest_days"), "Seven days of rest leave no day to do it.")
