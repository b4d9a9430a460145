"""Somebody buys what a routine lacks, and somebody answers the check: nobody hears of the answers."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.till_steps import PAYS, go_to_till, pay

ROUTINE = "/routines/hamstring-cramps-press-and-stretch"
WORDS = ("clot_risk", "varicose", "blood_thinners", "red_flags", "routines-check")


def test_what_is_missing_is_bought_for_its_routine_and_opens_it(page: Page, live):
    page.goto("/toolbox")
    page.get_by_label("Mini foam roller").check()
    page.get_by_role("button", name="Save my tools").click()
    page.goto(ROUTINE)
    kit = page.locator("#tools")
    expect(kit.get_by_text("In your kit")).to_have_count(1)

    kit.get_by_role("button", name=re.compile("^Add what is missing")).click()
    page.locator("#cart-drawer").wait_for()
    page.goto("/cart")

    lines = page.locator(".line")
    expect(lines.filter(has_text="roller")).to_have_count(0)
    expect(lines.filter(has_text="For: Hamstring cramps")).to_have_count(lines.count())
    page.get_by_role("link", name=re.compile("^Check out")).click()
    email = go_to_till(page, "kit")
    pay(page, PAYS)
    page.wait_for_url(re.compile("/orders/"))
    live.letter(email, "is paid")
    page.reload()

    expect(page.get_by_role("heading", name="Your routines are ready")).to_be_visible()
    page.get_by_role("button", name="Put them in my toolbox").click()
    expect(page.get_by_text("These tools are in your toolbox now")).to_be_visible()
    page.get_by_role("link", name=re.compile("Hamstring cramps")).first.click()
    expect(page.get_by_text("You have everything.").first).to_be_visible()


@pytest.fixture
def sent(page: Page) -> list[Request]:
    """All that leaves the browser."""
    found: list[Request] = []
    page.on("request", lambda request: found.append(request))
    return found


def told_by(request: Request) -> str:
    """Write down all of a request: address, headers with cookies, and body."""
    return f"{request.url} {request.all_headers()} {request.post_data}"


def test_no_request_carries_what_the_check_was_told(page: Page, sent):
    page.goto("/check")
    page.get_by_label("I have had a blood clot").check()
    page.get_by_label("I have varicose veins").check()
    page.get_by_label("Today I have one of these").check()
    page.get_by_role("button", name="Keep on this device").click()
    expect(page.get_by_text("Kept on this device, and nowhere else.")).to_be_visible()
    expect(page.get_by_text("See a doctor first", exact=True)).to_be_visible()

    page.goto("/routines/calf-loosener")
    left_out = page.locator(".step.left-out").first
    expect(left_out).to_contain_text("left out for you")
    expect(page.locator("[data-check-summary]")).to_contain_text("leaves out")
    left_out.get_by_role("button", name="Show anyway").click()
    expect(page.get_by_text("You asked to see this step all the same").first).to_be_visible()

    page.goto("/routines/calf-loosener/play")
    page.get_by_role("button", name="Start", exact=True).click()
    page.goto("/shop/mini-foam-roller")
    expect(page.get_by_text("From your check on this device")).to_be_visible()
    page.get_by_role("button", name="Add to cart").click()
    page.locator("#cart-drawer").wait_for()

    assert "clot_risk" in page.evaluate("localStorage.getItem('routines-check')")
    assert len(sent) > 10
    assert not [text for text in map(told_by, sent) if any(word in text for word in WORDS)]
    assert page.context.cookies() == [
        cookie for cookie in page.context.cookies() if cookie["name"].startswith("storefront_")
    ]


def test_without_scripts_the_check_lists_all_cautions(bare: Page):
    bare.goto("/check")

    expect(bare.get_by_role("checkbox")).to_have_count(0)
    bare.get_by_text("With each tool").scroll_into_view_if_needed()
    expect(bare.locator(".caution").first).to_be_attached()
