"""Films of other sites: nothing loads before somebody asks, and none is ever called gated."""

import pytest

from routines.library import embeds
from routines.library.films import Video
from routines.library.rules.problems import problems
from storefront import database
from tests.routines.made import publish_routine, routine_of
from tests.routines.videos.conftest import tell

YOUTUBE = "https://www.youtube-nocookie.com/embed/abcDEF123_-"
EMBED = {"slug": "film", "title": "Film", "embed": YOUTUBE, "opens_for": ("open",)}


def said(**fields) -> dict[str, str]:
    routine = routine_of(video=EMBED | fields)
    return {".".join(map(str, lack.field)): lack.sentence for lack in problems(routine) if lack.field[0] == "video"}  # fmt: skip


def test_an_open_film_of_a_known_site_is_fine():
    assert said() == {}
    assert said(embed="https://player.vimeo.com/video/12345") == {}


@pytest.mark.parametrize("clauses", [("newsletter",), ("open", "owns"), ("member",), ()])
def test_it_is_refused_with_any_clause_that_would_gate_it(clauses):
    assert said(opens_for=clauses) == {"video.opens_for": embeds.NOT_GATED}


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/watch?v=abc", "http://www.youtube-nocookie.com/embed/abcdef", "javascript:alert(1)",
        "https://www.youtube-nocookie.com.evil.example/embed/abcdef", f"{YOUTUBE}?autoplay=1", f"{YOUTUBE}/../x",
        "https://player.vimeo.com/video/", f"{YOUTUBE}'; script-src *",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(address):
    assert "video.embed" in said(embed=address)


def test_it_has_no_files_beside_it():
    assert said(file="a.mp4").keys() == {"video.file"}


@pytest.fixture
def page(app, client, routine):
    def show(**fields):
        with app.app_context():
            publish_routine(database.session(), "hamstring", video=EMBED, title="Hamstring")
        tell(app, Video(**EMBED | fields))
        return client.get("/routines/hamstring")

    return show


def test_a_page_loads_nothing_of_the_other_site_and_frames_only_it(page):
    answer = page()

    assert answer.status_code == 200
    assert "<iframe" not in answer.text
    assert f'href="{YOUTUBE}"' in answer.text
    assert "Play the film from YouTube" in answer.text
    assert "they learn your address" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("; frame-src https://www.youtube-nocookie.com")
    assert "youtube" not in policy.replace("frame-src https://www.youtube-nocookie.com", "")


def test_a_row_that_claims_to_gate_one_shows_nothing_of_it(page):
    answer = page(opens_for=("newsletter",))

    assert "youtube" not in answer.text
    assert "youtube" not in answer.headers["Content-Security-Policy"]
    assert "<video" not in answer.text


def test_other_pages_frame_nothing(client, routine):
    assert (
        "frame-src" not in client.get("/routines/hamstring").headers["Content-Security-Policy"]
    )
