"""Dates of phases in words, on the reader's clock."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date, format_time

from routines.programmes.unlock import day_of
from storefront.public import Invalid


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Name the time zones that a reader can choose, as places: "Europe/Berlin"."""
    found = available_timezones()
    return (
        *sorted(name for name in found if "/" in name and not name.startswith("Etc/")),
        "UTC",
    )


def known_zone(name: str) -> str:
    """Give a time zone that we know.

    Raises:
        Invalid: nobody knows it.
    """
    if name not in zones():
        raise Invalid(
            fields={"zone": "Choose a time zone from the list, such as Europe/Berlin."}
        )
    return name


def day_text(moment: datetime, zone: str, now: datetime, locale: str) -> str:
    """Write a day for a reader, such as "Thursday 3 December"; with the year when it is another."""
    day = day_of(moment, zone)
    shape = "EEEE d MMMM" if day.year == day_of(now, zone).year else "EEEE d MMMM y"
    return str(format_date(day, shape, locale))


def hour_text(moment: datetime, zone: str, locale: str) -> str:
    """Write an hour on the reader's clock, such as "07:00"."""
    return str(format_time(moment.astimezone(ZoneInfo(zone)), "HH:mm", locale=locale))
