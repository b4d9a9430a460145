"""Phases open by days of the reader's calendar, whatever its clock does meanwhile."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routines.programmes import unlock
from routines.programmes.unlock import Rule
from storefront.errors import Invalid

BERLIN = "Europe/Berlin"
THURSDAY, HOUR, DAY = 3, timedelta(hours=1), timedelta(days=1)
CHANGES = {  # zones, each with moments near which its clock jumps
    "Europe/Berlin": [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)],
    "America/New_York": [datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)],
    "Australia/Lord_Howe": [datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)],
    "Pacific/Apia": [datetime(2011, 12, 30, 10, tzinfo=UTC)],  # 30 December was left out
    "Africa/Cairo": [datetime(2026, 4, 23, 22, tzinfo=UTC)],  # midnight does not exist
    "America/Havana": [datetime(2026, 11, 1, 5, tzinfo=UTC)],  # midnight comes twice
    "Pacific/Kiritimati": [datetime(2026, 1, 1, tzinfo=UTC)],
    "UTC": [datetime(2026, 1, 1, tzinfo=UTC)],
}  # fmt: skip


def at(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def rules(*days: int, **last) -> tuple[Rule, ...]:
    made = [Rule(f"p{index}", count) for index, count in enumerate(days)]
    made[-1] = Rule(made[-1].key, made[-1].days, **last)
    return tuple(made)


def local(moment: datetime, zone: str = BERLIN) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M")


def unlocks(course, index: int = -1, zone: str = BERLIN) -> str:
    return local(course.standings[index].unlocks_at, zone)


def test_the_first_phase_opens_at_once_and_the_next_as_its_day_begins():
    course = unlock.begin(rules(0, 14, 14), BERLIN, at("2026-11-20T21:30"))

    assert course.standings[0].opened_at == at("2026-11-20T21:30")
    assert [unlocks(course, 1), unlocks(course, 2)] == ["Fri 2026-12-04 00:00", "Fri 2026-12-18 00:00"]  # fmt: skip


def test_weekday_and_hour_are_looked_for_from_the_day_on():
    last = {"weekday": THURSDAY, "hour": 7}
    course = unlock.begin(rules(0, 14, **last), BERLIN, at("2026-11-20T21:30"))

    assert unlocks(course) == "Thu 2026-12-10 07:00"
    on_the_day = unlock.begin(rules(0, 14, **last), BERLIN, at("2026-11-19T21:30"))
    assert unlocks(on_the_day) == "Thu 2026-12-03 07:00"


@pytest.mark.parametrize(
    ("last", "text"),
    [
        ({"hour": 7}, "Sat 2026-11-21 07:00"),
        ({"weekday": 4, "hour": 7}, "Fri 2026-11-27 07:00"),
        ({"weekday": 4}, "Fri 2026-11-20 21:30"),
        ({}, "Fri 2026-11-20 21:30"),
    ],
)
def test_a_phase_without_days_never_opens_before_the_one_before(last, text):
    course = unlock.begin(rules(0, 0, **last), BERLIN, at("2026-11-20T21:30"))

    assert unlocks(course) == text


def test_days_count_from_when_the_previous_phase_began():
    course = unlock.begin(rules(0, 14, 14), BERLIN, at("2026-11-01T12:00"))
    course = unlock.open_next(course, "p1", at("2026-11-05T12:00"))

    assert unlocks(course) == "Thu 2026-11-19 00:00"
    assert course.standings[0].completed_at == at("2026-11-05T12:00")


def test_a_phase_that_needs_the_one_before_waits_and_begins_when_it_is_done():
    course = unlock.begin(rules(0, 7, needs_previous_done=True), BERLIN, at("2026-11-01T12:00"))
    late = at("2026-11-20T12:00")

    assert unlock.settle(course, late).opened == 1
    done = unlock.done(course, "p0", late)
    assert done.standings[1].opened_at == late
    early = unlock.done(course, "p0", at("2026-11-03T12:00"))
    assert unlock.settle(early, late).standings[1].opened_at == at("2026-11-08T00:00")


def test_what_waits_for_the_reader_is_forecast_as_if_they_were_done_now():
    made = (Rule("a", 0), Rule("b", 7, needs_previous_done=True), Rule("c", 7))
    course = unlock.begin(made, BERLIN, at("2026-11-01T12:00"))

    shown = unlock.forecast(course, at("2026-11-20T12:00"))

    assert (shown.opened, unlocks(shown)) == (1, "Fri 2026-11-27 00:00")


def test_a_pause_moves_what_is_to_come_by_its_days_and_keeps_what_is_open():
    course = unlock.begin(rules(0, 14, 14), BERLIN, at("2026-11-01T12:00"))
    course = unlock.pause(course, at("2026-11-10T23:00"))

    assert unlock.settle(course, at("2027-11-10T23:00")).opened == 1
    course = unlock.go_on(course, at("2026-11-20T01:00"))
    assert [unlocks(course, 1), unlocks(course, 2)] == ["Wed 2026-11-25 00:00", "Wed 2026-12-09 00:00"]  # fmt: skip
    assert course.standings[0].opened_at == at("2026-11-01T12:00")


def test_what_came_due_before_the_pause_is_open_although_nobody_looked():
    course = unlock.begin(rules(0, 7), BERLIN, at("2026-11-01T12:00"))

    paused = unlock.pause(course, at("2026-11-20T12:00"))

    assert paused.standings[1].opened_at == at("2026-11-08T00:00")


def test_an_hour_that_passed_in_a_short_pause_opens_when_the_reader_goes_on():
    course = unlock.begin(rules(0, 7, hour=7), BERLIN, at("2026-11-01T12:00"))
    course = unlock.pause(course, at("2026-11-08T06:00"))
    back = at("2026-11-08T10:00")

    assert unlock.go_on(course, back).standings[1].opened_at == back


def test_at_their_own_pace_nothing_has_a_date_and_the_reader_opens_it():
    course = unlock.begin(rules(0, 7), BERLIN, at("2026-11-01T12:00"), is_self_paced=True)

    assert course.standings[0].opened_at
    assert course.standings[1].unlocks_at is None
    assert unlock.settle(course, at("2027-11-01T12:00")).opened == 1
    assert unlock.open_next(course, "p1", at("2026-11-02T12:00")).opened == 2


def test_back_on_the_calendar_what_is_overdue_opens():
    course = unlock.begin(rules(0, 7), BERLIN, at("2026-11-01T12:00"), is_self_paced=True)
    now = at("2026-12-01T12:00")

    assert unlock.set_pace(course, now, is_self_paced=False).standings[1].opened_at == now


def test_only_the_next_phase_can_be_opened_and_not_during_a_pause():
    course = unlock.begin(rules(0, 7, 7), BERLIN, at("2026-11-01T12:00"))
    now = at("2026-11-02T12:00")

    with pytest.raises(Invalid, match="not the next"):
        unlock.open_next(course, "p2", now)
    with pytest.raises(Invalid, match="paused"):
        unlock.open_next(unlock.pause(course, now), "p1", now)
    with pytest.raises(Invalid, match="not open"):
        unlock.done(course, "p1", now)
    once = unlock.open_next(course, "p1", now)
    assert unlock.open_next(once, "p1", now + DAY) == once


def test_done_can_be_taken_back_and_what_opened_by_it_stays():
    course = unlock.begin(rules(0, 0, needs_previous_done=True), BERLIN, at("2026-11-01T12:00"))
    course = unlock.done(course, "p0", at("2026-11-02T12:00"))
    back = unlock.not_done(course, "p0", at("2026-11-02T12:01"))

    assert (back.opened, back.standings[0].completed_at) == (2, None)


def test_another_clock_moves_the_days_to_come_and_nothing_else():
    course = unlock.begin(rules(0, 14, hour=7), BERLIN, at("2026-11-01T12:00"))
    moved = unlock.move(course, "America/New_York", at("2026-11-05T12:00"))

    assert unlocks(moved, zone="America/New_York") == "Sun 2026-11-15 07:00"
    assert moved.standings[0] == course.standings[0]


@pytest.mark.parametrize(
    ("zone", "started", "days", "hour", "text"),
    [
        (BERLIN, "2026-03-28T12:00", 1, 2, "Sun 2026-03-29 03:00"),  # 02:00 is skipped
        (BERLIN, "2026-10-24T12:00", 1, 2, "Sun 2026-10-25 02:00"),  # 02:00 comes twice
        (
            "Australia/Lord_Howe",
            "2026-10-03T12:00",
            1,
            2,
            "Sun 2026-10-04 02:30",
        ),  # half an hour
        (
            "Pacific/Apia",
            "2011-12-29T12:00",
            1,
            7,
            "Sat 2011-12-31 07:00",
        ),  # the day is skipped
        ("Africa/Cairo", "2026-04-23T12:00", 1, None, "Fri 2026-04-24 01:00"),  # no midnight
        ("America/Havana", "2026-10-31T12:00", 1, None, "Sun 2026-11-01 00:00"),
    ],
)
def test_hours_that_do_not_exist_or_come_twice(zone, started, days, hour, text):
    course = unlock.begin(rules(0, days, hour=hour), zone, at(started, zone))

    assert unlocks(course, zone=zone) == text


def test_of_an_hour_that_comes_twice_the_first_counts():
    assert unlock.moment_of(at("2026-10-25T12:00").date(), 2, BERLIN) == datetime(2026, 10, 25, 0, tzinfo=UTC)  # fmt: skip


hours = st.none() | st.integers(0, 23)
weekdays = st.none() | st.integers(0, 6)
any_rule = st.tuples(st.integers(0, 21), weekdays, hours, st.booleans())


@st.composite
def beginnings(draw, most_days: int = 21):
    """Begin a programme some days around a change of the clock."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    near = draw(st.sampled_from(CHANGES[zone]))
    now = near + timedelta(minutes=draw(st.integers(-most_days * 1440, most_days * 1440)))
    made = [Rule(f"p{index}", *values) for index, values in enumerate(draw(st.lists(any_rule, min_size=1, max_size=5)))]  # fmt: skip
    return unlock.begin(made, zone, now), now


DOINGS = ("pause", "go_on", "own_pace", "calendar", "move", "open", "done", "not_done", "look")


def act(course, doing: str, zone: str, now: datetime):
    """Do what a reader does; what the rules refuse changes nothing."""
    seen = unlock.settle(course, now)  # they press what they see
    last = seen.standings[max(seen.opened - 1, 0)].key
    ways = {
        "pause": lambda: unlock.pause(course, now),
        "go_on": lambda: unlock.go_on(course, now),
        "own_pace": lambda: unlock.set_pace(course, now, is_self_paced=True),
        "calendar": lambda: unlock.set_pace(course, now, is_self_paced=False),
        "move": lambda: unlock.move(course, zone, now),
        "open": lambda: unlock.open_next(course, seen.next_key or last, now),
        "done": lambda: unlock.done(course, last, now),
        "not_done": lambda: unlock.not_done(course, last, now),
        "look": lambda: unlock.settle(course, now),
    }
    try:
        return ways[doing]()
    except Invalid:
        return course


lives = st.lists(
    st.tuples(
        st.integers(0, 20 * 1440), st.sampled_from(DOINGS), st.sampled_from(sorted(CHANGES))
    ),
    max_size=12,
)


@given(beginnings(), lives)
def test_whatever_a_reader_does_order_is_kept_and_nothing_opens_twice_or_closes(begun, life):
    course, now = begun
    for minutes, doing, zone in life:
        now += timedelta(minutes=minutes)
        before = [one.opened_at for one in course.standings]
        course = act(course, doing, zone, now)
        after = [one.opened_at for one in course.standings]

        assert unlock.is_in_order(course)
        assert [new for old, new in zip(before, after, strict=True) if old] == [old for old in before if old]  # fmt: skip
        assert all(moment <= now for moment in after if moment)


@given(beginnings(), lives)
def test_nothing_is_ever_lost(begun, life):
    course, now = begun
    for minutes, doing, zone in life:
        now += timedelta(minutes=minutes)
        course = act(course, doing, zone, now)
    course = unlock.set_pace(unlock.go_on(course, now), now, is_self_paced=False)
    for _ in course.rules:
        now += 30 * DAY
        course = act(course, "done", course.zone, now)

    assert unlock.settle(course, now + 30 * DAY).next_key is None


@given(beginnings(), lives, st.lists(st.integers(0, 400), max_size=6))
def test_how_often_and_how_late_somebody_looks_is_no_matter(begun, life, looks):
    often, now = begun
    seldom = often
    for minutes, doing, zone in life:
        for part in sorted(looks):
            often = unlock.settle(often, now + timedelta(minutes=minutes * part / 400))
        now += timedelta(minutes=minutes)
        often, seldom = act(often, doing, zone, now), act(seldom, doing, zone, now)

    assert unlock.settle(often, now) == unlock.settle(seldom, now)


@given(beginnings())
def test_each_phase_opens_on_the_first_fitting_hour_of_the_readers_calendar(begun):
    course, _now = begun
    zone = ZoneInfo(course.zone)
    since = course.started_at
    for rule, one in zip(course.rules, course.standings, strict=True):
        moment = one.opened_at or one.unlocks_at
        if rule.needs_previous_done and one.opened_at:
            since = moment
            continue
        there = moment.astimezone(zone)
        days = (there.date() - since.astimezone(zone).date()).days
        skips = there.astimezone(UTC) - timedelta(days=1) != (there - timedelta(days=1)).astimezone(UTC)  # fmt: skip

        assert days >= rule.days
        assert days <= rule.days + 7 + (1 if skips else 0)
        if rule.hour is not None and not skips:
            assert (there.hour, there.minute) == (rule.hour, 0)
        if rule.weekday is not None and not skips:
            assert there.weekday() == rule.weekday
        since = moment


@given(beginnings(), st.integers(0, 60 * 1440), st.integers(0, 60 * 1440))
def test_a_longer_pause_never_opens_anything_sooner(begun, short, more):
    course, now = begun
    paused = unlock.pause(course, now)

    dates = [
        [one.opened_at or one.unlocks_at for one in unlock.go_on(paused, now + timedelta(minutes=length)).standings]
        for length in (0, short, short + more)
    ]  # fmt: skip

    assert dates[0] <= dates[1] <= dates[2]
