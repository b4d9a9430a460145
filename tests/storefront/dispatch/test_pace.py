"""The pace: buckets that outlive a restart, warm-up days, and patience with a busy domain."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storefront import database
from storefront.dispatch import claim as claims
from storefront.dispatch import outcomes, pace
from storefront.dispatch.models import Pace
from storefront.dispatch.outcomes import Outcome
from storefront.dispatch.pace import Limits
from storefront.dispatch.ratio import Ratio
from storefront.issues.models import Issue
from tests.makers import both
from tests.storefront.dispatch.desk import prepared, states

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def room(limits, now, take=0, most=200):
    with database.transaction() as db:
        found = pace.room(db, limits, most, now)
        pace.take(db, limits, min(take, found), now)
        return found


@both
def test_a_rate_gives_so_many_letters_each_second(db):
    limits = Limits(rate=50)

    assert room(limits, NOON, take=50) == 50
    assert room(limits, NOON) == 0
    assert room(limits, NOON + SECOND / 2) == 25
    assert room(limits, NOON + 10 * SECOND) == 50  # nothing is saved up


def test_a_worker_started_anew_goes_on_at_the_pace_of_the_last(app):
    with app.app_context():
        room(Limits(rate=10), NOON, take=10)
    with app.app_context():
        assert room(Limits(rate=10), NOON) == 0


def test_a_new_sender_warms_up_day_by_day(db):
    limits = Limits(warmup=(3, 5))

    assert room(limits, NOON, take=3) == 3
    assert room(limits, NOON) == 0
    assert pace.full_today(db, limits, NOON)
    assert room(limits, NOON + DAY, take=5) == 5
    assert room(limits, NOON + DAY) == 0
    assert room(limits, NOON + 2 * DAY) == 200


@both
def test_each_domain_has_a_rate_of_its_own_and_the_rest_stays_queued(app, db):
    issue_id = prepared(db, 9, domains=["big.example", "big.example", "small.example"])
    limits = Limits(domain_rate=2)

    def take(now):
        with database.transaction() as write:
            issue = write.get_one(Issue, issue_id)
            shop = app.extensions["storefront"].settings
            found = claims.claim(
                write, issue, "one", now, most=20, limits=limits, settings=shop
            )
            return sorted(one.domain for one in found)

    both_domains = ["big.example"] * 2 + ["small.example"] * 2
    assert take(NOON) == both_domains
    assert take(NOON) == []
    assert states(db, issue_id).count("queued") == 5
    assert take(NOON + SECOND) == ["big.example"] * 2 + ["small.example"]


def test_a_busy_domain_rests_longer_each_time_and_is_forgiven_after_a_success(db):
    def strike(now):
        with database.transaction() as write:
            pace.strike(write, "busy.example", now)
        return db.scalars(select(Pace.wait_until)).one() - now

    assert strike(NOON) == timedelta(minutes=1)
    assert strike(NOON + SECOND) == timedelta(seconds=59)  # it rests already
    assert strike(NOON + timedelta(minutes=2)) == timedelta(minutes=2)
    with database.transaction() as write:
        pace.calm(write, ["busy.example"])
    assert strike(NOON + timedelta(hours=1)) == timedelta(minutes=1)
    assert pace.resting(db, NOON + timedelta(hours=1)) == ["busy.example"]


@pytest.mark.parametrize(
    ("code", "said", "state", "is_busy"),
    [
        (250, "2.0.0 ok", "accepted", False),
        (421, "4.7.0 slow down", "deferred", True),
        (450, "greylisted", "deferred", True),
        (452, "4.2.2 mailbox full", "deferred", False),
        (550, "5.1.1 nobody", "failed", False),
        (554, b"5.7.1 \xff\r\nspam", "failed", False),
    ],
)
def test_replies_are_read_by_their_code(code, said, state, is_busy):
    found = outcomes.of_reply(code, said)

    assert (found.state, found.is_domain_busy) == (state, is_busy)
    assert found.reason.isprintable()


def test_a_letter_that_is_put_off_again_and_again_has_failed():
    later = Outcome("deferred", 450, "later")
    waits = [outcomes.next_try(later, attempt, NOON)[1] - NOON for attempt in range(5)]

    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=5)
    failed, _ = outcomes.next_try(later, 5, NOON)
    assert (failed.state, failed.reason) == ("failed", "Given up after 6 tries: later")


def test_one_refusal_among_few_is_no_problem():
    ratio = Ratio(0.1)
    for _ in range(19):
        ratio.add("failed")
    assert not ratio.problem()
    ratio.add("failed")
    assert ratio.problem()
