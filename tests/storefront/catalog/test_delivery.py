"""When a parcel comes, by table; 2026-11-20 is a Friday."""

from datetime import UTC, date, datetime

import pytest

from storefront.catalog.delivery import after, arrival


@pytest.mark.parametrize(
    ("now", "leaves_today", "first", "last"),
    [
        ("2026-11-18T12:59", True, "2026-11-19", "2026-11-20"),  # Wednesday 13:59 in Berlin
        ("2026-11-18T13:00", False, "2026-11-20", "2026-11-23"),  # 14:00: leaves on Thursday
        ("2026-11-20T08:00", True, "2026-11-23", "2026-11-24"),  # Friday morning
        ("2026-11-20T15:00", False, "2026-11-24", "2026-11-25"),  # Friday evening
        ("2026-11-21T08:00", False, "2026-11-24", "2026-11-25"),  # Saturday
        ("2026-11-22T23:30", True, "2026-11-24", "2026-11-25"),  # already Monday in Berlin
        ("2026-07-15T11:59", True, "2026-07-16", "2026-07-17"),  # summer time: 13:59
        ("2026-07-15T12:00", False, "2026-07-17", "2026-07-20"),
    ],
)
def test_a_parcel_leaves_by_the_cut_off_and_travels_on_working_days(
    now, leaves_today, first, last
):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    found = arrival(moment, timezone="Europe/Berlin", cutoff_hour=14)

    assert found.leaves_today is leaves_today
    assert (found.first, found.last) == (date.fromisoformat(first), date.fromisoformat(last))


def test_days_on_the_way_can_be_more():
    moment = datetime(2026, 11, 18, 8, tzinfo=UTC)

    found = arrival(moment, timezone="Europe/Berlin", cutoff_hour=14, days=(2, 4))

    assert (found.first, found.last) == (date(2026, 11, 20), date(2026, 11, 24))


def test_no_working_day_later_is_the_same_day():
    assert after(date(2026, 11, 21), 0) == date(2026, 11, 21)
