"""Find when a recurring price comes due next."""

import calendar
from datetime import UTC, datetime, timedelta

from storefront.till.ledger import Json

MONTHS = {"month": 1, "year": 12}
DAYS = {"day": 1, "week": 7}


def after(start: int, recurring: Json, anchor: int) -> int:
    """Add one interval; months keep the anchor's day where they are long enough."""
    begun = datetime.fromtimestamp(start, UTC)
    count, interval = recurring["interval_count"], recurring["interval"]
    if interval in DAYS:
        return int((begun + timedelta(days=DAYS[interval] * count)).timestamp())
    months = begun.year * 12 + begun.month - 1 + MONTHS[interval] * count
    year, month = divmod(months, 12)
    day = datetime.fromtimestamp(anchor, UTC).day
    last = calendar.monthrange(year, month + 1)[1]
    return int(begun.replace(year=year, month=month + 1, day=min(day, last)).timestamp())
