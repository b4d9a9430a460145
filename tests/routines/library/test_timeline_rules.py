import pytest

from routines.library.timeline import expand, has_open_end, minutes, offered, total_seconds
from tests.routines.made import needs_tool, routine_of, step_of


def told(routine, profile="full"):
    return [(part.kind, part.seconds, part.side) for part in expand(routine, profile)]


def test_each_side_gets_its_full_time_after_a_count_in():
    routine = routine_of(step_of(dosage={"duration_seconds": 45, "sides": "each"}))

    assert told(routine) == [
        ("get_ready", 5, "left"), ("work", 45, "left"), ("switch_side", 5, "right"), ("work", 45, "right"), ("end", 0, ""),
    ]  # fmt: skip


def test_a_dose_that_is_not_stated_lasts_until_the_person_is_ready():
    routine = routine_of(step_of(dosage={"sides": "both"}))

    work = expand(routine)[1]

    assert (work.kind, work.seconds, work.rep_text) == ("work", None, "Until you are ready")
    assert minutes(expand(routine)) is None


def test_a_rest_between_sets_that_is_not_stated_is_not_made_up():
    routine = routine_of(step_of(dosage={"sets": 2, "reps": 10}))

    assert told(routine) == [
        ("get_ready", 5, ""), ("work", 40, ""), ("rest", None, ""), ("work", 40, ""), ("end", 0, ""),
    ]  # fmt: skip
    assert has_open_end(expand(routine))


def test_a_stated_rest_stands_between_sets_and_the_side_changes_back_after_it():
    dose = {"sets": 2, "reps": 5, "sides": "each", "rest_between_sets_seconds": 30}
    routine = routine_of(step_of(dosage=dose))

    kinds = [(part.kind, part.side, part.set_number) for part in expand(routine)]

    assert kinds[1:7] == [
        ("work", "left", 1), ("switch_side", "right", 1), ("work", "right", 1), ("rest", "left", 1),
        ("switch_side", "left", 1), ("work", "left", 2),
    ]  # fmt: skip


def test_a_range_counts_with_its_least_and_is_shown_as_a_range():
    dose = {"reps": "5-10", "hold_seconds": 3, "return_seconds": 3, "hold_open_ended": True}
    held = [part for part in expand(routine_of(step_of(dosage=dose))) if part.kind == "hold"]

    assert [part.rep_text for part in held] == [
        f"{number} of 5–10, as long as you can" for number in range(1, 6)
    ]
    assert {part.seconds for part in held} == {3}


def test_repetitions_take_four_seconds_each_and_six_when_slower():
    routine = routine_of(step_of(dosage={"reps": 10}))

    assert expand(routine)[1].seconds == 40
    assert expand(routine, "slower")[1].seconds == 60


def test_another_tip_on_the_same_handle_is_a_change_of_tool():
    steps = [
        step_of("one", tools=[needs_tool("spherical-handle", "rounded-attachment")]),
        step_of("two", tools=[needs_tool("spherical-handle", "pointed-attachment")]),
        step_of("three", tools=[needs_tool("spherical-handle", "pointed-attachment")]),
    ]

    lead_ins = [
        part for part in expand(routine_of(*steps)) if part.kind in ("get_ready", "change_tool")
    ]

    assert [(part.kind, part.fit) for part in lead_ins] == [
        ("get_ready", "Take the spherical handle with the rounded attachment."),
        ("change_tool", "Fit the pointed attachment."),
        ("get_ready", ""),
    ]


def test_tools_are_called_by_their_names_in_the_shop():
    routine = routine_of(step_of(tools=[needs_tool("t-handle")]))

    assert expand(routine, names={"t-handle": "T-handle"})[0].fit == "Take the T-handle."


def test_a_tool_that_only_makes_it_easier_is_no_change_of_tool():
    steps = [step_of("one"), step_of("two", tools=[needs_tool("mat", role="easier")])]

    assert "change_tool" not in [part.kind for part in expand(routine_of(*steps))]


def test_the_way_to_a_step_takes_what_is_stated_else_ten_seconds():
    steps = [
        step_of("one"),
        step_of("two"),
        step_of("three", transition_seconds=25),
        step_of("four", transition_seconds=0),
    ]

    ready = {
        part.step_key: part.seconds
        for part in expand(routine_of(*steps))
        if part.kind == "get_ready"
    }

    assert ready == {"one": 5, "two": 10, "three": 25}


def test_the_short_profile_keeps_the_essential_steps_in_order():
    steps = [step_of("one", essential=True), step_of("two"), step_of("three", essential=True)]
    routine = routine_of(*steps)

    keys = list(dict.fromkeys(part.step_key for part in expand(routine, "short")))

    assert keys == ["one", "three"]
    assert offered(routine) == ("full", "short", "slower", "untimed")


def test_untimed_leaves_every_length_to_the_person():
    dose = {"reps": 5, "hold_seconds": 3, "return_seconds": 3, "sides": "each"}

    parts = expand(routine_of(step_of(dosage=dose)), "untimed")

    assert {part.seconds for part in parts} == {None}
    assert [(part.kind, part.side) for part in parts] == [
        ("hold", "left"), ("switch_side", "right"), ("hold", "right"), ("end", ""),
    ]  # fmt: skip
    assert parts[0].rep_text == "5 times, hold 3 seconds"


def test_the_first_step_carries_the_cautions_of_the_routine_and_of_its_section():
    caution = [{"when": "It hurts", "then": "Stop."}]
    sections = [
        {
            "title": "One",
            "cautions": [{"when": "a", "then": "b"}],
            "steps": [step_of("x", cautions=caution)],
        },
    ]
    routine = routine_of(sections=sections, cautions=[{"when": "You are ill", "then": "Rest."}])

    whens = [caution.when for caution in expand(routine)[0].cautions]

    assert whens == ["You are ill", "a", "It hurts"]


@pytest.mark.parametrize(("seconds", "expected"), [(55, 1), (56, 2), (115, 2)])
def test_minutes_are_rounded_up(seconds, expected):
    parts = expand(routine_of(step_of(dosage={"duration_seconds": seconds})))

    assert total_seconds(parts) == seconds + 5
    assert minutes(parts) == expected
