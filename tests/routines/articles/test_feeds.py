"""Feeds as readers take them: parsed by feedparser, and by the shape of JSON Feed 1.1."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import feedparser
import pytest
import time_machine

from routines.library.publishing import publish
from storefront.database import session
from tests.makers import make_component
from tests.routines.articles.test_article_pages import article_of
from tests.routines.made import needs_tool, publish_routine, routine_of, step_of

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
VIDEO = {
    "slug": "film", "title": "The film's own title", "file": "secret-film.mp4", "captions": "secret-film.vtt",
    "poster": "p", "duration_ms": 1000,
}  # fmt: skip
BODY = "See [calf](/routines/calf) & < [@wagner-2010].\n\n## More\n\nText."


@pytest.fixture(autouse=True)
def content(app):
    with app.app_context():
        db = session()
        make_component(db, "roller", "Foam roller")
        with time_machine.travel(START, tick=False) as clock:
            steps = [step_of(tools=[needs_tool("roller")])]
            publish_routine(db, "calf", *steps, video=VIDEO)
            publish(db, "article", "leg-cramps", article_of(body=BODY))
            clock.shift(timedelta(days=1))
            publish(db, "article", "newer", article_of(title="Newer & better"))
            clock.shift(timedelta(days=1))
            publish(db, "article", "leg-cramps", article_of(body=BODY, summary="Changed."))
            db.commit()


NAMES = ("articles", "routines", "body/calf", "tools/roller")


@pytest.mark.parametrize("name", NAMES)
def test_atom_is_well_formed_and_whole(client, name):
    answer = client.get(f"/feeds/{name}.xml")
    feed = feedparser.parse(answer.data)

    assert answer.mimetype == "application/atom+xml"
    assert (feed.bozo, feed.version) == (False, "atom10")
    assert feed.feed.title
    assert feed.feed.updated
    assert feed.feed.id == f"http://localhost/feeds/{name}.xml"
    assert feed.entries
    for entry in feed.entries:
        assert entry.id == entry.link
        assert urlsplit(entry.link).netloc == "localhost"
        assert all((entry.title, entry.summary, entry.author, entry.published, entry.updated))


@pytest.mark.parametrize("name", NAMES)
def test_json_feed_has_the_shape_of_its_version(client, name):
    answer = client.get(f"/feeds/{name}.json")
    feed = json.loads(answer.data)

    assert answer.mimetype == "application/feed+json"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"http://localhost/feeds/{name}.json"
    assert urlsplit(feed["home_page_url"]).netloc == "localhost"
    assert feed["items"]
    for item in feed["items"]:
        assert all(isinstance(item[field], str) and item[field] for field in ("id", "url", "title", "content_html"))  # fmt: skip
        assert datetime.fromisoformat(item["date_published"]).tzinfo
        assert datetime.fromisoformat(item["date_modified"]).tzinfo
        assert [author["name"] for author in item["authors"]] == ["Ada Demo"]
        assert isinstance(item["tags"], list)
    assert client.get(urlsplit(feed["home_page_url"]).path).status_code == 200


def test_what_changed_last_comes_first_and_keeps_its_first_day(client):
    items = json.loads(client.get("/feeds/articles.json").data)["items"]

    assert [item["title"] for item in items] == ["Leg cramps", "Newer & better"]
    assert items[0]["date_published"] == "2026-11-20T12:00:00+00:00"
    assert items[0]["date_modified"] == "2026-11-22T12:00:00+00:00"
    assert items[0]["summary"] == "Changed."


def test_every_address_in_a_text_is_absolute(client):
    html = json.loads(client.get("/feeds/articles.json").data)["items"][0]["content_html"]

    assert 'href="http://localhost/routines/calf"' in html
    assert 'href="http://localhost/library/leg-cramps#source-wagner-2010"' in html
    assert 'href="/' not in html
    assert 'href="#' not in html


@pytest.mark.parametrize("name", NAMES)
def test_no_feed_names_a_gated_film(client, name):
    for form in ("xml", "json"):
        text = client.get(f"/feeds/{name}.{form}").text
        assert "secret-film" not in text
        assert "The film's own title" not in text


def test_a_feed_that_has_not_changed_is_not_sent_again(client, app):
    first = client.get("/feeds/articles.xml")
    again = client.get("/feeds/articles.xml", headers={"If-None-Match": first.headers["ETag"]})
    with app.app_context():
        publish(session(), "article", "third", article_of(title="Third"))
        session().commit()
    later = client.get("/feeds/articles.xml", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert (later.status_code, len(feedparser.parse(later.data).entries)) == (200, 3)


@pytest.mark.parametrize("path", ["body/nowhere.xml", "tools/nothing.json", "nothing.xml"])
def test_there_is_no_feed_of_what_does_not_exist(client, path):
    assert client.get(f"/feeds/{path}").status_code == 404


def test_an_empty_feed_is_a_feed(client, app):
    with app.app_context():
        make_component(session(), "unused", "Unused")
        session().commit()

    assert feedparser.parse(client.get("/feeds/tools/unused.xml").data).bozo is False
    assert json.loads(client.get("/feeds/tools/unused.json").data)["items"] == []


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/library/", "articles"),
        ("/library/newer", "articles"),
        ("/routines/", "routines"),
        ("/body/calf", "body/calf"),
    ],
)
def test_pages_name_their_feeds(client, page, feed):
    head = client.get(page).text.split("</head>")[0]

    assert 'type="application/atom+xml" title="' in head
    assert f'href="/feeds/{feed}.xml"' in head
    assert f'href="/feeds/{feed}.json"' in head


def test_only_a_routine_that_needs_the_tool_is_in_its_feed(client, app):
    with app.app_context():
        publish(session(), "routine", "bare", routine_of(title="Bare"))
        session().commit()

    items = json.loads(client.get("/feeds/tools/roller.json").data)["items"]
    assert [item["title"] for item in items] == ["Calf loosener"]
