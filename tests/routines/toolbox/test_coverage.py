from hypothesis import given
from hypothesis import strategies as st

from routines.library.pieces import StandIn
from routines.library.tools import Need
from routines.toolbox.coverage import coverage, lacked

BALL = StandIn(component="pressure-ball", fit="good")
TOWEL = StandIn(household="A towel", fit="ok")
BOTTLE = StandIn(household="A bottle", fit="makeshift")

parts = st.sampled_from(["strap", "mini-roller", "pressure-ball", "mat"])
needs = st.lists(
    st.builds(
        Need, parts, st.sampled_from(["required", "optional", "easier", "harder"]),
        st.lists(st.sampled_from([BALL, TOWEL, BOTTLE]), max_size=2).map(tuple),
    ), max_size=4,
)  # fmt: skip


def need(component="strap", role="required", *stand_ins):
    return Need(component, role, stand_ins)


def parts_of(lacks):
    return {one.component for one in lacks}


def test_what_is_owned_is_ready():
    assert coverage({"strap"}, [need()]).state == "ready"


def test_what_is_not_owned_is_missing():
    found = coverage({"mat"}, [need(), need("mini-roller")])

    assert (found.state, found.missing) == ("missing", ("strap", "mini-roller"))


def test_an_owned_part_stands_in():
    found = coverage({"pressure-ball"}, [need("spherical-handle", "required", BALL)])

    assert found.state == "with_stand_in"
    assert found.standing_in == (("spherical-handle", BALL),)


def test_a_household_thing_stands_in_unless_it_is_makeshift():
    assert coverage(set(), [need("strap", "required", TOWEL)]).state == "with_stand_in"
    assert coverage(set(), [need("strap", "required", BOTTLE)]).state == "missing"


def test_the_best_of_several_stands_in():
    found = coverage({"pressure-ball"}, [need("strap", "required", TOWEL, BALL)])

    assert found.standing_in[0][1] == BALL


def test_optional_parts_never_make_a_routine_miss_anything():
    found = coverage(
        set(), [need("mat", "optional"), need("strap", "easier"), need("ball", "harder")]
    )

    assert found.state == "ready"


@given(st.sets(parts), parts, needs)
def test_owning_more_never_makes_more_missing(owned, another, wanted):
    before, after = coverage(owned, wanted), coverage(owned | {another}, wanted)

    assert set(after.missing) <= set(before.missing)
    assert parts_of(lacked(owned | {another}, wanted)) <= parts_of(lacked(owned, wanted))


@given(st.sets(parts), needs)
def test_missing_and_standing_in_are_required_and_not_owned(owned, wanted):
    found = coverage(owned, wanted)
    required = {one.component for one in wanted if one.role == "required"}

    assert (
        set(found.missing) | {component for component, _ in found.standing_in}
        == required - owned
    )
    assert (found.state == "missing") == bool(found.missing)
