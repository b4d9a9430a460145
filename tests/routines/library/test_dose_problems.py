"""Doses, schedules, phases and uses that contradict themselves."""

import pytest

from routines.library.documents import Programme
from routines.library.rules.problems import problems
from tests.routines.made import PEOPLE, STOP, routine_of, step_of

PHASE = {"key": "one", "name": "One", "goal": "G", "teaser": "T", "weeks": 2, "routines": ["a"], "unlock_days": 0}  # fmt: skip


def programme_of(*phases: dict) -> Programme:
    values = {
        "title": "P", "summary": "S", "picture": "leg", "level": "beginner", "body_parts": ["calf"], "stop_rule": STOP,
        "phases": [PHASE | phase for phase in phases], **PEOPLE,
    }  # fmt: skip
    return Programme.model_validate(values)


def found(document):
    return {(".".join(map(str, lack.field)), str(lack)) for lack in problems(document)}


def told(document, field, words):
    said = found(document)
    assert any(where.endswith(field) and words in sentence for where, sentence in said), said
    return len(said) == 1


@pytest.mark.parametrize(
    ("dosage", "field", "words"),
    [
        ({"reps": 8, "duration_seconds": 30}, "dosage.reps", "both are given"),
        ({"hold_seconds": 40, "duration_seconds": 30}, "dosage.hold_seconds", "longer than the whole"),
        ({"hold_open_ended": True, "duration_seconds": 30}, "dosage.hold_open_ended", "say one of them"),
        ({"effort_of_ten": "8-11"}, "dosage.effort_of_ten", "ends at 10"),
        ({"per_day": 13}, "dosage.per_day", "13 times a day"),
        ({"days_a_week": 6, "rest_days": 1}, None, ""),
        ({"weeks": 200}, "dosage.weeks", "200 weeks"),
        ({"sets": 50}, "dosage.sets", "50 sets"),
        ({"sides": "both", "load_side": "lifted_leg"}, "dosage.load_side", "no leg is"),
        ({"sides": "left", "rest_between_sides_seconds": 5}, "dosage.rest_between_sides_seconds", "only one side"),
        ({"sets": 1, "rest_between_sets_seconds": 5}, "dosage.rest_between_sets_seconds", "only one"),
        ({"rest_days": 7}, "dosage.rest_days", "no day"),
        ({"sets": "3-4", "reps": 8, "sides": "each", "rest_between_sides_seconds": 5}, None, ""),
        ({"hold_seconds": "3-5", "hold_open_ended": True, "return_seconds": 3, "reps": "5-10"}, None, ""),
    ],
)  # fmt: skip
def test_a_dose_that_contradicts_itself_is_named_and_a_good_one_is_not(dosage, field, words):
    in_a_step = routine_of(step_of(dosage=dosage))
    in_the_schedule = routine_of(schedule=dosage)

    if field is None:
        assert found(in_a_step) == found(in_the_schedule) == set()
    else:
        assert told(in_a_step, field, words)
        assert told(in_the_schedule, field.replace("dosage", "schedule"), words)


def test_a_step_cannot_ask_for_more_days_than_its_routine():
    many = routine_of(step_of(dosage={"days_a_week": 6}), schedule={"days_a_week": 3})
    rests = routine_of(step_of(dosage={"days_a_week": 7}), schedule={"rest_days": 1})

    assert told(many, "dosage.days_a_week", "more days a week than the routine")
    assert told(rests, "dosage.days_a_week", "more than seven")


@pytest.mark.parametrize(("kind", "sides"), [("bilateral", "each"), ("per_side", "both")])
def test_the_sides_of_a_dose_are_those_of_the_exercise(kind, sides):
    step = step_of(dosage={"sides": sides})
    step["exercise"]["sidedness"] = kind

    assert told(routine_of(step), "dosage.sides", "")


def test_another_use_needs_its_marked_steps_and_is_told_once():
    mode = {"context": "warm_up", "profile": "warm_up"}
    twice = routine_of(step_of(warm_up=True), use_modes=[mode, mode])

    assert told(routine_of(use_modes=[mode]), "use_modes.0.profile", "No step is marked")
    assert told(twice, "use_modes.1", "described twice")
    assert found(routine_of(step_of(warm_up=True), use_modes=[mode])) == set()


@pytest.mark.parametrize(
    ("caution", "field", "words"),
    [
        ({"effect": "leave_out"}, "cautions.0.effect", "name a flag"),
        ({"flags": ["latex", "latex"]}, "cautions.0.flags", "twice"),
    ],
)
def test_a_caution_is_one_that_the_check_can_use(caution, field, words):
    made = {"when": "You are allergic", "then": "Leave it", **caution}

    assert told(routine_of(cautions=[made]), field, words)
    assert told(routine_of(step_of(cautions=[made])), field, words)


@pytest.mark.parametrize(
    ("phases", "field", "words"),
    [
        ([{"unlock_days": 3}], "phases.0.unlock_days", "opens at once"),
        ([{"needs_previous_done": True}], "phases.0.needs_previous_done", "no phase before"),
        ([{}, {"key": "two"}], "phases.1.unlock_days", "together"),
        ([{}, {"key": "one", "unlock_days": 14}], "phases.1.key", "two phases"),
        (
            [{}, {"key": "two", "needs_previous_done": True}],
            "phases.0.criterion",
            "waits for it",
        ),
        ([{"routines": ["a", "a"]}], "phases.0.routines", "twice"),
    ],
)
def test_phases_that_could_not_open_as_told_are_named(phases, field, words):
    assert told(programme_of(*phases), field, words)


def test_phases_in_order_have_no_problems():
    later = {"key": "two", "unlock_days": 14, "unlock_weekday": 0, "unlock_hour": 7}
    waits = {"key": "three", "needs_previous_done": True}

    assert found(programme_of({}, later | {"criterion": "You can."}, waits)) == set()
