"""From an author to readers: sent, approved by another person, published, retired."""

import pytest

from routines.library import service as library
from routines.studio import lists, states
from routines.studio.models import Draft
from storefront.staff.models import AuditEntry
from tests.routines.studio.in_the_studio import WHOLE, begin, places, save, whole_draft
from tests.storefront.backoffice.at_the_desk import signed_in

REVIEWER = {"name": "Ben Demo", "credentials": "Demo physiotherapist", "demo": "yes"}


@pytest.fixture
def ana(app):
    return signed_in(app, "author", "ana@example.org")


@pytest.fixture
def ben(app):
    return signed_in(app, "author", "ben@example.org")


def approved(app, ana, ben) -> str:
    url = whole_draft(app, ana)
    ana.post(f"{url}/send")
    assert ben.post(f"{url}/approve", data=REVIEWER | {"seen": "2"}).status_code == 303
    return url


def state(db) -> str:
    db.rollback()
    return db.query(Draft).one().state


def test_readers_see_what_another_person_approved_and_who_that_was(app, db, ana, ben):
    url = approved(app, ana, ben)
    reader = app.test_client()
    assert reader.get("/routines/calf-loosener").status_code == 404

    assert ben.post(f"{url}/publish").status_code == 303

    page = reader.get("/routines/calf-loosener")
    assert page.status_code == 200
    assert "Ben Demo" in page.text
    assert "Calf loosener" in reader.get("/routines/").text
    assert "Calf loosener" in reader.get("/search?q=loosener").text
    assert (
        library.find_routine(db, "calf-loosener").document.review.by.credentials
        == "Demo physiotherapist"
    )
    assert state(db) == "published"


def test_nobody_approves_what_they_began_or_saved_last(app, db, ana, ben):
    url = whole_draft(app, ana)
    ana.post(f"{url}/send")

    answer = ana.post(f"{url}/approve", data=REVIEWER | {"seen": "2"})

    assert answer.status_code == 403
    assert "somebody else has to look at it" in answer.text
    assert state(db) == "in_review"
    save(ben, url, WHOLE | {"title": "Calf freed"})
    ana.post(f"{url}/send")
    assert ben.post(f"{url}/approve", data=REVIEWER | {"seen": "3"}).status_code == 403


def test_a_draft_with_something_missing_goes_nowhere(app, db, ana):
    url = begin(ana)

    answer = ana.post(f"{url}/send")

    assert answer.status_code == 422
    assert "<title>Error: Review" in answer.text
    assert f'href="{url}#stop_rule"' in answer.text
    assert state(db) == "draft"


def test_an_approval_holds_for_the_version_that_was_looked_at(app, db, ana, ben):
    url = whole_draft(app, ana)
    ana.post(f"{url}/send")

    answer = ben.post(f"{url}/approve", data=REVIEWER | {"seen": "1"})

    assert answer.status_code == 409
    assert state(db) == "in_review"


def test_a_change_after_the_approval_has_to_be_looked_at_anew(app, db, ana, ben):
    url = approved(app, ana, ben)
    save(ana, url, WHOLE | {"summary": "9 minutes for the calf."})

    assert state(db) == "draft"
    assert ben.post(f"{url}/publish").status_code == 409
    assert "review" not in db.query(Draft).one().document


def test_a_reviewer_who_gives_no_name_is_asked_for_it(app, db, ana, ben):
    url = whole_draft(app, ana)
    ana.post(f"{url}/send")

    answer = ben.post(f"{url}/approve", data={"seen": "2", "name": "", "credentials": "Physio"})

    assert answer.status_code == 422
    assert 'id="reviewer-name-error"' in answer.text
    assert 'value="Physio"' in answer.text
    assert state(db) == "in_review"


def test_it_goes_back_with_a_word_which_its_author_reads(app, db, ana, ben):
    url = whole_draft(app, ana)
    ana.post(f"{url}/send")
    assert ben.post(f"{url}/send-back", data={"note": ""}).status_code == 422

    ben.post(f"{url}/send-back", data={"note": "Say where to breathe."})

    assert state(db) == "draft"
    assert "Say where to breathe." in ana.get(url).text


def test_what_is_retired_is_found_no_more_and_can_be_published_again(app, db, ana, ben):
    url = approved(app, ana, ben)
    ben.post(f"{url}/publish")
    reader = app.test_client()

    assert ana.post("/studio/published/routine/calf-loosener/retire").status_code == 303

    assert reader.get("/routines/calf-loosener").status_code == 410
    assert "Calf loosener" not in reader.get("/routines/").text
    assert "/routines/calf-loosener" not in reader.get("/sitemap.xml").text
    assert "/routines/calf-loosener" not in reader.get("/search?q=loosener").text
    assert [
        one.number for one in lists.published_revisions(db, "routine", "calf-loosener")
    ] == [1]
    save(ana, url, WHOLE | {"summary": "Back again."})
    ana.post(f"{url}/send")
    ben.post(f"{url}/approve", data=REVIEWER | {"seen": "3"})
    ben.post(f"{url}/publish")
    assert "Back again." in reader.get("/routines/calf-loosener").text


def test_the_same_document_published_again_after_retiring_is_there_again(app, db, ana, ben):
    url = approved(app, ana, ben)
    ben.post(f"{url}/publish")
    ana.post("/studio/published/routine/calf-loosener/retire")
    version = db.query(Draft).one().version

    ana.post(f"{url}/restore/{version}", data={"seen": version})
    ana.post(f"{url}/send")
    ben.post(f"{url}/approve", data=REVIEWER | {"seen": version + 1})
    ben.post(f"{url}/publish")

    assert app.test_client().get("/routines/calf-loosener").status_code == 200


def test_each_step_is_in_the_audit_log(app, db, ana, ben):
    url = approved(app, ana, ben)
    ben.post(f"{url}/publish")

    noted = [
        (each.who, each.action)
        for each in db.query(AuditEntry)
        if each.action.startswith("studio.")
    ]

    assert noted == [
        ("ana@example.org", "studio.begun"), ("ana@example.org", "studio.saved"), ("ana@example.org", "studio.sent"),
        ("ben@example.org", "studio.approved"), ("ben@example.org", "studio.published"),
    ]  # fmt: skip


def test_a_draft_that_waits_stands_under_today(app, ana, ben):
    url = whole_draft(app, ana)
    ana.post(f"{url}/send")

    today = ben.get("/backoffice").text

    assert "Drafts to review" in today
    assert f'href="{url}/review"' in today
    assert "Drafts to review" not in signed_in(app, "packer").get("/backoffice").text


@pytest.mark.parametrize("before", states.STATES)
@pytest.mark.parametrize(
    "move", ["send", "take-back", "send-back", "approve", "schedule", "unschedule", "publish"]
)
def test_a_move_that_the_table_does_not_have_is_refused(app, db, ana, ben, before, move):
    url = whole_draft(app, ana)
    draft = db.query(Draft).one()
    draft.state = before
    db.commit()
    wanted = move.replace("-", "_")
    sent = REVIEWER | {"seen": "2", "note": "More.", "publish_at": "2099-01-01T09:00"}

    answer = ben.post(f"{url}/{move}", data=sent)

    goal = states.after(before, wanted)
    needs_review = wanted == "publish" and goal  # was never approved, so names no reviewer
    if goal and not needs_review:
        assert (answer.status_code, state(db)) == (303, goal)
    elif goal is None:
        assert (answer.status_code, state(db)) == (409, before)


def test_places_are_known(app, db, ana):
    places(app)
    url = begin(ana)
    save(ana, url, WHOLE | {"body_parts": ["elbow-of-nobody"]})

    assert "There is no body part named elbow-of-nobody." in ana.get(url).text
