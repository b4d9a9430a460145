"""The player on a phone: both sides, the tool to fit, the tab that nobody sees, and what stays here."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.player import Player, start

FOREARM = "/routines/forearm-press-and-stretch/play"
HAMSTRING = "/routines/hamstring-cramps-press-and-stretch"
FILES = re.compile(
    r"/(media|static)/[\w./-]+(\?v=\w+)?$"
)  # pictures and scripts that tell nothing
LOCKS = """
window.locks = 0;
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
  window.locks += 1;
  const lock = new EventTarget();
  lock.release = async () => { window.locks -= 1; lock.dispatchEvent(new Event("release")); };
  window.drop = lock.release;
  return lock;
} } });"""
MEDIA_KEYS = """
window.media = {};
navigator.mediaSession.setActionHandler = (name, act) => { window.media[name] = act; };"""
TONES = """
window.tones = [];
const begin = AudioScheduledSourceNode.prototype.start;
AudioScheduledSourceNode.prototype.start = function (when) {
  window.tones.push([when - this.context.currentTime, this.frequency.value]);
  begin.call(this, when);
};"""


VOICE = """
window.said = [];
Object.defineProperty(window, "speechSynthesis", { value: {
  speak: (words) => window.said.push(words.text), cancel() {},
} });"""
BUZZES = """
window.buzzes = [];
Object.defineProperty(navigator, "vibrate", { value: (pattern) => window.buzzes.push(pattern) });"""


def test_a_phone_follows_both_sides_and_the_change_of_attachment(page):
    player = Player(page, FOREARM)
    assert [one["kind"] for one in player.segments[:8]] == [
        "get_ready", "work", "switch_side", "work", "change_tool", "work", "switch_side", "work",
    ]  # fmt: skip
    page.get_by_label("Begin with").select_option("the left side")
    player.start()
    expect(player.panel).to_contain_text(
        "Take the spherical handle with the rounded attachment."
    )

    player.let_pass(5)
    expect(player.panel).to_contain_text("Left side 1 of 2")
    expect(player.stage).to_have_attribute("data-mirrored", "false")
    expect(page.locator("[data-next-strip]")).to_contain_text("Fit the pointed attachment.")
    player.let_pass(30)
    expect(player.panel).to_contain_text("Switch sides · Right side 2 of 2")
    player.let_pass(5)
    expect(player.timer).to_have_text("0:30")
    expect(player.stage).to_have_attribute("data-mirrored", "true")

    player.let_pass(30)
    expect(player.panel.locator("[data-step-title]")).to_have_text("Fit the pointed attachment")
    expect(player.panel).to_contain_text("Then: Press one tender spot")
    expect(player.stage.get_by_role("img", name=re.compile("pointed tip"))).to_be_visible()
    player.let_pass(player.segments[4]["seconds"])
    expect(player.panel.locator("[data-step-title]")).to_have_text("Press one tender spot")
    expect(player.panel).to_contain_text("Left side 1 of 2")


def test_the_timer_is_read_from_two_metres_away(page):
    player = Player(page, FOREARM)
    player.start()

    box = player.timer.bounding_box()
    pause = page.get_by_role("button", name="Pause", exact=True).bounding_box()

    assert box["height"] >= 0.2 * page.viewport_size["height"]
    assert box["width"] <= page.viewport_size["width"]
    assert pause["width"] >= 72
    assert pause["y"] + pause["height"] <= page.viewport_size["height"]


def test_the_right_side_can_begin_and_both_sides_keep_their_length(page):
    player = Player(page, FOREARM)
    page.get_by_label("Begin with").select_option("the right side")

    player.start()
    player.let_pass(5)

    expect(player.panel).to_contain_text("Right side 1 of 2")
    expect(player.timer).to_have_text("0:30")
    player.let_pass(35)
    expect(player.panel).to_contain_text("Left side 2 of 2")
    expect(player.timer).to_have_text("0:30")


def test_keys_seek_repeat_and_turn_captions_on(page):
    player = Player(page, FOREARM)
    player.start()
    player.let_pass(15)
    expect(player.timer).to_have_text("0:20")

    page.keyboard.press("j")
    expect(player.timer).to_have_text("0:30")
    page.keyboard.press("l")
    expect(player.timer).to_have_text("0:20")
    page.keyboard.press("r")
    expect(player.timer).to_have_text("0:30")
    page.keyboard.press("c")
    player.let_pass(30)

    expect(page.locator("[data-caption]")).to_contain_text("Switch sides. Right side.")


def test_a_tab_that_nobody_sees_waits_and_goes_on_where_it_was(page):
    player = Player(page, FOREARM)
    player.start()
    player.let_pass(15)

    player.looks("hidden")
    player.state("paused")
    player.let_pass(300)
    player.looks("visible")
    expect(page.get_by_text("Paused while you were away.")).to_be_visible()
    player.press("Go on")

    expect(player.timer).to_have_text("0:20")
    expect(page.get_by_text("Paused while you were away.")).to_be_hidden()


def test_with_sound_it_goes_on_for_the_ears_and_is_right_when_seen_again(page):
    player = Player(page, FOREARM, TONES)
    player.start()
    player.let_pass(5)
    assert page.evaluate("tones") == []
    player.press("Sound")
    player.let_pass(0.5)

    player.looks("hidden")
    page.clock.fast_forward(60_000)
    player.looks("visible")

    player.state("running")
    expect(player.root).to_have_attribute("data-segment-index", "3")
    planned = page.evaluate("tones")
    assert len(planned) > 10
    assert min(when for when, _pitch in planned) >= 0
    assert max(when for when, _pitch in planned) > 60  # ahead of a throttled tab
    assert len({pitch for _when, pitch in planned}) >= 4


def test_ten_minutes_half_of_them_unseen_end_where_they_should(page):
    player = Player(page, "/routines/whole-leg-toes-to-hips/play?profile=slower", TONES)
    player.press("Sound")
    player.start()
    ends = [
        sum(one["seconds"] for one in player.segments[: place + 1])
        for place in range(len(player.segments))
    ]
    now = "[Date.now(), Number(document.querySelector('[data-player]').dataset.endsAt)]"
    begun = page.evaluate(now)[0]

    for minute in range(10):
        player.looks("hidden" if minute in range(3, 8) else "visible")
        page.clock.fast_forward(60_000)  # as long as a throttled tab sleeps at worst
        wall, ends_at = page.evaluate(now)
        index = int(player.root.get_attribute("data-segment-index"))
        assert abs((ends_at - begun) - ends[index] * 1000) < 100
        assert ends_at >= wall


def test_the_voice_says_what_the_captions_show_and_only_when_asked(page):
    player = Player(page, FOREARM, VOICE)
    page.keyboard.press("c")
    player.start()
    player.let_pass(5)
    caption = page.locator("[data-caption]")
    assert page.evaluate("said") == []
    expect(caption).to_contain_text("Press the top of the forearm. Left side. 30 seconds.")

    player.press("Speak")
    player.let_pass(15)
    expect(caption).to_have_text("Halfway.")
    player.let_pass(15)

    said = page.evaluate("said")
    assert said[0] == "Halfway."
    assert said[1].startswith("Switch sides. Right side.")
    expect(caption).to_have_text(said[1])


def test_choices_are_remembered_and_the_time_left_is_told_as_chosen(page):
    player = Player(page, FOREARM)
    player.press("Settings")
    page.get_by_label("Warn before the end of a stretch").select_option("10 seconds")
    page.get_by_label("Soft light at the edge with each cue").check()
    page.keyboard.press("Escape")
    page.reload()

    expect(page.locator("#option-lead")).to_have_value("10")
    page.keyboard.press("c")
    player.start()
    player.let_pass(5 + 20.1)

    expect(page.locator("[data-caption]")).to_have_text("10 seconds left.")
    expect(player.root).to_have_class(re.compile("pulse"))


def test_a_cramp_is_felt_and_not_heard(page):
    player = Player(page, "/cramp-now", BUZZES, TONES)
    player.start()
    player.let_pass(6)

    assert len(page.evaluate("buzzes")) == 5  # get ready, three, two, one, go
    assert page.evaluate("tones") == []


def test_the_screen_stays_on_while_it_runs_and_is_asked_again_when_seen(page):
    player = Player(page, FOREARM, LOCKS)
    player.start()
    page.wait_for_function("locks === 1")

    page.evaluate("drop()")  # as the system does with a hidden tab
    player.looks("visible")
    page.wait_for_function("locks === 1")
    player.press("Pause")

    page.wait_for_function("locks === 0")


def test_headset_buttons_go_on_stop_and_step(page):
    player = Player(page, FOREARM, MEDIA_KEYS)

    page.evaluate("media.play()")
    player.state("running")
    page.evaluate("media.nexttrack()")
    expect(player.root).to_have_attribute("data-segment-index", "1")
    page.evaluate("media.pause()")
    player.state("paused")
    told = page.evaluate(
        "[navigator.mediaSession.metadata.title, navigator.mediaSession.metadata.artwork.length]"
    )

    assert told == [player.segments[1]["title"], 1]


def test_without_a_timer_the_large_button_leads_on(page):
    player = Player(page, f"{FOREARM}?profile=untimed")
    player.start()
    expect(player.timer).to_have_text("Your pace")

    for _ in player.segments[:-1]:
        player.press("Done, go on")

    expect(page.get_by_role("heading", name="Done")).to_be_focused()


def test_who_asks_for_stillness_gets_numbers_and_no_ring(newcomer):
    page = newcomer(reduced_motion="reduce")
    player = Player(page, FOREARM)
    page.evaluate("localStorage.setItem('player:options', '{\"flash\": true}')")
    page.reload()
    player.start()
    player.let_pass(6)

    assert page.locator("[data-ring]").is_hidden()
    assert page.evaluate("document.getAnimations().length") == 0


def test_steps_that_the_check_leaves_out_are_skipped_with_their_reason(page):
    page.add_init_script(
        'localStorage[\'routines-check\'] ??= \'{"flags": ["nerve_signs"], "answered": true}\''
    )
    player = Player(page, FOREARM)

    left_out = page.get_by_role("region", name="Left out for you")
    expect(left_out).to_contain_text("It stings, or shoots into the hand")
    again = left_out.get_by_role("button", name=re.compile("^Do it all the same: "))
    gone = {one.get_attribute("aria-label").split(": ", 1)[1] for one in again.all()}
    assert "Press one tender spot" in gone
    assert not gone & player.titles()
    page.reload()
    left_out.get_by_label("Do it all the same: Press one tender spot").click()

    expect(left_out.get_by_label("Do it all the same: Press one tender spot")).to_have_count(0)
    assert "Press one tender spot" in player.titles()


def test_how_it_was_stays_on_the_device_and_can_be_forgotten(page):
    player = Player(page, HAMSTRING + "/play")
    page.locator("#pain-before").select_option("2")
    player.start()
    sent = []
    page.context.on("request", lambda request: sent.append((request.url, request.post_data)))
    player.let_pass(sum(one["seconds"] for one in player.segments) + 1)
    page.get_by_role("heading", name="Done").wait_for()

    player.press("Too much")
    expect(page.get_by_text("Make it easier next time:")).to_be_visible()
    expect(page.get_by_text("Fit the rounded attachment instead")).to_be_visible()
    page.locator("#pain-after").select_option("4")
    expect(page.get_by_role("heading", name="Stop here for today")).to_be_visible()
    page.locator("#pain-after").select_option("3")
    expect(page.get_by_role("heading", name="Stop here for today")).to_be_hidden()

    kept = page.evaluate("JSON.parse(localStorage.getItem('player:log'))")
    assert [(one["felt"], one["before"], one["after"]) for one in kept] == [("hard", 2, 3)]
    assert [one for one in sent if one[1] or not FILES.search(one[0])] == []
    assert page.context.cookies() == []
    page.evaluate("document.getElementById('player-choices').showModal()")
    player.press("Forget what is kept on this device")
    expect(page.get_by_text("Nothing of the player is kept")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_cramp_takes_one_press_from_home_and_from_its_routines(page):
    for path in ("/", HAMSTRING):
        page.goto(path)
        page.get_by_role("link", name="Cramp now").first.click()
        expect(page).to_have_url(re.compile("/cramp-now$"))

    start(page)

    expect(page.locator("[data-player]")).to_have_attribute("data-state", "running")
    expect(page.get_by_role("button", name="Sound")).to_have_attribute("aria-pressed", "false")
    assert page.locator("form").count() == 0


def test_a_cramp_needs_no_scripts(bare):
    bare.goto("/cramp-now")

    expect(
        bare.get_by_role("heading", name="Straighten the leg, toes towards you")
    ).to_be_visible()
    expect(bare.locator("[data-plain]").get_by_text("call 112")).to_be_visible()


@pytest.mark.parametrize("button", ["Settings", "Keys"])
def test_the_dialogs_open_close_and_give_the_focus_back(page, button):
    Player(page, FOREARM)
    opener = page.get_by_role("button", name=button, exact=True)

    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-player]")).to_have_attribute("data-segment-index", "0")
    page.keyboard.press("Escape")

    expect(opener).to_be_focused()
