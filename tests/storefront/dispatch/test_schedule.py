"""What is due begins by itself; what is long overdue waits for somebody."""

import json
import threading
from datetime import timedelta

from sqlalchemy import select

from storefront import clock, database, worker
from storefront.cli.commands import with_plugins
from storefront.dispatch import schedule, service
from storefront.errors import Invalid
from storefront.issues.models import Issue, Segment
from storefront.newsletter import doctor
from storefront.newsletter.models import Interest, Subscriber
from tests.makers import both, letters_written
from tests.storefront.dispatch.desk import make_issue, prepared, rows, states


def state_of(db, issue_id):
    db.rollback()
    return db.get(Issue, issue_id, populate_existing=True).state


@both
def test_what_is_due_is_begun_once_and_what_is_not_waits(db):
    due = make_issue(db, 2).id
    later = make_issue(db, 0, send_at=clock.now() + timedelta(hours=1)).id
    db.commit()

    assert worker.run("newsletter") == {"started": 1, "paused": 0}
    assert worker.run("newsletter") == {"started": 0, "paused": 0}

    assert (state_of(db, due), state_of(db, later)) == ("sending", "scheduled")
    assert states(db, due) == ["queued"] * 2


def test_an_issue_that_is_long_overdue_waits_for_a_press_and_goes_then(db):
    issue_id = make_issue(db, 1, send_at=clock.now() - timedelta(hours=7)).id
    db.commit()

    assert worker.run("newsletter") == {"started": 0, "paused": 1}
    assert state_of(db, issue_id) == "paused"
    assert len(letters_written(db, "newsletter_paused")) == 1
    db.rollback()
    with database.transaction() as write:
        service.resume(write, issue_id)
    assert worker.run("newsletter") == {"started": 1, "paused": 0}
    assert states(db, issue_id) == ["queued"]


def test_a_shop_that_is_not_fit_to_send_lets_somebody_look_first(db, monkeypatch):
    issue_id = make_issue(db, 1).id
    db.commit()
    monkeypatch.setattr(doctor, "blockers", lambda settings: ["SPF: there is no record."])

    assert worker.run("newsletter") == {"started": 0, "paused": 1}

    assert state_of(db, issue_id) == "paused"
    assert "SPF: there is no record." in db.get(Issue, issue_id).pause_reason
    assert rows(db, issue_id) == []


def test_what_another_worker_left_half_prepared_is_prepared(db):
    issue_id = make_issue(db, 1, state="preparing").id
    db.commit()

    assert worker.run("newsletter")["started"] == 1
    assert state_of(db, issue_id) == "sending"


def test_an_issue_goes_to_its_segment_only(db):
    rule = {"kind": "interest", "value": "calf"}
    db.add(Segment(slug="calves", name="Calves", created_at=clock.now(), rule=rule))
    issue_id = make_issue(db, 2, segment_slug="calves").id
    reader = db.scalars(select(Subscriber).where(Subscriber.email.startswith("reader1"))).one()
    db.add(Interest(subscriber_id=reader.id, topic="calf"))
    db.commit()

    worker.run("newsletter")

    assert [row.subscriber_id for row in rows(db, issue_id)] == [reader.id]


def test_an_issue_whose_segment_nobody_understands_pauses_and_the_others_go(app, db):
    db.add(Segment(slug="some", name="Some", created_at=clock.now(), rule={"kind": "none"}))
    broken = make_issue(db, 2, segment_slug="some").id
    sound = make_issue(db, 0).id
    db.commit()

    assert worker.run("newsletter") == {"started": 1, "paused": 1}

    assert (state_of(db, broken), state_of(db, sound)) == ("paused", "sending")
    assert rows(db, broken) == []
    settings = app.extensions["storefront"].settings
    with database.transaction() as write:
        service.resume(write, broken)
    assert schedule.start(broken, clock.now(), settings, None) == "paused"


def test_a_running_worker_sends_a_due_issue_into_the_mailbox(app, db):
    issue_id = make_issue(db, 2, intro="Hello.").id
    db.commit()
    working = worker.Worker(app)

    working.start()
    deadline = clock.now() + timedelta(seconds=20)
    while state_of(db, issue_id) != "done" and clock.now() < deadline:
        threading.Event().wait(0.05)
    working.stop()

    assert states(db, issue_id) == ["accepted"] * 2
    found = app.extensions["storefront"].transport.letters("reader0@example.org")
    assert rows(db, issue_id)[0].message_id == found[0]["headers"]["Message-ID"]


def run(app, *words):
    return app.test_cli_runner().invoke(with_plugins([]), ["newsletter", "issue", *words])


def test_an_operator_stops_and_goes_on(app, db):
    issue_id = str(prepared(db, 2))

    assert "paused" in run(app, "pause", issue_id, "--reason", "wait").output
    told = json.loads(run(app, "status", issue_id, "--json").output)
    assert (told["state"], told["reason"], told["letters"]["queued"]) == ("paused", "wait", 2)
    assert isinstance(run(app, "pause", issue_id).exception, Invalid)
    assert "sending" in run(app, "resume", issue_id).output
    done = run(app, "send", issue_id)
    assert (done.exit_code, "2 accepted" in done.output) == (0, True)
    assert "0 letters" in run(app, "retry", issue_id).output
    assert "0 letters" in run(app, "resolve", issue_id, "--all", "--as", "sent").output
    assert isinstance(run(app, "cancel", issue_id).exception, Invalid)


def test_an_issue_before_its_moment_is_sent_only_when_told(app, db):
    issue_id = str(make_issue(db, 1, send_at=clock.now() + timedelta(days=1)).id)
    db.commit()

    assert isinstance(run(app, "send", issue_id).exception, Invalid)
    assert run(app, "send", issue_id, "--now").exit_code == 0
    assert states(db, int(issue_id)) == ["accepted"]
