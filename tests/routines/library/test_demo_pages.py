"""The pages of the demo content."""

import json
import re

import pytest
from sqlalchemy import event

from routines.library import service
from storefront.database import session
from storefront.public import all_pictures

STATEMENTS = 8


@pytest.fixture
def client(demo_app):
    return demo_app.test_client()


@pytest.fixture
def counted(demo_app):
    """Count the statements of a request."""
    seen: list[str] = []
    with demo_app.app_context():
        engine = demo_app.extensions["sqlalchemy"].engine

    def remember(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", remember)
    yield seen
    event.remove(engine, "before_cursor_execute", remember)


@pytest.mark.parametrize(
    "path",
    [
        "/", "/routines/", "/routines/?body_part=calf&action=press", "/routines/hamstring-cramps-press-and-stretch",
        "/routines/calf-loosener", "/routines/calf-loosener/play", "/routines/calf-loosener/sheet", "/body/", "/body/calf",
        "/toolbox", "/programmes/", "/programmes/glutes-for-hamstrings", "/library/", "/library/leg-cramps", "/shop/mini-foam-roller",
    ],
)  # fmt: skip
def test_a_strangers_page_takes_few_statements_and_is_for_everybody(client, counted, path):
    client.get(path)
    counted.clear()

    page = client.get(path)

    assert page.status_code == 200
    assert len([one for one in counted if "SELECT" in one]) <= STATEMENTS
    assert "Set-Cookie" not in page.headers
    assert "s-maxage" in page.headers["Cache-Control"]
    assert client.get(path, headers={"If-None-Match": page.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/routines/nothing", "/routines/nothing/play", "/routines/nothing/sheet", "/routines/?page=99", "/routines/?page=x",
        "/routines/calf-loosener/play?profile=fast", "/body/elbow-grease", "/programmes/nothing", "/library/nothing",
        "/routines/Calf%20Loosener", "/routines/" + "x" * 3000, "/library/%F0%9F%A6%B5", "/body/..%2F..%2Fetc",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_routine_shows_its_steps_doses_cautions_and_sources(client):
    page = client.get("/routines/hamstring-cramps-press-and-stretch").text

    for text in (
        "Part 1: press and roll", "Part 2: stretch", "45 seconds each side, effort 5–6 of 10", "Your knees hurt when you sit back",
        "Spherical handle with the pointed attachment", "A tennis ball on a hard chair (does the job)",
        "Once a day, 6 days a week, 1 day of rest", "Stop if pain goes above 6 of 10", "Demo author, not a real clinician",
        "12 October 2026", 'href="#source-maughan-2019"', 'id="source-maughan-2019"', "8 minutes for the neighbour below the knee",
    ):  # fmt: skip
        assert text in page


def test_search_engines_learn_the_length_only_when_it_is_known(client):
    def data(slug):
        found = re.findall(
            r'<script type="application/ld\+json">(.*?)</script>',
            client.get(f"/routines/{slug}").text,
        )
        return json.loads(found[0])

    known = data("hamstring-cramps-press-and-stretch")
    assert known["totalTime"] == "PT10M"
    assert known["reviewedBy"]["name"] == "Jonas Adler"


def test_filters_lead_on_when_nothing_fits(client):
    page = client.get("/routines/?action=jump&level=beginner").text

    assert "No routine fits all of this" in page
    assert "Without “Jump”: 9 routines" in page


def test_a_filter_can_be_taken_off_again(client):
    page = client.get("/routines/?body_part=calf&level=beginner").text

    assert 'href="/routines/?body_part=calf"' in page
    assert "3 routines" in page


def test_cramp_now_is_the_player_itself(client):
    page = client.get("/cramp-now")

    assert page.status_code == 200
    assert "data-player" in page.text


def test_every_step_of_the_demo_shows_its_position(demo_app):
    with demo_app.test_request_context():
        db = session()
        known = all_pictures()
        missing = [
            (card.slug, step.key)
            for card in service.of_kind(db, "routine")
            for part in service.find_routine(db, card.slug).document.sections
            for step in part.steps
            if step.exercise.picture not in known
        ]

    assert missing == []
