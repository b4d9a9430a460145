"""Two people at one draft lose nothing; what has its moment is published once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from routines.library.models import Entry, Revision
from routines.studio import jobs, lists, reviewing, service
from routines.studio.models import Draft, DraftRevision
from storefront import clock, database
from storefront.staff.models import AuditEntry
from tests.routines.studio.in_the_studio import WHOLE, save, whole_draft
from tests.storefront.backoffice.at_the_desk import signed_in

BOTH = pytest.mark.parametrize("backend", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def ana(app):
    return signed_in(app, "author", "ana@example.org")


@pytest.fixture
def ben(app):
    return signed_in(app, "author", "ben@example.org")


def test_whoever_saves_second_keeps_their_text_and_sees_what_changed(app, db, ana, ben):
    url = whole_draft(app, ana)
    save(ben, url, WHOLE | {"summary": "Said by Ben."}, seen=2)

    answer = save(ana, url, WHOLE | {"summary": "Said by Ana."}, seen=2)

    assert answer.status_code == 409
    assert "<title>Error: Calf loosener" in answer.text
    assert "ben@example.org has saved it" in answer.text
    assert "<del>summary: Said by Ben.</del>" in answer.text
    assert "<ins>summary: Said by Ana.</ins>" in answer.text
    assert ">\nSaid by Ana.</textarea>" in answer.text
    assert db.query(Draft).one().document["summary"] == "Said by Ben."


def test_they_can_take_over_and_the_other_text_stays_in_the_history(app, db, ana, ben):
    url = whole_draft(app, ana)
    save(ben, url, WHOLE | {"summary": "Said by Ben."}, seen=2)
    conflict = save(ana, url, WHOLE | {"summary": "Said by Ana."}, seen=2)
    assert 'name="seen" value="3"' in conflict.text

    assert save(ana, url, WHOLE | {"summary": "Said by Ana."}, seen=3).status_code == 303

    said = [
        one.document.get("summary")
        for one in db.query(DraftRevision).order_by(DraftRevision.number)
    ]
    assert said[-2:] == ["Said by Ben.", "Said by Ana."]


def test_a_page_says_who_else_has_the_form_open(app, db, ana, ben):
    url = whole_draft(app, ana)
    ana.get(url)

    assert "ana@example.org has had this open since" in ben.get(url).text
    assert "has had this open" not in ana.get(url).text
    db.query(Draft).one().seen_at = clock.now() - timedelta(minutes=11)
    db.commit()
    assert "has had this open" not in ben.get(url).text


@BOTH
def test_of_two_who_save_at_one_moment_one_is_asked(app, db, ana, ben):
    url = whole_draft(app, ana)
    start, answers = Barrier(2), []

    def press(device, text):
        start.wait()
        answers.append(save(device, url, WHOLE | {"summary": text}, seen=2).status_code)

    threads = [Thread(target=press, args=each) for each in ((ana, "Ana"), (ben, "Ben"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [303, 409]
    assert [one.number for one in db.query(DraftRevision).order_by(DraftRevision.number)] == [
        1,
        2,
        3,
    ]


def scheduled(app, ana, ben, **fields) -> str:
    url = whole_draft(app, ana)
    ana.post(f"{url}/send")
    ben.post(
        f"{url}/approve",
        data={"seen": "2", "name": "Ben Demo", "credentials": "Demo physio", "demo": "yes"},
    )
    answer = ben.post(f"{url}/schedule", data={"publish_at": "2099-03-01T09:00"} | fields)
    assert answer.status_code == 303, answer.text
    return url


def run(app, **later):
    with app.app_context():
        return jobs.publish_scheduled(clock.now() + timedelta(**later))


YEARS = {"days": 366 * 80}


@BOTH
def test_two_workers_publish_what_is_due_once(app, db, ana, ben):
    scheduled(app, ana, ben)
    start, told = Barrier(2), []

    def work():
        start.wait()
        told.append(run(app, **YEARS))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(one["published"] for one in told) == 1
    assert db.query(Revision).count() == 1
    assert db.query(AuditEntry).filter_by(action="studio.published", who="worker").count() == 1
    assert app.test_client().get("/routines/calf-loosener").status_code == 200


def test_a_draft_that_breaks_keeps_no_other_waiting(app, db, ana, ben, monkeypatch):
    scheduled(app, ana, ben)
    first = db.query(Draft).one().id
    publish = reviewing.publish_due

    def breaks(db, draft_id, now):
        if draft_id == 0:
            raise RuntimeError
        return publish(db, draft_id, now)

    monkeypatch.setattr(reviewing, "due", lambda *_: [0, first])
    monkeypatch.setattr(reviewing, "publish_due", breaks)

    assert run(app, **YEARS) == {"published": 1, "failed": 1, "skipped": 0}


def test_nothing_is_published_before_its_moment(app, db, ana, ben):
    scheduled(app, ana, ben)

    assert run(app) == {"published": 0, "failed": 0, "skipped": 0}
    assert db.query(Entry).count() == 0


def test_a_moment_that_has_passed_or_is_none_is_refused(app, db, ana, ben):
    url = scheduled(app, ana, ben)
    ben.post(f"{url}/unschedule")

    for typed in (
        "2001-01-01T09:00",
        "soon",
        "",
        "2099-01-01T09:00+02:00",
        "0001-01-01T00:00",
        "9" * 400,
    ):
        answer = ben.post(f"{url}/schedule", data={"publish_at": typed})
        assert answer.status_code == 422
        assert 'id="publish_at-error"' in answer.text
    assert db.query(Draft).one().state == "approved"


def test_what_lacks_something_at_its_moment_is_not_published_and_says_so(app, db, ana, ben):
    url = scheduled(app, ana, ben)
    draft = db.query(Draft).one()
    draft.document = {**draft.document, "picture": "gone"}
    db.commit()

    assert run(app, **YEARS)["failed"] == 1

    db.rollback()
    assert db.query(Draft).one().state == "draft"
    assert db.query(Entry).count() == 0
    assert "It was not published: There is no picture named gone." in ana.get(url).text
    assert "Drafts that were not published" in ana.get("/backoffice").text
    assert run(app, **YEARS) == {"published": 0, "failed": 0, "skipped": 0}


def test_a_lost_worker_leaves_what_is_due_to_the_next_one(app, db, ana, ben, monkeypatch):
    scheduled(app, ana, ben)
    with monkeypatch.context() as broken:
        broken.setattr("routines.studio.reviewing.reindex", fail)
        assert run(app, **YEARS) == {"published": 0, "failed": 1, "skipped": 0}
    db.rollback()
    assert db.query(Entry).count() == 0

    assert run(app, **YEARS)["published"] == 1


def fail(*_args, **_more):
    raise RuntimeError


def test_the_versions_of_a_draft_are_compared_and_restored(app, db, ana):
    url = whole_draft(app, ana)
    save(ana, url, WHOLE | {"summary": "Other."})

    page = ana.get(f"{url}/compare?old=2&new=3").text
    assert "<ins>summary: Other.</ins>" in page
    assert ana.post(f"{url}/restore/2", data={"seen": "2"}).status_code == 409
    assert ana.post(f"{url}/restore/2", data={"seen": "3"}).status_code == 303

    assert db.query(Draft).one().document == WHOLE
    with app.app_context():
        found = lists.revisions(database.session(), service.find(database.session(), 1))
        assert [one.did for one in found] == ["restored version 2", "saved", "saved", "begun"]


def test_what_readers_had_before_is_written_into_the_draft(app, db, ana, ben):
    url = scheduled(app, ana, ben)
    ben.post(f"{url}/publish")
    assert ana.post("/studio/published/routine/calf-loosener/start").location == url
    save(ana, url, WHOLE | {"summary": "Other."})
    version = db.query(Draft).one().version

    assert ana.post(f"{url}/restore-published/1", data={"seen": version}).status_code == 303

    db.rollback()
    assert db.query(Draft).one().document["summary"] == WHOLE["summary"]
    assert ana.post(f"{url}/restore-published/9", data={"seen": version + 1}).status_code == 404
