"""The movement of a step: on request on the page, with the timer in the player, never unasked."""

from playwright.sync_api import expect

from tests.browser.player import start

CALF = "/routines/calf-loosener"
PLAYS = """() => {
  const one = document.querySelector("video.loop");
  return Boolean(one) && !one.paused && one.currentTime > 0;
}"""
STANDS = "() => document.querySelector('video.loop').paused"


def clips_of(page) -> list[str]:
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if ".mp4" in request.url else None
    )
    return asked


def test_a_page_plays_a_movement_on_request(page):
    asked = clips_of(page)
    page.goto(CALF)
    link = page.get_by_role("button", name="See it move").first
    expect(link).to_have_attribute("aria-pressed", "false")
    assert asked == []

    link.click()

    page.wait_for_function(PLAYS)
    link.press(" ")
    page.wait_for_function(STANDS)


def test_the_player_moves_with_its_timer(page):
    asked = clips_of(page)
    page.goto(f"{CALF}/play")
    assert asked == []

    start(page)

    page.wait_for_function(PLAYS)
    page.keyboard.press(" ")
    page.wait_for_function(STANDS)


def test_who_wants_stillness_keeps_the_still(newcomer):
    page = newcomer(reduced_motion="reduce")
    asked = clips_of(page)
    page.goto(f"{CALF}/play")

    start(page)

    assert page.locator("video.loop").count() == 0
    assert asked == []
