"""The days of a routine as a calendar, read by two parsers that are not ours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from routines.library.pieces import Dosage
from routines.sheets import asked, days
from routines.sheets.days import Choice, Occasion
from storefront.database import session
from storefront.errors import Invalid
from tests.routines.made import publish_routine, step_of

SIX_DAYS = Dosage(days_a_week=6, rest_days=1)
NOW = datetime(2026, 11, 20, 16, tzinfo=UTC)
OCCASION = Occasion("calf 1", "Calf; a, b", "Stop when\nit hurts.", "https://shop.example/play", 8, NOW)  # fmt: skip
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")

choices = st.builds(
    Choice,
    start=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    days=st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found))),
    times=st.sets(st.times(time(5), time(22)).map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=3)
    .map(lambda found: tuple(sorted(found))),
    weeks=st.integers(1, 12),
    zone=st.sampled_from(ZONES),
    remind_minutes=st.none() | st.integers(0, 60),
)  # fmt: skip


def by_vobject(content: bytes) -> list[datetime]:
    """Let the second parser count the days out, each in the zone of its event."""
    read = vobject.readOne(content.decode())
    return sorted(at for event in read.vevent_list for at in event.getrruleset(addRDate=True))


@given(choices)
def test_both_parsers_find_the_chosen_days_at_the_chosen_hours(choice):
    content = days.calendar("Shop", OCCASION, choice)

    wanted = sorted(
        datetime.combine(day, at) for day in days.dates(choice) for at in choice.times
    )
    assert [at.replace(tzinfo=None) for at in by_vobject(content)] == wanted
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert {event.decoded("dtstart").utcoffset() for event in events} == {
        datetime.combine(wanted[0].date(), at, ZoneInfo(choice.zone)).utcoffset() for at in choice.times
    }  # fmt: skip
    assert len(wanted) == choice.weeks * len(choice.days) * len(choice.times)


def test_six_days_are_followed_by_one_of_rest():
    choice = asked.choice(MultiDict({"start": "2026-11-23"}), SIX_DAYS, NOW, "Europe/Berlin")

    found = by_vobject(days.calendar("Shop", OCCASION, choice))

    assert {at.weekday() for at in found} == {0, 1, 2, 3, 4, 5}
    assert found[0].date() == date(2026, 11, 23)
    assert len(found) == 24


def test_half_past_seven_stays_half_past_seven_when_the_clocks_change():
    choice = Choice(date(2026, 10, 19), (0, 6), (time(19, 30),), 2, "Europe/Berlin")

    read = icalendar.Calendar.from_ical(days.calendar("Shop", OCCASION, choice))
    zone = read.walk("VTIMEZONE")[0].to_tz()

    offsets = [datetime.combine(day, time(19, 30), zone).utcoffset() for day in days.dates(choice)]  # fmt: skip
    assert offsets == [timedelta(hours=hours) for hours in (2, 1, 1, 1)]
    assert {at.hour for at in by_vobject(days.calendar("Shop", OCCASION, choice))} == {19}


def test_an_open_length_is_not_made_up():
    choice = Choice(date(2026, 11, 23), (0,), (time(8),), 1, "UTC")
    open_end = Occasion("a", "A", "", "https://shop.example", None, NOW)

    text = days.calendar("Shop", open_end, choice).decode()

    assert "DURATION" not in text
    assert "DTEND" not in text


@pytest.mark.parametrize(
    ("schedule", "wanted"),
    [
        ({}, ()),
        ({"days_a_week": "2-3"}, (0, 3)),
        ({"days_a_week": 3}, (0, 2, 4)),
        ({"days_a_week": 7}, tuple(range(7))),
    ],
)
def test_the_days_come_from_the_schedule_and_are_never_made_up(schedule, wanted):
    assert days.days_of(Dosage(**schedule)) == wanted


def test_twice_a_day_is_two_times():
    choice = asked.choice(MultiDict(), Dosage(per_day=2, days_a_week=7), NOW, "UTC")

    assert choice.times == (time(8), time(19))
    assert choice.start == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "day"), ({"day": "7"}, "day"), ({"day": "1", "time": "25:00"}, "time"), ({"day": "1", "weeks": "0"}, "weeks"),
        ({"day": "1", "weeks": "x"}, "weeks"), ({"day": "1", "zone": "Mars/Base"}, "zone"), ({"day": "1", "zone": "../etc"}, "zone"),
        ({"day": "1", "start": "soon"}, "start"), ({"day": "1", "start": "9999-12-31"}, "start"), ({"day": "1", "remind": "-5"}, "remind"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_at_its_field(fields, field):
    with pytest.raises(Invalid) as wrong:
        asked.choice(MultiDict(fields), Dosage(), NOW, "UTC")

    assert field in wrong.value.fields


def test_the_file_and_its_form(app, client):
    with app.app_context():
        publish_routine(session(), "calf", step_of(dosage={"duration_seconds": 45}), schedule={"days_a_week": 6})  # fmt: skip

    file = client.get(
        "/routines/calf/calendar.ics?start=2026-11-23&zone=Asia/Kathmandu&time=06:15&remind=10"
    )
    form = client.get("/routines/calf/calendar")
    wrong = client.get("/routines/calf/calendar.ics?time=99:99&weeks=3")

    assert file.content_type == "text/calendar; charset=utf-8"
    assert 'filename="calf.ics"' in file.headers["Content-Disposition"]
    assert f"{by_vobject(file.data)[0]:%Y-%m-%d %H:%M}" == "2026-11-23 06:15"
    assert b"TRIGGER:-PT10M" in file.data
    assert form.text.count("checked") == 6
    assert wrong.status_code == 422
    assert "Write up to four times" in wrong.text
    assert 'value="3"' in wrong.text


def test_the_same_choice_gives_the_same_file(app, client):
    with app.app_context():
        publish_routine(session(), "calf", schedule={"days_a_week": 6})

    address = "/routines/calf/calendar.ics?start=2026-11-23"
    assert client.get(address).data == client.get(address).data
