"""From an author to a reader: written with scripts, mended, reviewed by another person, played on a phone."""

import re

from playwright.sync_api import Page, expect

from tests.browser import looks
from tests.browser.conftest import DESK, PHONE
from tests.browser.live import LiveShop, address_of

TITLE = "Evening calf"


def enter(page: Page, live: LiveShop, name: str) -> None:
    """Sign in somebody new as an author, by the link that the shopkeeper hands over."""
    email = address_of(name)
    live.run("user", "create", "--email", email, "--role", "author")
    page.goto(re.search(r"http\S+", live.run("signin-link", "--email", email))[0])
    page.locator("main").get_by_role("button").first.click()
    page.goto("/studio")
    expect(page.get_by_role("heading", name="Studio", exact=True)).to_be_visible()


def begin(page: Page, title: str) -> str:
    page.get_by_role("link", name="New draft").click()
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Still missing before it can be published")).to_be_visible()
    return page.url


def write(page: Page) -> None:
    """Fill in a routine of one stretch on both sides, with a stop rule that is too short."""
    page.locator("#summary").fill("One stretch before bed.")
    page.locator("#goal").select_option("relief")
    page.locator("#level").select_option("beginner")
    page.locator("#body_parts").get_by_label("Calf", exact=True).check()
    page.locator("#picture").fill("product-roller")
    page.locator("#stop_rule").fill("Stop.")
    page.locator("#author-name").fill("Ana Demo")
    page.locator("#author-credentials").fill("Demo author")
    page.get_by_role("button", name="Add a part").click()
    page.locator("#sections-0-title").fill("Part 1: stretch")
    page.locator("#sections-0-steps").get_by_role("button", name="Add a step").click()
    step = page.locator("#sections-0-steps-0")
    step.locator("#sections-0-steps-0-exercise-title").fill("Wall stretch")
    step.locator("#sections-0-steps-0-exercise-action").select_option("stretch")
    step.locator("#sections-0-steps-0-exercise-start_position").fill(
        "Face a wall, one foot back."
    )
    step.locator("#sections-0-steps-0-dosage-hold_seconds").fill("30-40")
    step.locator("#sections-0-steps-0-dosage-sides").select_option("each")


def press(page: Page, name: str, said: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_text(said).first).to_be_visible()


def test_from_author_to_reader(newcomer, live):
    ana, ben, reader = newcomer(DESK), newcomer(DESK), newcomer(PHONE)
    enter(ana, live, "ana")
    url = begin(ana, TITLE)
    write(ana)
    press(ana, "Save", "It is saved.")
    missing = ana.locator(".studio-lacks a")
    expect(missing).to_have_text([re.compile("stop rule is too short")])
    missing.click()
    expect(ana.locator("#stop_rule")).to_be_in_viewport()
    ana.locator("#stop_rule").fill("Stop when it hurts sharply, and see a doctor.")
    press(ana, "Save and preview", "As it was saved")
    frame = ana.frame_locator("iframe.studio-frame")
    expect(frame.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(frame.get_by_text("Hold 30–40 seconds each side").first).to_be_visible()
    ana.get_by_role("link", name="Second by second").click()
    expect(ana.get_by_text("2 minutes (1:10)")).to_be_visible()
    ana.get_by_role("link", name="Review and publish").click()
    press(ana, "Send to review", "It waits for another person now.")
    expect(ana.get_by_text("somebody else has to look at it")).to_be_visible()

    enter(ben, live, "ben")
    ben.goto("/backoffice")
    ben.get_by_role("link", name=TITLE).click()
    ben.get_by_label("Your name").fill("Ben Demo")
    ben.get_by_label("Credentials").fill("Demo physiotherapist")
    ben.get_by_label("This is a demo person").check()
    press(ben, "Approve", "It is approved, with your name.")
    press(ben, "Publish now", "Readers see it now.")
    assert ben.url == f"{url}/review"

    reader.goto("/routines/")
    reader.get_by_role("link", name=TITLE).first.click()
    expect(reader.get_by_text("Ben Demo").first).to_be_visible()
    reader.get_by_role("link", name="Start follow-along").first.click()
    expect(reader.get_by_text("Wall stretch").first).to_be_visible()
    assert "left" in reader.content()
    assert "right" in reader.content()


def test_steps_are_ordered_by_keyboard_and_by_dragging(newcomer, live):
    page = newcomer({"width": 1500, "height": 1000})
    enter(page, live, "ida")
    begin(page, "Order of steps")
    write(page)
    page.locator("#sections-0-steps").get_by_role("button", name="Add a step").click()
    page.locator("#sections-0-steps-1-exercise-title").fill("Floor roll")
    frame = page.frame_locator("[data-frame]")
    expect(
        frame.get_by_role("heading", name="Floor roll")
    ).to_be_visible()  # nothing is saved yet

    page.locator("button[value='up:sections-0-steps-1']").focus()
    page.keyboard.press("Enter")
    first = page.locator("#sections-0-steps-0 > summary")
    expect(first).to_contain_text("Floor roll")
    assert page.evaluate("document.activeElement.value") == "up:sections-0-steps-0"

    for item in ("#sections-0-steps-0", "#sections-0-steps-1"):
        page.locator(item).evaluate("item => { item.open = false; }")
    page.locator("#sections-0-steps-1 > summary [data-grip]").drag_to(first)
    expect(first).to_contain_text("Wall stretch")
    press(page, "Save", "It is saved.")
    expect(page.locator("#sections-0-steps-1-exercise-title")).to_have_value("Floor roll")


def test_the_studio_is_whole_for_everybody(newcomer, live, subtests):
    page = newcomer(PHONE)
    enter(page, live, "eve")
    page.goto("/studio")
    row = page.locator("tr", has_text="Hamstring cramps: press and stretch")
    row.get_by_role("button", name="Change").or_(
        row.get_by_role("link", name="Open its draft")
    ).click()
    page.wait_for_url("**/studio/drafts/*")
    one = page.url
    for path in (
        "/studio",
        "/studio/new",
        "/studio/import",
        one,
        f"{one}/review",
        f"{one}/history",
        f"{one}/timeline",
        f"{one}/preview",
    ):
        with subtests.test(path=path):
            page.set_viewport_size(PHONE)
            page.goto(path)

            assert looks.axe_faults(page) == []
            assert looks.faults_of_dark_colours(page) == []
            assert looks.sticking_out(page, 320) == []


def test_what_was_typed_outlives_an_answer_that_is_no_form(newcomer, live):
    ana = newcomer(DESK)
    enter(ana, live, "offline")
    begin(ana, "Lost line")
    ana.locator("#summary").fill("Typed before it went wrong.")
    ana.route("**/studio/drafts/*", lambda route: route.fulfill(body="<p>Not the shop</p>"))

    ana.get_by_role("button", name="Add a part").click()

    expect(ana.get_by_role("alert")).to_contain_text("Your text is still here")
    expect(ana.locator("#summary")).to_have_value("Typed before it went wrong.")
    ana.unroute("**/studio/drafts/*")
    ana.get_by_role("button", name="Add a part").click()
    expect(ana.locator("#sections-0-title")).to_be_visible()
    expect(ana.locator("#summary")).to_have_value("Typed before it went wrong.")
    expect(ana.get_by_text("Your text is still here")).to_have_count(0)
