"""Somebody gives an address, confirms it, sees the video, and leaves the letters again."""

import re

from playwright.sync_api import Page, expect

from tests.browser.live import address_of, link_in

ROUTINE = "/routines/hamstring-cramps-press-and-stretch"


def ask(page: Page, name: str) -> str:
    """Ask for the letter in the panel that stands where the video would be; give the address."""
    email = address_of(name)
    page.goto(ROUTINE)
    gate = page.locator("#gate")
    gate.get_by_label("Email address", exact=True).first.fill(email)
    gate.get_by_role("button", name="Get the letter and open it").click()
    expect(gate.get_by_text("Look into your mail")).to_be_visible()
    return email


def confirm(page: Page, link: str) -> None:
    """Follow the letter's link; only the button confirms."""
    page.goto(link)
    page.get_by_role("button", name="Yes, this is my address").click()


def is_open(page: Page) -> None:
    expect(page.locator("#gate video")).to_be_visible()
    source = page.locator("#gate video source[type='video/mp4']").get_attribute("src")
    assert page.request.get(source, headers={"Range": "bytes=0-99"}).status == 206


def test_the_first_page_opens_by_itself_once_confirmed_in_another_browser(page, newcomer, live):
    page.clock.install()
    email = ask(page, "elsewhere")

    confirm(newcomer(), link_in(live.letter(email, "confirm"), "/confirm/"))
    page.clock.fast_forward("00:30")

    is_open(page)
    expect(page).to_have_url(re.compile(f"{ROUTINE}(#.*)?$"))


def test_without_scripts_the_first_page_opens_by_its_link(bare, newcomer, live):
    email = ask(bare, "bare")
    other = newcomer(java_script_enabled=False)

    confirm(other, link_in(live.letter(email, "confirm"), "/confirm/"))
    is_open(other)
    bare.locator("#gate").get_by_role("link", name="open it here").click()

    is_open(bare)


def test_the_six_digits_of_the_letter_open_the_page(page, live):
    email = ask(page, "digits")
    code = re.search(r"\b\d{6}\b", live.letter(email, "confirm")["text"])[0]

    page.get_by_label("Or type the 6 digits of the letter").fill(code)
    page.locator("#gate").get_by_role("button", name="Confirm").click()

    is_open(page)


def test_without_scripts_the_six_digits_open_the_page(bare, live):
    email = ask(bare, "bare-digits")
    code = re.search(r"\b\d{6}\b", live.letter(email, "confirm")["text"])[0]

    bare.get_by_label("Or type the 6 digits of the letter").fill(code)
    bare.locator("#gate").get_by_role("button", name="Confirm").click()

    is_open(bare)


def test_wrong_digits_say_so_and_leave_the_door_closed(page, watch):
    watch.expects(422)
    ask(page, "wrong-digits")

    page.get_by_label("Or type the 6 digits of the letter").fill("000000")
    page.get_by_role("button", name="Confirm").click()

    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_text("This is not the code of the newest letter.")).to_be_visible()
    page.goto(ROUTINE)
    expect(page.locator("#gate video")).to_have_count(0)


def test_a_reader_leaves_in_one_click_and_keeps_what_was_opened(page, live):
    email = ask(page, "leaver")
    confirm(page, link_in(live.letter(email, "confirm"), "/confirm/"))

    page.goto(link_in(live.letter(email, "welcome"), "/leave/"))
    page.get_by_role("button", name="Stop the letters").click()

    expect(page.get_by_role("heading", name="You will get no more")).to_be_visible()
    page.goto(ROUTINE)
    is_open(page)


def test_without_scripts_a_reader_leaves_in_one_click(bare, live):
    email = ask(bare, "bare-leaver")
    confirm(bare, link_in(live.letter(email, "confirm"), "/confirm/"))

    bare.goto(link_in(live.letter(email, "welcome"), "/leave/"))
    bare.get_by_role("button", name="Stop the letters").click()

    expect(bare.get_by_role("heading", name="You will get no more")).to_be_visible()
