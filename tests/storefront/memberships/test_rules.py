"""Access by a membership, as a pure rule: every edge of time, and never open for ever."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.memberships.models import SOURCES, STATUSES
from storefront.memberships.rules import Grace, months_after, open_until, opens, told_until

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
GRACE = Grace(clock=timedelta(hours=1), late=timedelta(days=7))
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Known:
    status: str = "active"
    source: str = "stripe"
    period_end: datetime | None = NOW
    past_due_since: datetime | None = None
    ends_because: str = ""


moments = st.datetimes(  # naive bounds, as the strategy asks
    datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)  # noqa: DTZ001
)  # fmt: skip
known = st.builds(
    Known, st.sampled_from(STATUSES), st.sampled_from(SOURCES), st.none() | moments, st.none() | moments,
    st.sampled_from(["", "trial_used"]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "until"),
    [
        (Known("trialing"), NOW + GRACE.clock),
        (Known("active"), NOW + GRACE.clock),
        (Known("active", source="gift"), NOW),
        (Known("past_due", past_due_since=NOW - timedelta(days=5)), NOW + timedelta(days=2)),
        (Known("past_due", period_end=NOW + timedelta(days=90), past_due_since=NOW), NOW + GRACE.late),
        (Known("past_due"), None),
        (Known("canceled"), None),
        (Known("canceled", source="gift"), None),
        (Known("unpaid", past_due_since=NOW), None),
        (Known("paused"), None),
        (Known("incomplete"), None),
        (Known("trialing", ends_because="trial_used"), None),
        (Known("active", period_end=None), None),
    ],
)  # fmt: skip
def test_each_status_opens_until_its_moment_and_not_at_it(facts, until):
    assert open_until(facts, GRACE) == until
    assert opens(facts, GRACE, (until or NOW) - TICK) == (until is not None)
    assert not opens(facts, GRACE, until or NOW)


@given(known, moments, moments)
def test_what_has_closed_stays_closed(facts, one, other):
    sooner, later = sorted((one, other))
    if not opens(facts, GRACE, sooner):
        assert not opens(facts, GRACE, later)


@given(known, moments, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_longer_period_and_a_later_failure_never_close_anything(facts, moment, more):
    if facts.period_end is None or facts.past_due_since is None:
        return
    longer = replace(facts, period_end=facts.period_end + more)
    later = replace(facts, past_due_since=facts.past_due_since + more)
    if opens(facts, GRACE, moment):
        assert opens(longer, GRACE, moment)
        assert opens(later, GRACE, moment)


@given(known, moments)
def test_more_patience_never_closes_anything(facts, moment):
    if opens(facts, Grace(timedelta(0), timedelta(0)), moment):
        assert opens(facts, GRACE, moment)


@given(known)
def test_nothing_opens_for_ever(facts):
    assert not opens(facts, GRACE, datetime(2045, 1, 1, tzinfo=UTC))


def test_a_page_never_names_the_patience_with_late_news():
    assert told_until(Known("active"), GRACE) == NOW
    assert told_until(Known("past_due", past_due_since=NOW), GRACE) == NOW + GRACE.late


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2027, 12, 31), 2, (2028, 2, 29)),
        ((2026, 11, 20), 12, (2027, 11, 20)),
        ((2026, 12, 1), 1, (2027, 1, 1)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day, months, then):
    assert months_after(datetime(*day, tzinfo=UTC), months) == datetime(*then, tzinfo=UTC)


@given(moments, st.integers(1, 60))
def test_months_go_forward(moment, months):
    assert moment < months_after(moment, months) <= moment + timedelta(days=31 * months)
