"""Preparing writes one row for each reader, in an order that is fair to domains."""

import pytest
from sqlalchemy import select

from storefront import clock, database
from storefront.dispatch import service
from storefront.errors import Invalid, NotFound
from storefront.issues.models import Issue
from storefront.issues.states import MOVES
from storefront.newsletter.models import Subscriber, Subscription
from tests.makers import both
from tests.storefront.dispatch.desk import make_issue, rows


def prepare(issue_id, **options):
    with database.transaction() as db:
        return service.prepare(db, issue_id, clock.now(), **options)


@both
def test_each_reader_gets_one_row_however_often_it_is_prepared(db):
    issue = make_issue(db, 3)
    db.commit()

    totals = [prepare(issue.id) for _ in range(2)]

    assert totals == [3, 3]
    assert [row.state for row in rows(db, issue.id)] == ["queued"] * 3
    assert {row.domain for row in rows(db, issue.id)} == {"example.org"}
    assert db.get(Issue, issue.id).state == "sending"


@both
def test_whoever_left_or_is_suppressed_gets_no_row(db):
    issue = make_issue(db, 4)
    first, second, third, _ = db.scalars(select(Subscriber).order_by(Subscriber.id)).all()
    first.state = "left"
    second.state = "suppressed"
    subscription = select(Subscription).where(Subscription.subscriber_id == third.id)
    db.scalars(subscription).one().state = "left"
    db.commit()

    assert prepare(issue.id) == 1


@both
def test_an_issue_for_nobody_is_done_at_once(db):
    issue = make_issue(db, 0)
    db.commit()

    assert prepare(issue.id) == 0
    with database.transaction() as write:
        assert service.finish(write, issue.id, clock.now())
    assert db.get(Issue, issue.id, populate_existing=True).state == "done"


@both
def test_a_narrower_audience_is_asked_for(db):
    issue = make_issue(db, 3)
    db.commit()

    chosen = select(Subscriber.id).where(Subscriber.email == "reader1@example.org")

    assert prepare(issue.id, audience=lambda _db, _issue: chosen) == 1


@both
def test_the_readers_of_a_domain_are_spread_over_the_whole_issue(db):
    issue = make_issue(db, 40, domains=["big.example"] * 7 + ["small.example"])
    db.commit()
    prepare(issue.id)

    order = sorted(rows(db, issue.id), key=lambda row: row.turn)
    places = [place for place, row in enumerate(order) if row.domain == "small.example"]

    assert len(places) == 5
    assert all(part * 8 - 4 <= place < part * 8 + 12 for part, place in enumerate(places))


def test_what_is_a_draft_or_does_not_exist_is_not_prepared(db):
    issue = make_issue(db, state="draft")
    db.commit()

    with pytest.raises(Invalid):
        prepare(issue.id)
    with pytest.raises(NotFound):
        prepare(issue.id + 1)
    assert rows(db, issue.id) == []


def test_every_state_of_an_issue_has_its_moves():
    from storefront.issues.models import STATES

    assert set(MOVES) == set(STATES)
