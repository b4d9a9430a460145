import re

import pytest

from routines.library.documents import BodyPart
from routines.library.publishing import publish_body_parts
from storefront.database import session
from tests.makers import both
from tests.routines.made import needs_tool, publish_routine, step_of


@both
@pytest.mark.parametrize(
    "query",
    [
        "?body_part=%00",
        "?action=" + "x" * 5000,
        "?level=%F0%9F%A6%B5",
        "?minutes='%20OR%201=1--",
        "?page=1&page=2",
        "?goal[]=1",
    ],
)
def test_odd_filters_are_answered(app, client, query):
    with app.app_context():
        publish_routine(session())

    assert client.get(f"/routines/{query}").status_code in (200, 404, 422)


def test_a_routine_whose_doses_are_not_stated_claims_no_length(app, client):
    with app.app_context():
        publish_routine(session())

    page = client.get("/routines/calf-loosener").text

    assert "totalTime" not in page
    assert "minute" not in re.search(r'<p class="meta numbers">(.*?)</p>', page).group(1)


def test_markup_in_content_is_shown_and_not_run(app, client):
    evil = "<script>alert(1)</script>"
    with app.app_context():
        publish_routine(
            session(), "evil", step_of(title=evil, start=evil), title=evil, body=f"{evil} [x](javascript:alert(1))",
            references=[{"key": "a", "title": evil}],
        )  # fmt: skip

    for path in ("/routines/evil", "/routines/evil/play", "/routines/evil/sheet", "/routines/"):
        page = client.get(path).text
        assert evil not in page
        assert 'href="javascript:' not in page


def test_a_place_shows_its_routines_and_a_way_on_when_there_are_none(app, client):
    with app.app_context():
        publish_routine(session())
        publish_body_parts(session(), [BodyPart(slug="knee", name="Knee")])
        session().commit()

    assert "Calf loosener" in client.get("/body/calf").text
    assert "Calf loosener" in client.get("/body/leg").text
    assert "Nothing for this place yet" in client.get("/body/knee").text
    drawn = client.get("/body/").text
    assert 'xlink:href="/body/calf" role="link" aria-label="Calf"' in drawn
    assert 'href="/body/knee"' not in drawn


def test_without_a_cramp_routine_there_is_no_cramp_page(app, client):
    with app.app_context():
        publish_routine(session())

    assert client.get("/cramp-now").status_code == 404
    assert "Cramp now" not in client.get("/").text


def test_an_empty_library_still_has_its_pages(client):
    for path in ("/", "/routines/", "/body/", "/programmes/", "/library/", "/toolbox"):
        assert client.get(path).status_code == 200


def test_the_author_places_calls_inside_the_text(app, client):
    calls = [
        {"kind": "booking", "label": "Book a session", "target": "https://example.com/"},
        {"kind": "newsletter", "label": "Read our letter"},
    ]
    with app.app_context():
        publish_routine(session(), body="Before.\n\n[call:2]\n\nAfter.", calls=calls)

    page = client.get("/routines/calf-loosener").text

    assert (
        page.index("Before.")
        < page.index("Read our letter")
        < page.index("After.")
        < page.index("Book a session")
    )


def test_a_tool_that_is_not_ours_has_no_button(app, client):
    with app.app_context():
        publish_routine(
            session(), "calf-loosener", step_of(tools=[{"household": "A stability ball"}])
        )

    page = client.get("/routines/calf-loosener").text

    assert "A stability ball" in page
    assert "Add what is missing" not in page


def test_an_attachment_is_named_with_its_handle(app, client):
    with app.app_context():
        publish_routine(
            session(),
            "calf-loosener",
            step_of(tools=[needs_tool("t-handle", "rounded-attachment")]),
        )

    assert "T handle with the rounded attachment" in client.get("/routines/calf-loosener").text
