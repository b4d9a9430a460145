"""What holds on every page, whatever it is about."""

import pytest

from tests.browser.conftest import DESK, PATIENCE, PHONE
from tests.browser.looks import axe_faults, focus_stops, sticking_out
from tests.browser.scenes import SCENES
from tests.browser.watch import Watch


@pytest.fixture(scope="module", params=sorted(SCENES))
def scene(request, browser, live):
    """A page in one of its states, reached once for all its tests."""
    arrive, statuses = SCENES[request.param]
    context = browser.new_context(
        base_url=live.address, viewport=PHONE, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    context.watch = Watch(live.address, live.till_address)
    context.watch.expects(*statuses)
    context.watch.over(context)
    page = context.new_page()
    arrive(page, live)
    yield page
    context.close()


# Colours come from the scheme and places from the size: two looks meet all four.
@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone-light", "desk-dark"]
)
def test_axe_finds_no_fault(scene, size, scheme):
    scene.set_viewport_size(size)
    scene.emulate_media(color_scheme=scheme)

    assert axe_faults(scene) == []


def test_nothing_sticks_out_at_320_pixels(scene):
    assert sticking_out(scene, 320) == []


def test_focus_shows_at_every_stop_and_nothing_covers_it(scene):
    scene.set_viewport_size(DESK)

    stops = focus_stops(scene)

    assert stops
    assert [stop for stop in stops if not (stop["shows"] and stop["free"])] == []


def test_the_page_has_one_heading_of_the_first_rank_and_a_title_of_its_own(scene):
    assert scene.locator("h1:visible").count() == 1
    assert scene.title().strip()


def test_the_page_meets_no_error_and_no_foreign_host(scene):
    assert scene.context.watch.seen == []
