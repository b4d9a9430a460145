"""What the gate opens on the stage, and what a device keeps for days without a network."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.player import start
from tests.browser.scenes import open_gate

CALF = "/routines/calf-loosener/play"
ROUTINE = "/routines/whole-leg-toes-to-hips"  # a step of it is a stretch of its film
FILM_STEP = "Back of the thigh"


def go_to_step(page: Page, title: str) -> None:
    """Step on until the large words are the title of a step."""
    heading = page.locator("[data-step-title]")
    for _ in range(30):
        if heading.text_content() == title and page.locator("[data-kind=hold]").count():
            return
        page.keyboard.press("ArrowRight")
    message = f"no step is called {title}"
    raise AssertionError(message)


def keep(page: Page) -> None:
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("button", name="Keep this routine on this device").click()
    expect(page.get_by_text("Kept. It opens here without a network too.")).to_be_visible()
    page.keyboard.press("Escape")


@pytest.fixture
def kept(page):
    """The player of a routine that this device keeps."""
    page.goto(CALF)
    keep(page)
    page.reload()  # from here on the service worker stands between
    page.wait_for_function("navigator.serviceWorker.controller")
    return page


def test_a_stranger_sees_the_still_and_the_way_to_the_film(page):
    page.goto(f"{ROUTINE}/play")
    start(page)
    go_to_step(page, FILM_STEP)

    expect(page.locator("[data-stage] img:visible")).to_have_count(1)
    assert page.locator("[data-film]").count() == 0
    page.get_by_role("link", name="Open the film of this step").first.click()

    expect(page).to_have_url(re.compile(f"{ROUTINE}#gate$"))


def test_the_open_film_loops_with_the_step_mirrored_for_the_other_side(page, live):
    open_gate(page, live)
    page.goto(f"{ROUTINE}/play")
    start(page)
    film = page.locator("[data-film]")
    expect(film).to_be_hidden()

    go_to_step(page, FILM_STEP)
    expect(film).to_be_visible()
    page.wait_for_function("!document.querySelector('[data-film]').paused")
    chapters, captions = page.evaluate(
        """() => { const tracks = [...document.querySelector('[data-film]').textTracks];
           return [tracks.find((one) => one.kind === 'chapters').cues.length,
                   tracks.find((one) => one.kind === 'captions').mode]; }"""
    )
    assert (chapters, captions) == (1, "disabled")
    page.keyboard.press("c")
    page.wait_for_function(
        "[...document.querySelector('[data-film]').textTracks].some((one) => one.mode === 'showing')"
    )
    page.keyboard.press(" ")
    page.wait_for_function("document.querySelector('[data-film]').paused")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")

    expect(page.locator("[data-stage]")).to_have_attribute("data-mirrored", "true")
    assert (
        film.evaluate("(one) => getComputedStyle(one).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    )


def test_the_tool_to_take_has_the_stage_for_itself_before_its_film(page, live):
    open_gate(page, live)
    page.goto(f"{ROUTINE}/play")
    start(page)
    heading = page.locator("[data-step-title]")
    for _ in range(30):
        if heading.text_content() == "Take the stretching strap":
            break
        page.keyboard.press("ArrowRight")

    expect(heading).to_have_text("Take the stretching strap")
    page.wait_for_function("!document.querySelector('[data-film]').hidden")
    expect(page.locator(".tool-shot img:visible")).to_have_count(1)
    expect(page.locator("[data-film]")).to_be_hidden()


def test_stillness_plays_the_film_only_on_request(newcomer, live):
    page = newcomer(reduced_motion="reduce")
    open_gate(page, live)
    page.goto(f"{ROUTINE}/play")
    start(page)
    go_to_step(page, FILM_STEP)

    assert page.evaluate("document.querySelector('[data-film]').paused")
    page.get_by_role("button", name="Play the clip").click()

    page.wait_for_function("!document.querySelector('[data-film]').paused")


def test_a_kept_routine_runs_without_a_network(kept, watch):
    kept.context.set_offline(True)
    kept.reload()

    start(kept)
    picture = kept.locator("[data-stage] img:visible")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("(one) => one.naturalWidth") > 0
    kept.goto(f"{CALF}?profile=short")
    expect(kept.get_by_role("button", name="Start", exact=True)).to_be_visible()
    watch.expects(503)
    kept.goto("/routines/foot-roll/play")
    expect(kept.get_by_role("heading", name="There is no network")).to_be_visible()
    kept.get_by_role("link", name="Calf loosener", exact=True).click()

    expect(kept).to_have_url(re.compile(f"{CALF}$"))
    watch.seen[:] = [one for one in watch.seen if not one.startswith("failed:")]


def test_with_a_network_nothing_kept_is_shown(kept, watch):
    kept.evaluate(
        """async () => { for (const name of await caches.keys()) {
             const kept = await caches.open(name);
             for (const request of await kept.keys()) if (request.url.endsWith('/play'))
               await kept.put(request, new Response('<h1>Yesterday</h1>', { headers: { 'Content-Type': 'text/html' } }));
           } }"""
    )

    kept.goto(CALF)
    expect(kept.get_by_role("heading", name="Calf loosener")).to_be_visible()
    kept.context.new_cdp_session(kept).send("Network.clearBrowserCache")
    kept.context.set_offline(True)
    kept.goto(CALF)

    expect(kept.get_by_role("heading", name="Yesterday")).to_be_visible()
    watch.seen[:] = [one for one in watch.seen if not one.startswith("failed:")]


def test_what_is_kept_can_be_taken_away_again(kept):
    kept.get_by_role("button", name="Settings").click()
    kept.get_by_role("button", name="Keep this routine on this device").click()
    expect(kept.get_by_text("It is no longer kept on this device.")).to_be_visible()

    left = kept.evaluate(
        "async () => [await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length]"
    )

    assert left == [[], 0]


def test_a_film_is_kept_no_longer_than_its_permission(page, live):
    open_gate(page, live)
    page.goto(f"{ROUTINE}/play")
    keep(page)
    films = (
        "async () => (await (await caches.open('player-film')).keys()).map((one) => one.url)"
    )
    assert len(page.evaluate(films)) == 2

    page.evaluate(
        """async () => { const store = await caches.open('player-film');
             for (const request of await store.keys()) {
               const bytes = await (await store.match(request)).blob();
               await store.put(request, new Response(bytes, { headers: { 'X-Until': '2020-01-01T00:00:00+00:00' } }));
             } }"""
    )
    page.reload()

    page.wait_for_function(
        "async () => !(await (await caches.open('player-film')).keys()).length"
    )
