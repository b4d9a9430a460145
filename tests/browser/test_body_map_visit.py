"""Somebody with a sore calf finds a routine on the body map, on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_by_keyboard import Keys

FINGER = 24
CALF, ROUTINE = re.compile("/body/calf$"), re.compile("/routines/calf-loosener$")
BOXES = """() => [...document.querySelectorAll('.body-side:not(.front) .body-map a')].map((link) => {
  const {x, y, width, height} = link.querySelector('.halo').getBoundingClientRect();
  return {name: link.getAttribute('aria-label'), x: x + width / 2, y: y + height / 2, width};
})"""


@pytest.fixture(params=["scripts", "bare"])
def phone(request, newcomer):
    """A phone, once with scripts and once without."""
    return newcomer(java_script_enabled=request.param == "scripts")


def test_from_home_to_a_routine_for_a_sore_calf_in_three_presses(phone):
    phone.goto("/")

    phone.get_by_role("link", name="All places").click()
    phone.get_by_role("group", name="Back of the body").get_by_label("Calf", exact=True).click()
    expect(phone).to_have_url(CALF)
    phone.get_by_role("link", name="Calf loosener").click()

    expect(phone).to_have_url(ROUTINE)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Calf loosener")


def test_the_same_way_by_keyboard(newcomer):
    keys = Keys(newcomer())
    keys.page.goto("/")

    keys.press(keys.page.get_by_role("link", name="All places"))
    mark = keys.page.get_by_role("group", name="Back of the body").get_by_label("Calf", exact=True)  # fmt: skip
    keys.to(mark)
    expect(mark.locator("+ .name")).to_have_css("opacity", "1")
    keys.page.keyboard.press("Enter")
    expect(keys.page).to_have_url(CALF)
    keys.press(keys.page.get_by_role("link", name="Calf loosener"))

    expect(keys.page).to_have_url(ROUTINE)


def test_the_front_is_one_press_away_and_a_point_leads_to_its_routines(phone):
    phone.goto("/body/")
    front = phone.get_by_role("group", name="Front of the body")
    expect(front).to_be_hidden()

    phone.get_by_role("radio", name="Front").check(force=True)
    expect(front).to_be_visible()
    expect(phone.get_by_role("group", name="Back of the body")).to_be_hidden()
    front.get_by_label(re.compile("Arch of the foot")).click()

    expect(phone).to_have_url(re.compile("/points/foot-arch$"))
    expect(phone.get_by_role("link", name="Foot roll")).to_be_visible()


def test_marks_have_room_for_a_finger_and_none_lies_on_another(page):
    page.goto("/body/")

    marks = page.evaluate(BOXES)
    assert len(marks) > 12
    assert [mark for mark in marks if mark["width"] < FINGER] == []
    close = [
        (one["name"], other["name"]) for at, one in enumerate(marks) for other in marks[:at]
        if (one["x"] - other["x"]) ** 2 + (one["y"] - other["y"]) ** 2 < FINGER**2
    ]  # fmt: skip
    assert close == []
