"""Somebody follows a routine: by the clock with scripts, by its numbered steps without."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.player import Player

PLAYER = "/routines/calf-loosener/play"


@pytest.fixture
def player(page):
    return Player(page, PLAYER)


def test_a_routine_leads_to_its_player(page):
    page.goto("/routines/calf-loosener")

    page.get_by_role("link", name="Start follow-along").first.click()

    expect(page).to_have_url(re.compile(f"{PLAYER}$"))
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()


def test_the_player_says_get_ready_before_the_first_step(player):
    player.start()

    player.is_at(0)
    expect(player.panel).to_contain_text("Get ready")
    player.let_pass(player.segments[0]["seconds"])
    player.is_at(1)
    expect(player.timer).to_have_text("0:30")


def test_pause_holds_the_time_and_go_on_takes_it_up(player):
    player.start()
    player.let_pass(15)
    expect(player.timer).to_have_text("0:20")

    player.press("Pause")
    player.let_pass(600)
    expect(player.timer).to_have_text("0:20")
    player.press("Go on")
    player.let_pass(5)

    expect(player.timer).to_have_text("0:15")


def test_next_and_back_go_from_stretch_to_stretch(player):
    player.start()

    player.press("Next")
    player.is_at(1)
    player.press("Back")

    player.is_at(0)


def test_the_other_side_is_announced_and_counted_in(player):
    switch = player.first("switch_side")
    player.start()

    player.let_pass(sum(one["seconds"] for one in player.segments[:switch]))

    player.is_at(switch)
    expect(player.panel).to_contain_text("Switch sides")
    expect(player.page.locator("[data-live]")).to_have_text("Switch sides. Right side.")
    player.let_pass(player.segments[switch]["seconds"])
    expect(player.panel).to_contain_text("Right side")
    expect(player.panel).not_to_contain_text("Switch sides")


def test_the_end_comes_by_itself_and_takes_the_focus(player):
    player.start()

    player.let_pass(sum(one["seconds"] for one in player.segments) + 1)

    done = player.page.get_by_role("heading", name="Done")
    expect(done).to_be_focused()
    player.press("Just right")
    expect(player.page.get_by_text("Noted on this device")).to_be_visible()


def test_a_throttled_tab_is_right_again_with_its_first_tick(player):
    switch = player.first("switch_side")
    player.start()

    player.clock.fast_forward(
        sum(one["seconds"] for one in player.segments[:switch]) * 1000 + 200
    )

    player.is_at(switch)


def test_whoever_comes_back_goes_on_where_they_stopped(player):
    player.start()
    player.press("Next")
    player.press("Next")

    player.page.reload()

    player.is_at(2)
    expect(player.page.get_by_text(re.compile("^Continue at step 1"))).to_be_visible()


def test_without_scripts_the_steps_lead_on_by_links_to_the_end(bare):
    bare.goto(PLAYER)
    steps = bare.locator("ol.steps > li")
    count = steps.count()
    assert count > 3

    for number in range(count - 1):
        onward = steps.nth(number).get_by_role("link", name=re.compile("^Next: "))
        onward.click()
        expect(bare).to_have_url(re.compile("#" + onward.get_attribute("href")[1:] + "$"))
        expect(steps.nth(number + 1)).to_be_in_viewport()
    steps.last.get_by_role("link", name="Done").click()

    expect(bare).to_have_url(re.compile("/routines/calf-loosener$"))
    expect(bare.get_by_role("button", name="Start", exact=True)).to_have_count(0)
