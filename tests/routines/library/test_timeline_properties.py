"""What holds for every routine that can be written."""

from hypothesis import given, settings
from hypothesis import strategies as st

from routines.library.timeline import NORMAL, PACES, PROFILES, expand, total_seconds, untimed
from routines.library.tools import grips
from tests.routines.made import needs_tool, routine_of, step_of

counts = st.none() | st.integers(1, 5)
spans = st.none() | st.integers(1, 60) | st.tuples(st.integers(1, 9), st.integers(10, 60)).map(lambda pair: f"{pair[0]}-{pair[1]}")  # fmt: skip
pauses = st.none() | st.integers(0, 90)
dosages = st.fixed_dictionaries(
    {
        "sets": counts, "reps": spans, "hold_seconds": spans, "hold_open_ended": st.booleans(), "return_seconds": pauses,
        "duration_seconds": spans, "sides": st.sampled_from([None, "each", "alternate", "left", "right", "both"]),
        "rest_between_reps_seconds": pauses, "rest_between_sides_seconds": pauses, "rest_between_sets_seconds": pauses,
    }
)  # fmt: skip
words = st.text("abcdefgh", min_size=1, max_size=6)
cautions = st.lists(st.fixed_dictionaries({"when": words, "then": words}), max_size=2)
tools = st.lists(
    st.builds(needs_tool, st.sampled_from(["strap", "mini-roller"]), st.none() | st.just("rounded-attachment"),
              role=st.sampled_from(["required", "optional"])), max_size=2,
)  # fmt: skip
steps = st.fixed_dictionaries(
    {
        "dosage": dosages, "essential": st.booleans(), "warm_up": st.booleans(), "transition_seconds": pauses,
        "cautions": cautions, "tools": tools,
    }
)  # fmt: skip


@st.composite
def routines(draw):
    parts, number = [], 0
    for part in range(draw(st.integers(1, 3))):
        made = []
        for _ in range(draw(st.integers(1, 3))):
            made.append(step_of(f"step-{number}", **draw(steps)))
            number += 1
        parts.append({"title": f"Part {part}", "cautions": draw(cautions), "steps": made})
    return routine_of(sections=parts, cautions=draw(cautions))


def said(parts) -> set:
    return {caution for part in parts for caution in part.cautions}


def steps_of(routine):
    return [step for part in routine.sections for step in part.steps]


def rest_between_sides(routine, part) -> int:
    step = next(step for step in steps_of(routine) if step.key == part.step_key)
    return step.dosage.rest_between_sides_seconds or 0


def efforts(parts, step, side):
    return [
        p.seconds
        for p in parts
        if p.step_key == step.key and p.kind in ("work", "hold") and p.side == side
    ]


@given(routines(), st.sampled_from(PROFILES))
@settings(max_examples=80, deadline=None)
def test_the_total_is_the_sum_and_no_length_is_negative(routine, profile):
    parts = expand(routine, profile)

    assert total_seconds(parts) == sum(
        part.seconds for part in parts if part.seconds is not None
    )
    assert all(part.seconds is None or part.seconds >= 0 for part in parts)
    assert parts[-1].kind == "end"


@given(routines(), st.sampled_from(PROFILES))
@settings(max_examples=80, deadline=None)
def test_both_sides_get_the_same_full_time(routine, profile):
    parts = expand(routine, profile)
    keys = {part.step_key for part in parts}

    for step in steps_of(routine):
        if step.dosage.sides == "each" and step.key in keys:
            left, right = efforts(parts, step, "left"), efforts(parts, step, "right")
            assert left == right != []
            assert efforts(parts, step, "") == []


@given(routines(), st.sampled_from(PROFILES))
@settings(max_examples=80, deadline=None)
def test_every_effort_has_the_length_that_the_author_stated(routine, profile):
    parts = expand(routine, profile)
    pace = PACES.get(profile, NORMAL)

    for step in steps_of(routine):
        dose, done = step.dosage, [p for p in parts if p.step_key == step.key]
        for part in (p for p in done if p.kind in ("work", "hold")):
            if not pace.is_timed:
                assert part.seconds is None
            elif dose.duration_seconds:
                assert part.seconds == dose.duration_seconds.least
            elif part.kind == "hold":
                assert part.seconds == (dose.hold_seconds and dose.hold_seconds.least)
            elif dose.reps:
                rests = (dose.reps.least - 1) * (dose.rest_between_reps_seconds or 0)
                assert part.seconds == dose.reps.least * pace.rep_seconds + rests
            else:
                assert part.seconds is None
        if done and dose.sets:
            counted = [p.set_number for p in done if p.kind in ("work", "hold")]
            assert set(counted) == set(range(1, dose.sets.least + 1))
            assert counted == sorted(counted)


@given(routines(), st.sampled_from(PROFILES))
@settings(max_examples=80, deadline=None)
def test_the_authors_order_is_kept(routine, profile):
    order = [step.key for step in steps_of(routine)]

    places = [order.index(part.step_key) for part in expand(routine, profile)]

    assert places == sorted(places)
    if profile in ("full", "slower", "untimed"):
        assert set(places) == set(range(len(order)))


@given(routines(), st.sampled_from(["full", "short", "warm_up", "slower"]))
@settings(max_examples=80, deadline=None)
def test_there_is_time_to_get_ready_first_and_at_every_change_of_side(routine, profile):
    parts, pace = expand(routine, profile), PACES.get(profile, NORMAL)

    assert parts[0].kind == "get_ready"
    assert parts[0].seconds >= pace.get_ready_seconds
    doing = ("work", "hold")
    for number, after in enumerate(parts):
        before = next((p for p in reversed(parts[:number]) if p.kind in doing), None)
        changes = before and after.kind in doing and before.step_key == after.step_key and before.side != after.side  # fmt: skip
        if changes:
            between = parts[number - 1]
            assert (between.kind, between.side) == ("switch_side", after.side)
            assert between.seconds >= max(pace.get_ready_seconds, rest_between_sides(routine, after))  # fmt: skip


@given(routines())
@settings(max_examples=80, deadline=None)
def test_without_times_every_side_is_still_called(routine):
    parts = expand(routine, "untimed")

    for step in steps_of(routine):
        called = [p.side for p in parts if p.step_key == step.key and p.kind == "switch_side"]
        sets = step.dosage.sets.least if step.dosage.sets else 1
        each = step.dosage.sides == "each"
        assert called == ((["right", "left"] * sets)[:-1] if each else [])


@given(routines(), st.sampled_from(PROFILES))
@settings(max_examples=80, deadline=None)
def test_a_tool_that_is_not_in_the_hand_is_called_before_its_step(routine, profile):
    parts, in_hand = expand(routine, profile), ()

    for step in steps_of(routine):
        mine = [part for part in parts if part.step_key == step.key and part.kind != "end"]
        if mine:
            new = [grip for grip in grips(step) if grip not in in_hand]
            assert [part for part in mine if part.fit] == (mine[:1] if new else [])
            in_hand = grips(step)


@given(routines(), st.sampled_from(["short", "warm_up"]))
@settings(max_examples=80, deadline=None)
def test_a_longer_profile_never_drops_a_caution(routine, shorter):
    short, full = said(expand(routine, shorter)), said(expand(routine))

    assert short <= full == said(expand(routine, "slower")) == said(expand(routine, "untimed"))
    assert set(routine.cautions) <= short


@given(routines(), st.sampled_from(PROFILES))
@settings(max_examples=80, deadline=None)
def test_a_step_that_is_kept_keeps_its_cautions_and_those_around_it(routine, profile):
    parts = expand(routine, profile)

    for section in routine.sections:
        kept = [s for s in section.steps if any(part.step_key == s.key for part in parts)]
        for step in kept:
            first = next(part for part in parts if part.step_key == step.key)
            assert set(step.cautions) <= set(first.cautions)
            assert step is not kept[0] or set(section.cautions) <= set(first.cautions)


@given(routines(), st.sampled_from(PROFILES))
@settings(max_examples=80, deadline=None)
def test_a_dose_that_is_not_stated_never_becomes_a_number(routine, profile):
    stated = {"duration_seconds", "hold_seconds", "reps", "hold_open_ended"}

    for part in expand(routine, profile):
        step = next(step for step in steps_of(routine) if step.key == part.step_key)
        given_ = {name for name in stated if getattr(step.dosage, name)}
        if part.kind in ("work", "hold") and not given_ - {"hold_open_ended"}:
            assert part.seconds is None
        if part.kind == "rest" and part.seconds is not None:
            assert part.seconds in (
                step.dosage.rest_between_sets_seconds,
                step.dosage.rest_between_reps_seconds,
            )
        if part.kind == "return":
            assert part.seconds in (None, step.dosage.return_seconds)
        if not step.dosage.sets:
            assert part.set_number == 0


@given(routines(), st.sampled_from(PROFILES))
@settings(max_examples=80, deadline=None)
def test_slower_never_takes_less_time_and_untimed_none_at_all(routine, profile):
    assert total_seconds(expand(routine, "slower")) >= total_seconds(expand(routine))
    assert all(part.seconds is None for part in untimed(expand(routine, profile)))
