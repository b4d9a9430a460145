"""The movement of a step: shown on request beside its still, and never loaded before."""

import json
import re

import pytest

from routines.library.rules.problems import problems
from storefront.database import session
from storefront.public import web
from tests.routines.made import publish_routine, routine_of, step_of

FACTS = {"alt": "A person moving", "width": 480, "height": 320, "duration_ms": 4600}


def moving(**exercise) -> dict:
    step = step_of("lift")
    step["exercise"] |= {"picture": "product-roller", "clip": "move-lift"} | exercise
    return step


@pytest.fixture
def media(app):
    with app.app_context():
        folder = web.settings().storefront_data / "media"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "clips.json").write_text(json.dumps({"move-lift": FACTS}))
        (folder / "move-lift.mp4").write_bytes(b"film")
        (folder / "move-lift.m3u8").write_text("#EXTM3U\n")
        publish_routine(session(), "calf", moving(), moving() | {"key": "still"})
    return folder


@pytest.fixture
def page(client, media):
    return client.get("/routines/calf").text


def test_the_page_links_to_the_movement_and_loads_nothing_of_it(page):
    assert re.findall(r'href="(/media/move-lift\.mp4)"', page) == ["/media/move-lift.mp4"] * 2
    assert "A person moving" in page
    assert "<video" not in page
    assert "moves.js" in page


def test_the_player_names_the_movement_and_loads_nothing_of_it(client, media):
    text = client.get("/routines/calf/play").text

    assert 'data-picture="lift" data-moves="/media/move-lift.mp4"' in text
    assert "<video" not in text


@pytest.mark.parametrize(
    ("name", "kind"),
    [("move-lift.mp4", "video/mp4"), ("move-lift.m3u8", "application/vnd.apple.mpegurl")],
)
def test_a_clip_is_public(client, media, name, kind):
    answer = client.get(f"/media/{name}", buffered=True)

    assert (answer.status_code, answer.mimetype) == (200, kind)


def test_a_clip_that_is_gone_leaves_the_still_alone(client, media):
    (media / "clips.json").unlink()

    page = client.get("/routines/calf").text

    assert "move-lift" not in page
    assert "moves.js" not in page
    assert "product-roller" in page


def test_a_clip_that_nobody_has_keeps_a_routine_from_being_published():
    document = routine_of(moving())
    shown = {"product-roller": "A roller"}

    said = [lack.sentence for lack in problems(document, shown)]

    assert "There is no clip named move-lift." in said
    assert not problems(document, shown | {"move-lift": "A person moving"})
