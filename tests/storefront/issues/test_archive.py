"""The archive: for nobody in particular, without anybody's links, as closed as the gate is to strangers."""

import json
from datetime import UTC, datetime

import feedparser
import pytest

from routines.library.service import find_routine
from routines.videos import service as videos
from storefront import clock, database
from storefront.issues import frozen, links, states
from storefront.issues.models import STATES
from tests.makers import both
from tests.routines.made import needs_tool, publish_routine, step_of
from tests.storefront.issues.made import make_issue

AT = datetime(2026, 11, 16, 8, tzinfo=UTC)
VIDEO = {
    "slug": "film", "title": "The film", "file": "secret.mp4", "captions": "secret.vtt", "poster": "p",
    "duration_ms": 1000, "opens_for": ["newsletter", "owns"],
}  # fmt: skip
PAGE, LIST = "/newsletter/archive/2026-w46", "/newsletter/archive/"


@pytest.fixture
def gone_out(app, db):
    routine = publish_routine(db, "calf", step_of(tools=[needs_tool("roller")]), video=VIDEO)
    videos.store(db, find_routine(db, "calf").id, routine.video)
    issue = make_issue(
        db,
        {"reference": "routine:calf@1"},
        send_at=AT,
        state="done",
        prepared_at=AT,
        preheader="Eight minutes.",
    )
    issue.frozen = frozen.freeze(db, issue, links.office(), AT).model_dump(mode="json")
    db.commit()
    return issue


def test_a_past_issue_is_a_public_page_for_a_stranger(client, gone_out):
    page = client.get(PAGE)

    assert page.status_code == 200
    assert "s-maxage" in page.headers["Cache-Control"]
    assert "Set-Cookie" not in page.headers
    assert (
        '<link rel="canonical" href="http://localhost/newsletter/archive/2026-w46">'
        in page.text
    )
    assert "only its video is closed to you" in page.text
    assert not [
        word
        for word in ("secret", "/gated/", "/newsletter/leave", "hole", "unsubscribe")
        if word in page.text
    ]
    assert "noindex" not in page.text


def test_search_engines_can_be_kept_away(client, db, gone_out):
    gone_out.is_indexed = False
    db.commit()

    page = client.get(PAGE)

    assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.text
    assert "/newsletter/archive/2026-w46" not in client.get("/sitemap.xml").text


@pytest.mark.parametrize("state", STATES)
def test_only_what_went_out_is_there(client, db, gone_out, state):
    gone_out.state = state
    db.commit()
    is_public = state in ("preparing", "sending", "paused", "done")

    assert client.get(PAGE).status_code == (200 if is_public else 404)
    assert ("A calmer calf" in client.get(LIST).text) == is_public


def test_an_issue_that_waited_too_long_was_sent_to_nobody(client, db, gone_out):
    gone_out.state, gone_out.prepared_at = "paused", None
    db.commit()

    assert client.get(PAGE).status_code == 404


def test_an_issue_kept_out_of_the_archive_is_nowhere(client, db, gone_out):
    gone_out.is_archived = False
    db.commit()

    assert client.get(PAGE).status_code == 404
    for path in (LIST, "/feeds/newsletter.xml", "/feeds/newsletter.json", "/sitemap.xml"):
        assert "2026-w46" not in client.get(path).text


def test_feeds_and_sitemap_name_what_went_out(client, gone_out):
    atom = feedparser.parse(client.get("/feeds/newsletter.xml").data)
    found = json.loads(client.get("/feeds/newsletter.json").data)

    assert [one.link for one in atom.entries] == [
        "http://localhost/newsletter/archive/2026-w46"
    ]
    assert found["items"][0]["title"] == "A calmer calf"
    assert "/feeds/newsletter.xml" in client.get(LIST).text
    assert "/newsletter/archive/2026-w46" in client.get("/sitemap.xml").text


@pytest.mark.parametrize("page", ["0", "-1", "x", "2", "99999999"])
def test_a_page_that_is_not_there_is_not_found(client, gone_out, page):
    assert client.get(f"{LIST}?page={page}").status_code == 404


@both
@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [("scheduled", "preparing", True), ("sending", "cancelled", True), ("sending", "done", False), ("draft", "scheduled", False)],
)  # fmt: skip
def test_pages_and_search_learn_at_once_what_the_archive_has(app, db, before, after, is_told):
    issue = make_issue(db, state=before, send_at=AT)
    db.commit()
    revision = database.content_revision(db)

    states.move(issue, after)
    db.commit()

    assert (database.content_revision(db) > revision) is is_told
    assert database.take_moments(db, clock.now()) == int(is_told)
