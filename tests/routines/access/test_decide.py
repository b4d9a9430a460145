"""The gate: a table of cases, and what holds for any input."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routines.access.decide import CLAUSES, KEPT, WAYS, Resource, Viewer, decide
from routines.library.pieces import Clause

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOON = NOW + timedelta(seconds=1)
VIDEO = Resource("video:strap", ("newsletter", "owns", "member"), frozenset({"strap"}))
STRANGER = Viewer()
READER = Viewer(email="ana@example.org", reads_newsletter=True)
OWNER = Viewer(email="ana@example.org", owned=frozenset({"strap", "roller"}))


def test_every_clause_has_its_rank():
    assert sorted(CLAUSES) == sorted(get_args(Clause))


@pytest.mark.parametrize(
    ("viewer", "opens_for", "via"),
    [
        (STRANGER, (), None),
        (STRANGER, ("newsletter", "owns", "member", "email", "share", "staff"), None),
        (STRANGER, ("open",), "open"),
        (READER, ("newsletter",), "newsletter"),
        (READER, ("owns",), None),
        (READER, ("email",), "email"),
        (READER, ("email", "newsletter"), "newsletter"),
        (replace(READER, email=None), ("newsletter",), None),
        (replace(READER, reads_newsletter=False), ("newsletter",), None),
        (replace(READER, reads_newsletter=False, kept_newsletter=True), ("newsletter",), "newsletter"),
        (OWNER, ("owns",), "owns"),
        (OWNER, ("newsletter",), None),
        (replace(OWNER, email=None), ("owns",), None),
        (replace(OWNER, owned=frozenset({"roller"})), ("owns",), None),
        (replace(OWNER, reads_newsletter=True), ("newsletter", "owns"), "owns"),
        (Viewer(is_member=True), ("member",), "member"),
        (Viewer(is_staff=True), ("staff",), "staff"),
        (Viewer(is_staff=True), ("newsletter",), None),
        (Viewer(shares={"video:strap": SOON}), ("share",), "share"),
        (Viewer(shares={"video:strap": NOW}), ("share",), None),
        (Viewer(shares={"video:other": SOON}), ("share",), None),
        (READER, ("newsleter", "everybody", ""), None),
    ],
)  # fmt: skip
def test_the_table_of_the_gate(viewer, opens_for, via):
    decision = decide(viewer, replace(VIDEO, opens_for=opens_for), NOW)

    assert decision.via == via
    assert decision.allowed == (via is not None)


def test_a_locked_thing_names_the_ways_in_that_exist():
    everything = replace(VIDEO, opens_for=CLAUSES[1:])

    decision = decide(STRANGER, everything, NOW)

    assert decision.ways_to_open == ("newsletter", "email", "owns")
    assert "member" not in decision.ways_to_open
    assert "newsletter" in decision.reason


def test_nobody_is_sent_to_buy_a_tool_for_what_needs_none():
    decision = decide(STRANGER, replace(VIDEO, components=frozenset()), NOW)

    assert decision.ways_to_open == ("newsletter",)


def test_an_open_thing_says_why_and_offers_nothing():
    decision = decide(READER, VIDEO, NOW)

    assert decision.reason == "Open because you read the newsletter."
    assert decision.ways_to_open == ()


def test_who_left_is_told_why_it_is_still_open():
    left = replace(READER, reads_newsletter=False, kept_newsletter=True)

    assert decide(left, VIDEO, NOW).reason == KEPT


def test_a_shared_link_says_when_it_ends():
    shared = Viewer(shares={VIDEO.key: SOON})

    assert decide(shared, replace(VIDEO, opens_for=("share",)), NOW).expires_at == SOON


def test_strangers_may_share_one_cached_answer_and_nobody_else_may():
    assert decide(STRANGER, VIDEO, NOW).cache_scope == "public"
    assert decide(READER, VIDEO, NOW).cache_scope == "private"
    assert decide(Viewer(email="x@example.org"), VIDEO, NOW).cache_scope == "private"
    assert decide(READER, replace(VIDEO, opens_for=("open",)), NOW).cache_scope == "public"


components = st.frozensets(st.sampled_from(["strap", "roller", "ball"]))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
viewers = st.builds(
    Viewer, email=st.none() | st.emails(), reads_newsletter=st.booleans(),
    kept_newsletter=st.booleans(), owned=components, is_member=st.booleans(),
    is_staff=st.booleans(),
    shares=st.dictionaries(st.sampled_from(["video:strap", "video:other"]), moments),
)  # fmt: skip
resources = st.builds(
    Resource, key=st.sampled_from(["video:strap", "video:x"]), components=components,
    opens_for=st.lists(st.sampled_from(CLAUSES) | st.text(max_size=12)).map(tuple),
)  # fmt: skip


def facts(viewer: Viewer, resource: Resource, now: datetime) -> set[str]:
    """Say independently which clauses hold."""
    met = {"open"}
    met |= {"staff"} if viewer.is_staff else set()
    met |= {"member"} if viewer.is_member else set()
    if viewer.shares.get(resource.key, now) > now:
        met.add("share")
    if viewer.email:
        met.add("email")
        met |= {"newsletter"} if viewer.reads_newsletter or viewer.kept_newsletter else set()
        met |= {"owns"} if viewer.owned.intersection(resource.components) else set()
    return met


@settings(derandomize=True, max_examples=300, deadline=None)
@given(viewers, resources, moments)
def test_it_is_open_exactly_when_a_clause_is_met_and_the_best_one_is_told(
    viewer, resource, now
):
    decision = decide(viewer, resource, now)

    met = [
        clause
        for clause in CLAUSES
        if clause in resource.opens_for and clause in facts(viewer, resource, now)
    ]
    assert decision.allowed == bool(met)
    assert decision.via == (met[0] if met else None)
    assert decision.reason
    assert set(decision.ways_to_open) <= set(resource.opens_for) & set(WAYS)
    assert not (decision.allowed and decision.ways_to_open)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(viewers, resources, moments)
def test_what_every_stranger_gets_depends_on_nothing_but_the_resource(viewer, resource, now):
    decision = decide(viewer, resource, now)

    if decision.cache_scope == "public":
        assert decision == decide(Viewer(), resource, now) or "open" in resource.opens_for
        assert decision.allowed == ("open" in resource.opens_for)
