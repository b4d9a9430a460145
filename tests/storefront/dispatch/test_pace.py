"""The pace: buckets that outlive a restart, warm-up days, and patience with a busy domain."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storefront import database
from storefront.dispatch import claim as claims
from storefront.dispatch import marks, outcomes, pace, service
from storefront.dispatch.marks import Result
from storefront.dispatch.models import Pace
from storefront.dispatch.outcomes import NOT_TRIED, Outcome
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


class Sender:
    """A shop in its first days with one issue, whose letters are claimed and come to what they come to."""

    def __init__(self, app, issue_id, *days):
        self.shop = app.extensions["storefront"].settings
        self.issue_id, self.limits = issue_id, Limits(warmup=days)

    def claim(self, owner="one", now=NOON, most=20):
        with database.transaction() as db:
            issue = db.get_one(Issue, self.issue_id)
            return claims.claim(
                db, issue, owner, now, most=most, limits=self.limits, settings=self.shop
            )

    def end(self, letters, outcome, owner="one", now=NOON):
        found = [Result.of(one, "all", outcome) for one in letters]
        with database.transaction() as db:
            marks.begin(db, owner, [one.id for one in letters], now)
            marks.end(db, owner, found, now, self.limits)


@pytest.fixture
def warming(app, db):
    """Give a sender who may send five letters today and eight tomorrow."""
    return Sender(app, prepared(db, 20), 5, 8)


TAKEN = Outcome("accepted", 250)


@both
def test_a_new_sender_warms_up_day_by_day(warming):
    for day, most in enumerate((5, 8)):
        now = NOON + day * DAY
        letters = warming.claim(now=now)
        assert len(letters) == most
        assert warming.claim("two", now=now) == []  # those on their way count as well
        warming.end(letters, TAKEN, now=now)
        assert warming.claim(now=now) == []
    assert len(warming.claim(now=NOON + 2 * DAY)) == 7


@both
def test_a_letter_that_never_left_uses_up_nothing_of_the_day(warming):
    first, second, third, fourth, _held = warming.claim()
    warming.end([first], TAKEN)
    warming.end([second], NOT_TRIED)
    with database.transaction() as db:
        claims.release(db, "one", [third.id])
        claims.skip(db, [fourth.id], "x", NOON)
    assert len(warming.claim("two")) == 3
    with database.transaction() as db:
        claims.recover(db, NOON, lambda owner: owner == "two")
        service.pause(db, warming.issue_id, "x")
        service.resume(db, warming.issue_id)

    assert len(warming.claim()) == 4  # pausing took the fifth, too


@pytest.mark.parametrize(
    ("outcome", "is_counted"),
    [
        (Outcome("failed", 550, "5.7.1 no"), True),
        (Outcome("deferred", 450, "later"), True),
        (Outcome("unknown", None, "lost"), True),
        (Outcome("deferred", None, outcomes.CUT_OFF), False),
        (Outcome("failed", None, "it could not be written"), False),
        (NOT_TRIED, False),
    ],
)
def test_what_the_mail_server_answered_or_may_have_taken_is_of_the_day(
    warming, outcome, is_counted
):
    warming.end(warming.claim(), outcome)

    assert len(warming.claim()) == (0 if is_counted else 5)


def test_a_letter_claimed_before_midnight_and_taken_after_is_of_the_new_day(warming):
    late = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)
    early = late + timedelta(minutes=2)
    letters = warming.claim(now=late)

    assert len(warming.claim("two", now=early)) == 3
    warming.end(letters, TAKEN, now=early)
    warming.end(warming.claim("three", now=early), TAKEN, "three", now=early)

    with database.transaction() as db:
        pace_row = db.get_one(Pace, pace.ALL)
        assert (pace_row.day, pace_row.sent_today) == (early.date(), 5)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_workers_at_once_never_send_more_than_the_day_allows(app, db):
    sender = Sender(app, prepared(db, 200), 60)
    taken, start = [], threading.Barrier(4)

    def work(owner):
        with app.app_context():
            start.wait(10)
            for number in range(60):
                letters = sender.claim(owner, most=4)
                sender.end(letters[:1], NOT_TRIED, owner)
                sender.end(letters[1:], TAKEN, owner)
                taken.extend(letters[1:])
                if not letters and number > 30:
                    break

    threads = [threading.Thread(target=work, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert 57 <= len(taken) <= 60
    assert states(db, sender.issue_id).count("accepted") == len(taken)


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
