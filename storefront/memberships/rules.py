"""What a membership opens and until when: worked out at each request, from what Stripe last said.

No database and no clock: facts and a moment in, an answer out. That an event was lost can
therefore never keep anything open for ever.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

RUNS = ("trialing", "active")  # these open until the end of their period
GIFT = "gift"


class Facts(Protocol):
    """What is known of one membership; a row of the table has it all."""

    @property
    def status(self) -> str:
        """Give the status in Stripe's words; a gift is active."""

    @property
    def source(self) -> str:
        """Tell where it comes from: stripe or gift."""

    @property
    def period_end(self) -> datetime | None:
        """Tell until when it is paid, tried or given."""

    @property
    def past_due_since(self) -> datetime | None:
        """Tell since when a payment is late."""

    @property
    def ends_because(self) -> str:
        """Tell why we are ending it ourselves; nothing if we are not."""


@dataclass(frozen=True)
class Grace:
    """How long a membership opens beyond what is certain."""

    clock: timedelta  # beyond the end of a period: a renewal takes a while to be told
    late: timedelta  # after a payment has failed


@dataclass(frozen=True)
class Standing:
    """That somebody is a member now: by which plan, until when, and what comes then."""

    plan_slug: str
    name: str
    status: str  # trialing, active or past_due
    until: datetime  # the end of the period, or of the patience with a late payment
    opens_until: datetime  # from this moment on nothing is open: with the patience of a renewal
    is_trial: bool
    ends: bool  # it ends then and is not renewed
    source: str  # stripe or gift


def open_until(facts: Facts, grace: Grace) -> datetime | None:
    """Tell the moment from which a membership opens nothing; None when it never does."""
    if facts.ends_because:
        return None
    if facts.status in RUNS and facts.period_end is not None:
        is_gift = facts.source == GIFT
        return facts.period_end if is_gift else facts.period_end + grace.clock
    if facts.status == "past_due" and facts.past_due_since is not None:
        return facts.past_due_since + grace.late
    return None


def opens(facts: Facts, grace: Grace, now: datetime) -> bool:
    """Tell whether a membership opens anything at a moment."""
    until = open_until(facts, grace)
    return until is not None and now < until


def told_until(facts: Facts, grace: Grace) -> datetime | None:
    """Tell the end that a page names: without the patience that only we need."""
    if facts.status == "past_due":
        return open_until(facts, grace)
    return facts.period_end


def months_after(moment: datetime, months: int) -> datetime:
    """Go so many months on, to the last day of a shorter month at most."""
    year, month = divmod(moment.month - 1 + months, 12)
    first = moment.replace(year=moment.year + year, month=month + 1, day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first.replace(day=min(moment.day, (following - timedelta(days=1)).day))
