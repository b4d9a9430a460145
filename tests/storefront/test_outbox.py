"""The outbox: written in the transaction, done later, each once."""

import threading
import time
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from storefront import clock, database, outbox
from storefront.outbox import OutboxRow
from tests.makers import both


def queue(key: str, kind: str = "note") -> None:
    with database.transaction() as db:
        outbox.put(db, kind, key, {"key": key})


@both
def test_a_row_is_done_once(db):
    done = []
    queue("a")

    outbox.drain({"note": lambda payload: done.append(payload["key"])})
    outbox.drain({"note": lambda payload: done.append(payload["key"])})

    assert done == ["a"]
    assert db.scalars(select(OutboxRow.state)).all() == ["done"]


@both
def test_the_same_key_is_written_once(db):
    queue("a")
    queue("a")

    assert len(db.scalars(select(OutboxRow)).all()) == 1


@both
def test_a_row_of_a_failed_transaction_never_was(db):
    with pytest.raises(RuntimeError), database.transaction() as write:
        outbox.put(write, "note", "a", {})
        raise RuntimeError

    assert db.scalars(select(OutboxRow)).all() == []


@both
def test_a_failing_row_is_tried_again_later_and_keeps_its_error(db):
    def refuse(_payload):
        raise ConnectionError("no mail server")

    queue("a")
    outbox.drain({"note": refuse})

    row = db.scalars(select(OutboxRow)).one()
    assert (row.state, row.tries) == ("queued", 1)
    assert "no mail server" in row.error
    assert row.run_at > clock.now()


@both
def test_after_its_last_try_a_row_has_failed(db):
    def refuse(_payload):
        raise ConnectionError

    queue("a")
    for _ in range(outbox.MOST_TRIES):
        with database.transaction() as write:
            write.execute(OutboxRow.__table__.update().values(run_at=clock.now()))
        outbox.drain({"note": refuse})

    assert db.scalars(select(OutboxRow.state)).all() == ["failed"]


@both
def test_a_lease_that_ran_out_is_taken_by_another_worker(db):
    queue("a")
    with database.transaction() as write:
        outbox.claim(write, clock.now())

    with database.transaction() as write:
        assert outbox.claim(write, clock.now()) is None
        taken = outbox.claim(write, clock.now() + outbox.LEASE + timedelta(seconds=1))
        assert taken.tries == 2


@both
def test_two_workers_never_do_the_same_row(app, db):
    done = []
    for number in range(20):
        queue(str(number))

    def work():
        with app.app_context():
            outbox.drain({"note": lambda payload: done.append(payload["key"])})

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done, key=int) == [str(number) for number in range(20)]


def test_a_kind_that_nothing_handles_is_kept_with_a_sentence(db):
    queue("a", kind="unheard-of")

    outbox.drain({})

    assert "nothing handles" in db.scalars(select(OutboxRow.error)).one()


@both
def test_a_late_worker_does_not_undo_what_another_has_done(db):
    done = []

    def slow(payload):
        with database.transaction() as write:
            write.execute(
                OutboxRow.__table__.update().values(
                    lease_until=clock.now() - timedelta(seconds=1)
                )
            )
        if not done:
            done.append("second")
            outbox.work_one({"note": done.append})
            raise ConnectionError("the first worker was too slow")

    queue("a")
    outbox.work_one({"note": slow})

    db.rollback()
    assert db.scalars(select(OutboxRow.state)).all() == ["done"]


@both
def test_a_row_whose_workers_always_die_is_given_up(db):
    queue("a")
    for _ in range(outbox.MOST_TRIES):
        with database.transaction() as write:
            outbox.claim(write, clock.now() + timedelta(days=1))
            write.execute(
                OutboxRow.__table__.update().values(lease_until=clock.now() - timedelta(days=1))
            )

    outbox.drain({"note": lambda payload: pytest.fail("it must not be tried again")})

    db.rollback()
    row = db.scalars(select(OutboxRow)).one()
    assert (row.state, row.error) == ("failed", "every worker that took it has died")


@both
def test_a_row_that_two_write_at_once_is_written_once(app, db):
    assert db.scalars(select(OutboxRow)).all() == []
    db.rollback()
    start, answers = threading.Barrier(3), []

    def write():
        start.wait(10)
        with app.app_context(), database.transaction() as session:
            answers.append(outbox.put(session, "mail", "one", {}))
            time.sleep(0.2)  # the others come while it is not committed yet

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(answers) == [False, False, True]


def test_a_row_is_taken_back_unless_a_worker_is_at_it(app, db):
    with app.app_context(), database.transaction() as session:
        for key in ("waiting", "at-hand"):
            outbox.put(session, "note", key, {})
        outbox.claim(session, clock.now())  # the oldest: "waiting"

        taken = [
            outbox.withdraw(session, "note", key) for key in ("waiting", "at-hand", "none")
        ]

    assert taken == [False, True, False]
    with time_machine.travel(clock.now() + outbox.LEASE * 2), database.transaction() as session:
        assert outbox.withdraw(session, "note", "waiting")  # its worker has died
