"""Sending in the backoffice: how far it is, stopping, and deciding about unknown letters."""

import pytest
from sqlalchemy import update

from storefront.dispatch.models import Delivery
from storefront.issues.models import Issue
from tests.makers import both
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.dispatch.desk import prepared, rows, states


@pytest.fixture
def keeper(app, db):
    return signed_in(app, role="keeper")


@pytest.fixture
def issue_id(db):
    return prepared(db, 3)


def state_of(db, issue_id):
    db.rollback()
    return db.get(Issue, issue_id, populate_existing=True).state


@both
def test_an_issue_is_shown_paused_resumed_and_cancelled(db, keeper, issue_id):
    url = f"/backoffice/sending/{issue_id}"
    assert "News" in keeper.get("/backoffice/sending").text
    page = keeper.get(url).text
    assert "0 % of 3 letters" in page
    assert "example.org" in page

    assert keeper.post(f"{url}/pause").status_code == 303
    assert state_of(db, issue_id) == "paused"
    assert "Newsletters that have paused" in keeper.get("/backoffice").text
    assert keeper.post(f"{url}/resume").status_code == 303
    assert state_of(db, issue_id) == "sending"
    assert "Readers who will get no letter: 3." in keeper.get(f"{url}/cancel").text
    keeper.post(f"{url}/cancel")
    assert (state_of(db, issue_id), states(db, issue_id)) == ("cancelled", ["skipped"] * 3)


def test_unknown_letters_are_listed_and_decided(db, keeper, issue_id):
    db.execute(update(Delivery).values(state="unknown"))
    db.execute(update(Issue).values(state="done"))
    db.commit()
    first, second, third = (row.id for row in rows(db, issue_id))
    url = f"/backoffice/sending/{issue_id}"
    assert "Letters nobody knows of" in keeper.get(url).text

    keeper.post(f"{url}/resolve", data={"letter": [first, 999999, "x"], "choice": "sent"})
    keeper.post(f"{url}/resolve", data={"letter": [second], "choice": "resend"})

    assert states(db, issue_id) == ["accepted", "queued", "unknown"]
    assert state_of(db, issue_id) == "sending"
    assert third


@pytest.mark.parametrize(
    ("path", "data"),
    [("pause", {}), ("resume", {}), ("cancel", {}), ("resolve", {"choice": "burn"}), ("resolve", {})],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_changes_nothing(db, keeper, issue_id, path, data):
    db.execute(update(Issue).values(state="done"))
    db.commit()

    answer = keeper.post(f"/backoffice/sending/{issue_id}/{path}", data=data)

    assert answer.status_code == 422
    assert state_of(db, issue_id) == "done"
    assert states(db, issue_id) == ["queued"] * 3


def test_an_issue_that_is_still_written_is_not_here(db, keeper, issue_id):
    db.execute(update(Issue).values(state="draft"))
    db.commit()

    assert keeper.get(f"/backoffice/sending/{issue_id}").status_code == 404
    assert keeper.get("/backoffice/sending/999").status_code == 404


def test_an_issue_that_is_not_done_is_not_said_to_be(db, keeper, issue_id):
    page, listed = (
        keeper.get(f"/backoffice/sending/{issue_id}").text,
        keeper.get("/backoffice/sending").text,
    )

    assert "<dt>Goes out</dt>" in page
    assert "<dt>Done</dt><dd>not yet</dd>" in page
    assert "never" not in listed
