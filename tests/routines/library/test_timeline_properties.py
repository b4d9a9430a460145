"""What holds for every routine that can be written."""

from hypothesis import given, settings
from hypothesis import strategies as st

from routines.library.timeline import PROFILES, expand, total_seconds, untimed
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


@given(routines())
@settings(max_examples=80, deadline=None)
def test_both_sides_get_the_same_full_time(routine):
    parts = expand(routine)

    for step in (step for part in routine.sections for step in part.steps):
        if step.dosage.sides == "each":
            assert efforts(parts, step, "left") == efforts(parts, step, "right") != []


@given(routines(), st.sampled_from(PROFILES))
@settings(max_examples=80, deadline=None)
def test_the_authors_order_is_kept(routine, profile):
    order = [step.key for part in routine.sections for step in part.steps]

    keys = list(dict.fromkeys(part.step_key for part in expand(routine, profile)))

    assert keys == [key for key in order if key in keys]


@given(routines(), st.sampled_from(["short", "warm_up"]))
@settings(max_examples=80, deadline=None)
def test_a_longer_profile_never_drops_a_caution(routine, shorter):
    short, full = said(expand(routine, shorter)), said(expand(routine))

    assert short <= full == said(expand(routine, "slower")) == said(expand(routine, "untimed"))
    assert set(routine.cautions) <= short


@given(routines())
@settings(max_examples=80, deadline=None)
def test_a_dose_that_is_not_stated_never_becomes_a_number(routine):
    stated = {"duration_seconds", "hold_seconds", "reps", "hold_open_ended"}

    for part in expand(routine):
        step = next(s for one in routine.sections for s in one.steps if s.key == part.step_key)
        given_ = {name for name in stated if getattr(step.dosage, name)}
        if part.kind in ("work", "hold") and not given_ - {"hold_open_ended"}:
            assert part.seconds is None
        if part.kind == "rest" and part.seconds is not None:
            assert part.seconds in (
                step.dosage.rest_between_sets_seconds,
                step.dosage.rest_between_reps_seconds,
            )


@given(routines(), st.sampled_from(PROFILES))
@settings(max_examples=80, deadline=None)
def test_slower_never_takes_less_time_and_untimed_none_at_all(routine, profile):
    assert total_seconds(expand(routine, "slower")) >= total_seconds(expand(routine))
    assert all(part.seconds is None for part in untimed(expand(routine, profile)))
