"""Until when something can be sent back: days counted from the delivery of the last parcel; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from storefront.catalog.delivery import after

LATEST_DELIVERY = 7  # working days: nobody tells us when a parcel came, so doubt is the buyer's


@dataclass(frozen=True)
class Window:
    """The last day of a right; none while something is still to be sent."""

    days: int
    ends_on: date | None

    def is_open(self, today: date) -> bool:
        """Tell whether the last day has not passed."""
        return self.ends_on is None or today <= self.ends_on


def window(
    sent_at: Iterable[datetime], days: int, *, timezone: str, is_waiting: bool = False
) -> Window:
    """Count from the latest day on which the last parcel can have come."""
    left = [moment.astimezone(ZoneInfo(timezone)).date() for moment in sent_at]
    if is_waiting or not left:
        return Window(days, None)
    return Window(days, after(max(left), LATEST_DELIVERY) + timedelta(days=days))


def today(now: datetime, timezone: str) -> date:
    """Tell the day it is where the shop stands."""
    return now.astimezone(ZoneInfo(timezone)).date()
