"""The runner: every letter once, every answer written down, and it stops where it should."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from storefront import clock, database
from storefront.dispatch import pace, service
from storefront.dispatch.lines import LineDown
from storefront.dispatch.models import Pace
from storefront.dispatch.outcomes import Outcome
from storefront.dispatch.runner import Runner
from storefront.issues.models import Issue
from storefront.newsletter.models import Subscriber
from tests.makers import both, letters_written
from tests.storefront.dispatch.desk import Plain, Post, bureau, prepared, rows, states


class Late(Post):
    """A mail server that answers once everybody goes home."""

    def __init__(self, answer, stopping) -> None:
        super().__init__()
        self.answer, self.stopping = answer, stopping

    def hand_over(self, to, letter, begins):
        while not self.stopping.is_set():
            time.sleep(0.01)
        raise self.answer


def run(app, post, edition=None, **settings):
    Runner(bureau(app, post, edition, **settings), threading.Event()).work(until_done=True)


def run_a_round(app, post, edition=None, **settings):
    """Work until there is nothing to do just now."""
    stopping = threading.Event()
    runner = Runner(bureau(app, post, edition, **settings), stopping)

    def idle(_seconds=None):
        runner._parcels.join()
        stopping.set()

    stopping.wait = idle
    runner.work()


@both
def test_every_reader_gets_one_letter_and_the_issue_is_done(app, db):
    issue_id = prepared(db, 5)
    post = Post()

    run(app, post, newsletter_connections=2)

    assert sorted(post.taken) == [f"reader{number}@example.org" for number in range(5)]
    assert states(db, issue_id) == ["accepted"] * 5
    issue = db.get(Issue, issue_id)
    assert (issue.state, issue.total) == ("done", 5)
    assert {row.variant for row in rows(db, issue_id)} == {"all"}
    assert len({row.message_id for row in rows(db, issue_id)}) == 5


def test_answers_become_states_with_their_code_and_reason(app, db):
    issue_id = prepared(db, 4, domains=[f"d{number}.example" for number in range(4)])
    answers = {
        "reader0@d0.example": Outcome("failed", 550, "5.1.1 nobody"),
        "reader1@d1.example": Outcome("deferred", 450, "later", is_domain_busy=True),
        "reader2@d2.example": Outcome("unknown", None, "lost"),
    }

    run_a_round(app, Post(answers))

    found = rows(db, issue_id)
    assert [row.state for row in found] == ["failed", "deferred", "unknown", "accepted"]
    assert [row.smtp_code for row in found] == [550, 450, None, 250]
    assert found[1].next_try_at > clock.now()
    assert db.get(Issue, issue_id).state == "sending"
    assert db.get(Pace, "d1.example").wait_until > clock.now()
    nobody = select(Subscriber.state).where(Subscriber.email == "reader0@d0.example")
    assert db.scalar(nobody) == "suppressed"


def test_a_mail_server_that_is_away_loses_nothing_and_is_left_alone_for_a_while(app, db):
    issue_id = prepared(db, 3)
    away = {f"reader{number}@example.org": LineDown("no answer") for number in range(3)}

    run_a_round(app, Post(away))

    assert states(db, issue_id) == ["queued"] * 3
    assert db.get(Pace, pace.ALL).wait_until > clock.now()
    assert [row.attempt for row in rows(db, issue_id)] == [0, 0, 0]


def test_what_the_last_answer_asks_for_is_written_down_at_the_stop(app, db):
    prepared(db, 1)
    stopping = threading.Event()
    runner = Runner(bureau(app, Late(LineDown("no answer"), stopping)), stopping)

    stopping.wait = lambda _seconds=None: stopping.set()
    runner.work()

    db.rollback()
    assert db.get(Pace, pace.ALL).wait_until > clock.now()


def test_a_wrong_password_pauses_the_issue_and_writes_to_the_staff(app, db):
    issue_id = prepared(db, 2)
    refuses = LineDown("5.7.8 bad password", needs_somebody=True)

    run(app, Post({f"reader{number}@example.org": refuses for number in range(2)}))

    issue = db.get(Issue, issue_id, populate_existing=True)
    assert issue.state == "paused"
    assert "bad password" in issue.pause_reason
    assert states(db, issue_id) == ["queued"] * 2
    [letter] = letters_written(db, "newsletter_paused")
    assert "bad password" in letter["context"]["reason"]


def test_too_many_refusals_pause_the_issue(app, db):
    issue_id = prepared(db, 60)
    refused = Outcome("failed", 554, "5.7.1 spam")
    answers = {f"reader{number}@example.org": refused for number in range(60)}

    run(app, Post(answers))

    issue = db.get(Issue, issue_id, populate_existing=True)
    assert issue.state == "paused"
    assert "refused 20 of the latest 20" in issue.pause_reason
    assert states(db, issue_id).count("failed") < 60
    assert len(letters_written(db, "newsletter_paused")) == 1


def test_letters_that_cannot_be_written_pause_the_issue(app, db):
    class Broken(Plain):
        def letters(self, db, readers):
            raise RuntimeError("no template")

    issue_id = prepared(db, 2)

    run(app, Post(), Broken())

    assert "no template" in db.get(Issue, issue_id, populate_existing=True).pause_reason
    assert states(db, issue_id) == ["queued"] * 2


def test_one_letter_that_cannot_be_written_fails_alone_with_its_reason(app, db):
    class Odd(Plain):
        def letters(self, db, readers):
            for letter in super().letters(db, readers):
                is_odd = letter.reader_id == readers[1].id
                yield replace(letter, wire=b"", problem="too long") if is_odd else letter

    issue_id = prepared(db, 3)
    post = Post()

    run(app, post, Odd())

    found = {row.state: row.reason for row in rows(db, issue_id)}
    assert found == {"accepted": "", "failed": "The letter could not be written: too long."}
    assert len(post.taken) == 2
    assert db.get(Issue, issue_id, populate_existing=True).state == "done"


def test_a_reader_for_whom_the_issue_has_nothing_is_skipped(app, db):
    class Short(Plain):
        def letters(self, db, readers):
            return super().letters(db, readers[:1])

    issue_id = prepared(db, 2)

    run(app, Post(), Short())

    assert sorted(states(db, issue_id)) == ["accepted", "skipped"]


def test_a_stopped_runner_finishes_its_letter_and_gives_back_the_others(app, db):
    issue_id = prepared(db, 30)
    stopping = threading.Event()

    class Stopping(Post):
        def hand_over(self, to, letter, begins):
            stopping.set()
            return super().hand_over(to, letter, begins)

    post = Stopping()
    Runner(bureau(app, post), stopping).work()

    assert states(db, issue_id).count("accepted") == len(post.taken) == 1
    assert states(db, issue_id).count("queued") == 29


def test_failed_letters_are_tried_again_when_somebody_says_so(app, db):
    issue_id = prepared(db, 2)
    run(app, Post({"reader0@example.org": Outcome("failed", 550, "no")}))
    assert db.get(Issue, issue_id, populate_existing=True).state == "done"
    db.rollback()

    with database.transaction() as write:
        assert service.retry(write, issue_id, clock.now()) == 1
    post = Post()
    run(app, post)

    assert post.taken == ["reader0@example.org"]
    assert states(db, issue_id) == ["accepted"] * 2


def test_an_unknown_letter_is_sent_again_only_when_somebody_says_so(app, db):
    issue_id = prepared(db, 1)
    run(app, Post({"reader0@example.org": Outcome("unknown", None, "lost")}))
    again = Post()
    run(app, again)
    assert again.taken == []
    [row] = rows(db, issue_id)
    db.rollback()

    with database.transaction() as write:
        service.resolve(
            write, [row.id], "resend", issue_id=issue_id, who="Ana", now=clock.now()
        )
    run(app, again)

    assert again.taken == ["reader0@example.org"]
    assert db.get(Issue, issue_id, populate_existing=True).state == "done"


def test_a_domain_that_takes_letters_again_has_its_refusals_forgotten(app, db):
    with database.transaction() as write:
        pace.strike(write, "example.org", clock.now() - timedelta(days=1))
        pace.strike(write, "other.example", clock.now() - timedelta(days=1))
    prepared(db, 2)

    run(app, Post())

    db.rollback()
    assert pace.strikes(db) == {"other.example": 1}
