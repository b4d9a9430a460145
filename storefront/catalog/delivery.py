"""When an order would arrive: a cut-off hour, then working days; pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

SATURDAY = 5


@dataclass(frozen=True)
class Arrival:
    """The days between which a parcel arrives, and whether today's cut-off is still ahead."""

    leaves_on: date
    first: date
    last: date
    leaves_today: bool


def arrival(
    now: datetime, *, timezone: str, cutoff_hour: int, days: tuple[int, int] = (1, 2)
) -> Arrival:
    """Tell when an order made now arrives; `days` are working days on the way, from and to.

    Weekends are no working days. Public holidays are not known here: `days` has room for one.
    """
    local = now.astimezone(ZoneInfo(timezone))
    today = local.date()
    leaves_today = is_working(today) and local.hour < cutoff_hour
    leaves_on = today if leaves_today else after(today, 1)
    return Arrival(
        leaves_on, after(leaves_on, days[0]), after(leaves_on, days[1]), leaves_today
    )


def preorder_words(day: date | None, locale: str) -> str:
    """Say from which day a preorder ships, or nothing."""
    return f"Preorder: ships from {format_date(day, 'd MMMM y', locale)}" if day else ""


def is_working(day: date) -> bool:
    """Tell whether parcels move on a day."""
    return day.weekday() < SATURDAY


def after(day: date, working_days: int) -> date:
    """Give the day that lies a number of working days later."""
    while working_days:
        day += timedelta(days=1)
        working_days -= is_working(day)
    return day
