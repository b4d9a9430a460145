"""Claiming leases each letter to one worker, and consent is asked for at that moment."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storefront import clock, database, mail
from storefront.dispatch import claim as claims
from storefront.dispatch import marks, service
from storefront.dispatch.marks import Result
from storefront.dispatch.outcomes import Outcome
from storefront.dispatch.pace import Limits
from storefront.issues.letter import Envelope
from storefront.issues.models import Issue
from storefront.newsletter import erasing, subscriptions, suppression
from storefront.newsletter.models import NewsletterList, Subscriber, Subscription
from tests.makers import both
from tests.storefront.dispatch.desk import prepared, rows, states

LATER = claims.LEASE + timedelta(seconds=1)


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def take(shop):
    def take(issue_id, owner="one", most=10, now=None, limits=None):
        with database.transaction() as db:
            issue = db.get_one(Issue, issue_id)
            return claims.claim(
                db, issue, owner, now or clock.now(), most=most, limits=limits or Limits(), settings=shop,
            )  # fmt: skip

    return take


def recover(now, is_dead=lambda _owner: False):
    with database.transaction() as db:
        return claims.recover(db, now, is_dead)


def suppress(shop, email, scope):
    with database.transaction() as db:
        suppression.suppress(
            db,
            email,
            scope=scope,
            reason="manual",
            source="test",
            now=clock.now(),
            settings=shop,
        )


@both
def test_no_letter_is_claimed_twice(db, take):
    issue_id = prepared(db, 5)

    first, second, third = take(issue_id, "one", 3), take(issue_id, "two", 3), take(issue_id)

    assert [len(first), len(second), len(third)] == [3, 2, 0]
    assert not {one.id for one in first} & {one.id for one in second}
    assert {row.lease_owner for row in rows(db, issue_id)} == {"one", "two"}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_workers_at_once_claim_each_letter_once(app, db, take):
    issue_id = prepared(db, 60)
    taken, start = [], threading.Barrier(3)

    def work(owner):
        with app.app_context():
            start.wait(10)
            while found := take(issue_id, owner, 7):
                taken.extend(one.id for one in found)

    threads = [threading.Thread(target=work, args=(str(number),)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(taken) == len(set(taken)) == 60


@both
def test_whoever_left_since_is_skipped_with_the_reason(db, take, shop):
    issue_id = prepared(db, 6)
    readers = db.scalars(select(Subscriber).order_by(Subscriber.id)).all()
    readers[0].state = "left"
    on = select(Subscription).where(Subscription.subscriber_id == readers[1].id)
    db.scalars(on).one().state = "left"
    refused = readers[2].email
    rests = select(Subscription).where(Subscription.subscriber_id == readers[3].id)
    db.scalars(rests).one().paused_until = clock.now() + timedelta(days=1)
    erased = readers[4].id
    db.query(Subscription).filter_by(subscriber_id=erased).delete()
    db.delete(readers[4])
    db.commit()
    suppress(shop, refused, "marketing")

    [left] = take(issue_id)

    assert left.email == "reader5@example.org"
    found = rows(db, issue_id)
    assert [row.state for row in found] == ["skipped"] * 5 + ["leased"]
    assert [row.reason for row in found[:5]] == [
        "The reader has left since.", "The reader has left since.",
        "This address must not be written to.", "The reader asked for a rest from this newsletter.",
        "The reader was erased.",
    ]  # fmt: skip


def test_an_address_on_the_list_of_hashes_is_skipped_whatever_its_row_says(db, take, shop):
    issue_id = prepared(db, 1)
    suppress(shop, "reader0@example.org", "all")
    reader = db.scalars(select(Subscriber)).one()
    reader.state = "confirmed"
    db.commit()

    assert take(issue_id) == []
    assert states(db, issue_id) == ["skipped"]


@both
def test_a_lease_that_ran_out_is_queued_again_or_unknown(db, take):
    issue_id = prepared(db, 2)
    first, second = take(issue_id)
    with database.transaction() as write:
        assert marks.begin(write, "one", [first.id], clock.now()) == {first.id}

    assert recover(clock.now()) == (0, 0)
    assert recover(clock.now() + LATER) == (1, 1)

    found = {row.id: row for row in rows(db, issue_id)}
    assert (found[first.id].state, found[second.id].state) == ("unknown", "queued")
    assert "may have taken it" in found[first.id].reason
    assert [one.id for one in take(issue_id)] == [second.id]


def test_what_a_dead_worker_held_is_given_back_at_once(db, take):
    issue_id = prepared(db, 1)
    take(issue_id, "dead")

    assert recover(clock.now(), lambda owner: owner == "dead") == (1, 0)
    assert states(db, issue_id) == ["queued"]


@both
def test_a_letter_whose_lease_was_lost_does_not_begin(db, take):
    issue_id = prepared(db, 1)
    [one] = take(issue_id, "slow")
    recover(clock.now() + LATER)
    take(issue_id, "other")

    with database.transaction() as write:
        assert marks.begin(write, "slow", [one.id], clock.now()) == frozenset()
        assert marks.begin(write, "other", [one.id], clock.now()) == {one.id}
        assert marks.begin(write, "other", [one.id], clock.now()) == frozenset()


@both
def test_a_late_answer_settles_an_unknown_letter(db, take):
    issue_id = prepared(db, 1)
    [one] = take(issue_id, "slow")
    with database.transaction() as write:
        marks.begin(write, "slow", [one.id], clock.now())
    recover(clock.now() + LATER)

    with database.transaction() as write:
        result = Result(one.id, one.domain, "all", 0, Outcome("accepted", 250))
        marks.end(write, "slow", [result], clock.now(), Limits())

    assert states(db, issue_id) == ["accepted"]


@both
def test_a_late_answer_changes_nothing_that_somebody_has_decided(db, take):
    issue_id = prepared(db, 1)
    [one] = take(issue_id, "slow")
    with database.transaction() as write:
        marks.begin(write, "slow", [one.id], clock.now())
    recover(clock.now() + LATER)
    with database.transaction() as write:
        service.resolve(write, [one.id], "sent", issue_id=issue_id, who="Ana", now=clock.now())

    with database.transaction() as write:
        late = Result(one.id, "x", "", 0, Outcome("failed", 550))
        marks.end(write, "slow", [late], clock.now(), Limits())

    [row] = rows(db, issue_id)
    assert (row.state, row.reason) == ("accepted", "Marked as sent by Ana.")


def test_the_message_id_is_that_of_the_edition(shop):
    class Frozen:
        issue_id, subject, list_name, list_slug = 7, "News", "Letters", "letters"

    envelope = Envelope(Frozen(), shop, clock.now())

    assert claims.message_id(7, 12, shop) == envelope.message_id(12)


def test_who_does_not_know_the_key_cannot_name_a_letter_in_a_forged_report(shop):
    other = shop.model_copy(update={"secret_key": shop.secret_key + "x"})
    single = {"letter": "newsletter_leave_link", "key": "ana@example.org:2026-11-20", "to": "ana@example.org"}  # fmt: skip

    assert claims.message_id(7, 12, shop) != claims.message_id(7, 12, other)
    assert mail.message_id(shop, single) != mail.message_id(other, single)


@both
def test_a_paused_issue_is_not_claimed_and_gives_back_what_was_not_begun(db, take):
    issue_id = prepared(db, 3)
    begun, held = take(issue_id, most=2)
    with database.transaction() as write:
        marks.begin(write, "one", [begun.id], clock.now())

    with database.transaction() as write:
        service.pause(write, issue_id, "Wait.")

    assert take(issue_id) == []
    assert sorted(states(db, issue_id)) == ["leased", "queued", "queued"]
    with database.transaction() as write:
        assert marks.begin(write, "one", [held.id], clock.now()) == frozenset()
        service.resume(write, issue_id)
    assert len(take(issue_id)) == 2


@both
def test_whoever_leaves_between_claim_and_begin_gets_no_letter(db, take, shop):
    issue_id = prepared(db, 5)
    held = take(issue_id)
    now = clock.now()
    left, erased, refused, rests, stays = held
    with database.transaction() as write:
        subscriptions.leave(write, left.email, None, client="", settings=shop, now=now)
        erasing.erase(write, erased.email, settings=shop, now=now)
        until = update(Subscription).where(Subscription.subscriber_id == rests.reader_id)
        write.execute(until.values(paused_until=now + timedelta(days=1)))
    suppress(shop, refused.email, "marketing")

    with database.transaction() as write:
        assert marks.begin(write, "one", [one.id for one in held], now) == {stays.id}
        given_back = [one.id for one in held if one is not stays]
        claims.release(write, "one", given_back)

    assert take(issue_id) == []
    found = {row.id: (row.state, row.reason) for row in rows(db, issue_id)}
    assert [found[key] for key in given_back] == [
        ("skipped", "The reader has left since."), ("skipped", "The reader was erased."),
        ("skipped", "This address must not be written to."),
        ("skipped", "The reader asked for a rest from this newsletter."),
    ]  # fmt: skip


@both
def test_leaving_another_list_or_a_rest_that_is_over_keeps_nobody_from_beginning(db, take):
    issue_id = prepared(db, 2)
    leaves, rested = take(issue_id)
    now = clock.now()
    with database.transaction() as write:
        write.add(NewsletterList(slug="other", name="Other"))
        write.flush()
        write.add(
            Subscription(
                subscriber_id=leaves.reader_id,
                list_slug="other",
                state="left",
                confirmed_at=now,
            )
        )
        over = update(Subscription).where(Subscription.subscriber_id == rested.reader_id)
        write.execute(over.values(paused_until=now))

    with database.transaction() as write:
        assert marks.begin(write, "one", [leaves.id, rested.id], now) == {leaves.id, rested.id}


@both
def test_a_reader_of_another_list_alone_does_not_begin(db, take):
    issue_id = prepared(db, 1)
    [one] = take(issue_id)
    with database.transaction() as write:
        write.add(NewsletterList(slug="other", name="Other"))
        write.flush()
        write.execute(update(Subscription).values(list_slug="other"))

    with database.transaction() as write:
        assert marks.begin(write, "one", [one.id], clock.now()) == frozenset()
