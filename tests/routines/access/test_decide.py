"""The gate: a table of cases, and what holds for any input."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routines.access.decide import CLAUSES, KEPT, PAID_BACK, WAYS, Resource, Viewer, Way, decide
from routines.access.words import why
from routines.library.pieces import Clause

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOON = NOW + timedelta(seconds=1)
VIDEO = Resource("video:strap", ("newsletter", "owns", "member"), frozenset({"strap"}))
MOMENT = timedelta(microseconds=1)
STRANGER = Viewer()
READER = Viewer(email="ana@example.org", reads_newsletter=True)
OWNER = Viewer(email="ana@example.org", owned=frozenset({"strap", "roller"}))


def clauses(decision) -> list[str]:
    return [way.clause for way in decision.ways_to_open]


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
        (Viewer(is_member=True, member_until=SOON), ("member",), "member"),
        (Viewer(is_member=True, member_until=NOW), ("member",), None),
        (Viewer(member_until=SOON), ("member",), None),
        (replace(OWNER, owned_until={"strap": SOON}), ("owns",), "owns"),
        (replace(OWNER, owned_until={"strap": NOW}), ("owns",), None),
        (replace(OWNER, owned_until={"roller": NOW}), ("owns",), "owns"),
        (replace(OWNER, owned_until={"strap": SOON}, reads_newsletter=True), ("newsletter", "owns"), "newsletter"),
        (replace(READER, is_member=True, member_until=SOON), ("newsletter", "member"), "newsletter"),
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

    assert clauses(decision) == ["email", "newsletter", "owns", "member"]
    assert "newsletter" in decision.reason


def test_nobody_is_sent_to_buy_a_tool_for_what_needs_none():
    decision = decide(STRANGER, replace(VIDEO, components=frozenset()), NOW)

    assert clauses(decision) == ["newsletter", "member"]


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


@pytest.mark.parametrize(
    ("viewer", "clause"),
    [
        (Viewer(shares={VIDEO.key: NOW}), "share"),
        (replace(OWNER, owned_until={"strap": NOW}), "owns"),
        (Viewer(email="ana@example.org", is_member=True, member_until=NOW), "member"),
    ],
)
def test_each_end_is_exact_to_the_microsecond(viewer, clause):
    resource = replace(VIDEO, opens_for=(clause,))

    before = decide(viewer, resource, NOW - MOMENT)
    assert (before.allowed, before.via, before.expires_at) == (True, clause, NOW)
    assert not decide(viewer, resource, NOW).allowed
    assert not decide(viewer, resource, NOW + MOMENT).allowed


def test_what_lasts_longest_is_told_so_that_the_end_is_true():
    paid_back = replace(OWNER, owned_until={"strap": SOON})

    assert decide(paid_back, VIDEO, NOW).reason == PAID_BACK
    stays = replace(paid_back, is_member=True, member_until=SOON + timedelta(days=9))
    assert decide(stays, VIDEO, NOW).via == "member"
    assert decide(replace(stays, reads_newsletter=True), VIDEO, NOW).expires_at is None


def test_a_sentence_says_why_and_until_when():
    shared = decide(Viewer(shares={VIDEO.key: SOON}), replace(VIDEO, opens_for=("share",)), NOW)
    member = Viewer(is_member=True, member_until=SOON, member_renews=True)

    assert why(shared, "Europe/Berlin").endswith("It closes on 20 November 2026, 13:00.")
    assert "goes on from there" in why(decide(member, VIDEO, NOW), "UTC")
    assert why(decide(READER, VIDEO, NOW), "UTC") == "Open because you read the newsletter."


def test_a_way_is_said_with_its_price_once():
    assert Way("email", "Confirm your address").text == "Confirm your address – free"
    assert Way("owns", "Buy the roller", price="€24.00").text == "Buy the roller – €24.00"
    assert (
        Way("member", "14 days free, then €9.00 a month", price="€9.00").text.count("€9") == 1
    )


def test_strangers_may_share_one_cached_answer_and_nobody_else_may():
    assert decide(STRANGER, VIDEO, NOW).cache_scope == "public"
    assert decide(READER, VIDEO, NOW).cache_scope == "private"
    assert decide(Viewer(email="x@example.org"), VIDEO, NOW).cache_scope == "private"
    assert decide(READER, replace(VIDEO, opens_for=("open",)), NOW).cache_scope == "public"


components = st.frozensets(st.sampled_from(["strap", "roller", "ball"]))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
viewers = st.builds(
    Viewer, email=st.none() | st.emails(), reads_newsletter=st.booleans(),
    kept_newsletter=st.booleans(), owned=components,
    owned_until=st.dictionaries(st.sampled_from(["strap", "roller"]), moments),
    is_member=st.booleans(), member_until=st.none() | moments, member_renews=st.booleans(),
    is_staff=st.booleans(),
    shares=st.dictionaries(st.sampled_from(["video:strap", "video:other"]), moments),
)  # fmt: skip
resources = st.builds(
    Resource, key=st.sampled_from(["video:strap", "video:x"]), components=components,
    opens_for=st.lists(st.sampled_from(CLAUSES) | st.text(max_size=12)).map(tuple),
)  # fmt: skip
FOR_EVER = datetime.max.replace(tzinfo=UTC)


def ends(viewer: Viewer, resource: Resource) -> dict[str, datetime]:
    """Say independently which clauses hold, and until when."""
    met = {"open": FOR_EVER}
    if viewer.is_staff:
        met["staff"] = FOR_EVER
    if viewer.is_member:
        met["member"] = viewer.member_until or FOR_EVER
    if resource.key in viewer.shares:
        met["share"] = viewer.shares[resource.key]
    if viewer.email:
        met["email"] = FOR_EVER
        if viewer.reads_newsletter or viewer.kept_newsletter:
            met["newsletter"] = FOR_EVER
        for tool in viewer.owned.intersection(resource.components):
            end = viewer.owned_until.get(tool, FOR_EVER)
            met["owns"] = max(end, met.get("owns", end))
    return met


@settings(derandomize=True, max_examples=300, deadline=None)
@given(viewers, resources, moments)
def test_it_is_open_exactly_while_a_clause_is_met_and_closes_when_it_says(
    viewer, resource, now
):
    decision = decide(viewer, resource, now)

    met = {
        clause: end
        for clause, end in ends(viewer, resource).items()
        if clause in resource.opens_for and now < end
    }
    assert decision.allowed == bool(met)
    assert (decision.via in met) if met else decision.via is None
    assert decision.expires_at == (
        max(met.values()) if met and max(met.values()) != FOR_EVER else None
    )
    assert decision.reason
    assert set(clauses(decision)) <= set(resource.opens_for) & set(WAYS)
    assert not (decision.allowed and decision.ways_to_open)
    if decision.expires_at is not None:
        assert not decide(viewer, resource, decision.expires_at).allowed


@settings(derandomize=True, max_examples=200, deadline=None)
@given(viewers, resources, st.sampled_from(CLAUSES) | st.text(max_size=12), moments)
def test_another_clause_never_closes_and_no_clause_never_opens(viewer, resource, clause, now):
    more = replace(resource, opens_for=(*resource.opens_for, clause))

    assert decide(viewer, more, now).allowed >= decide(viewer, resource, now).allowed
    assert not decide(viewer, replace(resource, opens_for=()), now).allowed


MORE = {
    "email": lambda viewer: replace(viewer, email=viewer.email or "ana@example.org"),
    "newsletter": lambda viewer: replace(viewer, reads_newsletter=True),
    "tools": lambda viewer: replace(viewer, owned=viewer.owned | {"strap"}),
    "no end of tools": lambda viewer: replace(viewer, owned_until={}),
    "member": lambda viewer: replace(viewer, is_member=True, member_until=None),
    "staff": lambda viewer: replace(viewer, is_staff=True),
    "share": lambda viewer: replace(
        viewer, shares=dict(viewer.shares) | {"video:strap": FOR_EVER}
    ),
}


@settings(derandomize=True, max_examples=200, deadline=None)
@given(viewers, resources, st.sampled_from(sorted(MORE)), moments)
def test_more_that_is_proven_never_closes(viewer, resource, fact, now):
    more = MORE[fact](viewer)

    assert decide(more, resource, now).allowed >= decide(viewer, resource, now).allowed


@settings(derandomize=True, max_examples=200, deadline=None)
@given(viewers, resources, moments, moments)
def test_time_alone_opens_nothing(viewer, resource, one, other):
    early, late = sorted((one, other))

    assert decide(viewer, resource, early).allowed >= decide(viewer, resource, late).allowed


@settings(derandomize=True, max_examples=200, deadline=None)
@given(viewers, resources, moments)
def test_what_every_stranger_gets_depends_on_nothing_but_the_resource(viewer, resource, now):
    decision = decide(viewer, resource, now)

    if decision.cache_scope == "public":
        assert decision == decide(Viewer(), resource, now) or "open" in resource.opens_for
        assert decision.allowed == ("open" in resource.opens_for)
