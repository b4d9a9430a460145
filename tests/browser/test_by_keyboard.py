"""Somebody without a pointer: everything by Tab, arrows, space and Enter, and focus always shows."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.live import address_of
from tests.browser.till_steps import DETAILS, PAYS

MOST_STOPS = 120
PLAYER = "/routines/calf-loosener/play"
HAS_FOCUS = "(here) => here === document.activeElement"
SHOWS_FOCUS = """(here) => [here, here.labels?.[0]].filter(Boolean).some((part) =>
  [null, "::after"].some((which) => getComputedStyle(part, which).outlineStyle !== "none"))"""


class Keys:
    """A keyboard, and eyes that look where the focus is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, target: Locator) -> None:
        """Press Tab until the target has the focus, which must show."""
        target.wait_for()
        for _ in range(MOST_STOPS):
            if target.evaluate(HAS_FOCUS):
                break
            self.page.keyboard.press("Tab")
        expect(target).to_be_focused()
        assert target.evaluate(SHOWS_FOCUS), f"no focus shows on {target}"

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.to(target)
        self.page.keyboard.press(key)

    def write(self, label: str, text: str) -> None:
        self.to(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(text)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=re.compile(name))


@pytest.fixture(params=["scripts", "bare"])
def keys(request, newcomer):
    """A keyboard at a page, once with scripts and once without."""
    return Keys(newcomer(java_script_enabled=request.param == "scripts"))


def test_the_first_stop_skips_to_the_content(keys):
    keys.page.goto("/")

    keys.press(keys.page.get_by_role("link", name="Skip to content"))

    expect(keys.page).to_have_url(re.compile("#main$"))


def test_a_purchase_from_the_product_to_the_paid_order(keys, live):
    page, email = keys.page, address_of("keyboard")
    page.goto("/shop/mini-foam-roller")

    keys.press(page.get_by_role("radio", name="Medium"), "ArrowDown")
    expect(page.get_by_role("radio", name="Firm")).to_be_checked()
    keys.press(keys.button("^Add to cart"))
    keys.press(page.get_by_role("link", name=re.compile("^Check out")))
    keys.write("Email", email)
    for label, text in DETAILS.items():
        keys.write(label, text)
    keys.press(page.get_by_label("I agree to the terms of sale"), "Space")
    keys.press(keys.button("^Pay "))
    keys.write("Card number", PAYS)
    keys.write("Expiry (MM/YY)", "12/34")
    keys.write("Security code", "123")
    keys.write("Name on the card", "Ana Probe")
    keys.press(keys.button(r"^Pay .*\d"))

    expect(page).to_have_url(re.compile(r"/orders/[^/?]+\?key="))
    assert live.letter(email, "is paid")


def test_the_drawer_takes_the_focus_and_gives_it_back(page):
    keys = Keys(page)
    page.goto("/shop/mini-foam-roller")

    keys.press(keys.button("^Add to cart"))
    expect(
        page.get_by_role("dialog").get_by_role("heading", name="Your cart (1)")
    ).to_be_focused()
    page.keyboard.press("Escape")

    expect(keys.button("^Add to cart")).to_be_focused()


def test_the_player_obeys_space_and_arrows(page):
    keys, root = Keys(page), page.locator("[data-player]")
    page.goto(PLAYER)

    keys.press(page.get_by_role("button", name="Start", exact=True), "Space")
    expect(root).to_have_attribute("data-state", "running")
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-segment-index", "1")
    page.keyboard.press("ArrowLeft")
    expect(root).to_have_attribute("data-segment-index", "0")
    keys.press(page.get_by_role("button", name="Pause", exact=True), "Space")

    expect(root).to_have_attribute("data-state", "paused")


def test_single_keys_can_be_switched_off(page):
    keys, root = Keys(page), page.locator("[data-player]")
    page.goto(PLAYER)

    page.keyboard.press("?")
    switch = page.get_by_role("checkbox", name="Single keys work")
    keys.press(switch, "Space")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-segment-index", "0")
    page.reload()
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-segment-index", "0")
    keys.press(keys.button("^Keys"), "Enter")
    keys.press(switch, "Space")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")

    expect(root).to_have_attribute("data-segment-index", "1")


def test_without_scripts_enter_leads_from_step_to_step(bare):
    keys = Keys(bare)
    bare.goto(PLAYER)
    steps = bare.locator("ol.steps > li")

    for number in range(steps.count() - 1):
        keys.press(steps.nth(number).get_by_role("link", name=re.compile("^Next: ")))
        expect(steps.nth(number + 1)).to_be_in_viewport()
    keys.press(steps.last.get_by_role("link", name="Done"))

    expect(bare).to_have_url(re.compile("/routines/calf-loosener$"))
