"""How moments are written in the backoffice: on the shop's own clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta

from storefront import clock, web

NEVER = "never"


def moment(at: datetime | None) -> str:
    """Write a moment with date and time; "never" for none."""
    if at is None:
        return NEVER
    wanted = web.settings()
    zone = ZoneInfo(wanted.timezone)
    return format_datetime(at, "d MMM y, HH:mm", tzinfo=zone, locale=wanted.locale)


def ago(at: datetime | None) -> str:
    """Write how long ago a moment is, such as "3 minutes ago"."""
    if at is None:
        return NEVER
    past = at - clock.now()
    if past > timedelta(seconds=-2):
        return "just now"
    return format_timedelta(past, add_direction=True, locale=web.settings().locale)


def span(length: timedelta) -> str:
    """Write a length of time, such as "5 minutes"."""
    return format_timedelta(length, threshold=1.2, locale=web.settings().locale)
