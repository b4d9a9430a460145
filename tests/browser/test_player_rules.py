"""The player's rules, module by module, in the browser that runs them."""

import pytest

from tests.browser.conftest import PHONE

STATIC = "/static/routines/player"
STEPS = [
    {"key": "press", "title": "Press", "two_sided": True, "take": "Take the ball.", "tools": [],
     "ways": [{"direction": "easier", "how": "Lean less."}]},
    {"key": "bridge", "title": "Bridge", "two_sided": False, "take": "", "tools": [],
     "ways": [{"direction": "harder", "how": "One leg.", "criterion": "Ten are light.", "after_sessions": 3},
              {"direction": "harder", "how": "Slower.", "effort_at_most": 6}]},
]  # fmt: skip


def part(kind, seconds, step, side="", **more):
    return {"kind": kind, "seconds": seconds, "step": step, "side": side, "title": STEPS[step]["title"],
            "set": 0, "rep": "", "cue": "", "fit": "", "action": "press", **more}  # fmt: skip


SEGMENTS = [
    part("get_ready", 5, 0, "Left side", fit="Take the ball."),
    part("hold", 30, 0, "Left side"),
    part("switch_side", 5, 0, "Right side", cue="Now the right side."),
    part("hold", 30, 0, "Right side"),
    part("get_ready", 10, 1),
    part("work", 40, 1),
    part("end", 0, 1),
]
DATA = {"steps": STEPS, "segments": SEGMENTS, "revision": 3, "profile": "full", "slug": "calf"}
CHOICES = {"lead": 3, "every": 0, "waits": False}


@pytest.fixture(scope="module")
def rules(browser, live):
    """Call a function of a module of the player, with plain values."""
    context = browser.new_context(base_url=live.address, viewport=PHONE)
    page = context.new_page()
    page.goto("/cramp-now")

    def call(module, name, *given):
        return page.evaluate(
            "async ([path, name, given]) => (await import(path))[name](...given)",
            [f"{STATIC}/{module}.js", name, list(given)],
        )

    call.page = page
    yield call
    context.close()


def running(index, ends_at):
    return {"index": index, "state": "running", "endsAt": ends_at, "left": None}


def test_the_other_side_first_changes_names_and_no_length(rules):
    usual = rules("route", "plan", DATA)
    other = rules("route", "plan", DATA, {"startsRight": True})

    assert [one["seconds"] for one in other] == [one["seconds"] for one in usual]
    assert [one["side"] for one in other][:4] == ["Right side", "Right side", "Left side", "Left side"]  # fmt: skip
    assert other[2]["cue"] == "Now the left side."
    assert [one["side"] for one in other][4:] == ["", "", ""]


def test_a_step_that_is_left_out_is_gone_whole_and_the_end_stays(rules):
    effects = {"press": {"effect": "leave_out", "reasons": ["You are pregnant."]}}

    kept = rules("route", "plan", DATA, {"effects": effects})

    assert [(one["kind"], one["at"]) for one in kept] == [("get_ready", 4), ("work", 5), ("end", 6)]  # fmt: skip


def test_a_step_that_is_softened_is_still_there(rules):
    effects = {"press": {"effect": "soften", "reasons": ["Go gently."]}}

    assert len(rules("route", "plan", DATA, {"effects": effects})) == len(SEGMENTS)


def test_a_tool_that_went_with_a_step_left_out_is_named_again(rules):
    steps = [STEPS[0], {**STEPS[1], "take": "Take the ball."}]
    effects = {"press": {"effect": "leave_out", "reasons": []}}

    kept = rules("route", "plan", {**DATA, "steps": steps}, {"effects": effects})

    assert (kept[0]["kind"], kept[0]["fit"]) == ("change_tool", "Take the ball.")


@pytest.mark.parametrize(("index", "count"), [(1, [1, 2]), (3, [2, 2]), (5, None)])
def test_sides_are_counted_where_a_step_has_both(rules, index, count):
    assert rules("route", "sideCount", SEGMENTS, index, STEPS) == count


@pytest.mark.parametrize(
    ("index", "done"), [(0, [0, 0]), (2, [1, 0]), (3, [1, 0]), (4, [1, 1]), (6, [1, 1])]
)
def test_each_side_has_its_own_progress(rules, index, done):
    assert rules("route", "sidesDone", SEGMENTS, index, 0, STEPS) == done


@pytest.mark.parametrize(
    ("stored", "at"),
    [
        ({"revision": 3, "profile": "full", "at": 3}, 3), ({"revision": 2, "profile": "full", "at": 3}, 0),
        ({"revision": 3, "profile": "short", "at": 3}, 0), ({"revision": 3, "profile": "full", "at": 6}, 0),
        ({"revision": 3, "profile": "full", "at": "3"}, 0), (None, 0), (7, 0),
    ],
)  # fmt: skip
def test_a_place_counts_only_for_its_own_revision_and_version(rules, stored, at):
    assert rules("route", "resumable", stored, DATA) == at


def test_time_that_passed_unseen_is_made_up_for_exactly(rules):
    run = rules("clock", "tick", running(0, 5_000), SEGMENTS, 43_000)

    assert (run["index"], run["endsAt"]) == (3, 70_000)


def test_who_wants_to_be_waited_for_is_asked_before_each_step_and_not_between_sides(rules):
    waits = rules("clock", "tick", running(0, 5_000), SEGMENTS, 90_000, True)

    assert (waits["index"], waits["state"]) == (4, "paused")


def test_a_rest_can_be_made_longer_and_shorter_but_ends_no_earlier_than_now(rules):
    longer = rules("clock", "adjust", running(4, 10_000), SEGMENTS, 15, 4_000)
    shorter = rules("clock", "adjust", running(4, 10_000), SEGMENTS, -15, 4_000)

    assert (longer["endsAt"], shorter["endsAt"]) == (25_000, 4_000)


def test_repeating_begins_the_same_stretch_at_its_full_length(rules):
    run = rules("clock", "repeat", running(1, 20_000), SEGMENTS, 15_000)

    assert (run["index"], run["endsAt"]) == (1, 45_000)


def cues_of(rules, run, now, choices=CHOICES):
    return rules.page.evaluate(
        """async ([path, run, segments, now, options, steps]) => (await import(path)).cues(run, segments, now,
           { ...options, isTwoSided: (part) => steps[part.step].two_sided })""",
        [f"{STATIC}/cues.js", run, SEGMENTS, now, choices, STEPS],
    )


def test_each_kind_of_change_has_its_own_cue_at_its_very_moment(rules):
    found = [(cue["kind"], cue["at"]) for cue in cues_of(rules, running(0, 5_000), 0)]

    assert found == [
        ("tick", 2_000), ("tick", 3_000), ("tick", 4_000), ("go", 5_000), ("half", 20_000), ("tick", 32_000),
        ("tick", 33_000), ("tick", 34_000), ("switch", 35_000), ("tick", 37_000), ("tick", 38_000), ("tick", 39_000),
        ("go", 40_000), ("half", 55_000), ("tick", 67_000), ("tick", 68_000), ("tick", 69_000), ("ready", 70_000),
        ("tick", 77_000), ("tick", 78_000), ("tick", 79_000), ("go", 80_000),
    ]  # fmt: skip


def test_the_end_has_a_cue_of_its_own_and_nothing_follows_it(rules):
    assert cues_of(rules, running(5, 120_000), 119_500)[-1]["kind"] == "done"


@pytest.mark.parametrize("lead", [5, 10])
def test_the_warning_comes_as_early_as_was_chosen(rules, lead):
    found = cues_of(rules, running(5, 40_000), 0, {**CHOICES, "lead": lead})

    assert [cue["at"] for cue in found if cue["kind"] == "warn"] == [40_000 - lead * 1000]


def test_the_time_left_is_told_only_on_wish(rules):
    found = cues_of(rules, running(5, 40_000), 0, {**CHOICES, "every": 15})

    assert [(cue["at"], cue["seconds"]) for cue in found if cue["kind"] == "left"] == [
        (10_000, 30), (25_000, 15),
    ]  # fmt: skip


def test_nothing_is_planned_past_a_step_that_waits_for_the_person(rules):
    found = cues_of(rules, running(3, 30_000), 0, {**CHOICES, "waits": True})

    assert {cue["index"] for cue in found} == {3}


def test_a_run_that_stands_still_has_no_cues(rules):
    assert cues_of(rules, {**running(3, None), "state": "paused", "left": 9_000}, 0) == []


@pytest.mark.parametrize(
    ("before", "after", "stops"),
    [(None, 6, True), (None, 5, False), (2, 4, True), (3, 4, False), (6, 5, False), (8, 8, True), (3, None, False)],
)  # fmt: skip
def test_pain_past_the_limit_or_clearly_more_than_before_stops(rules, before, after, stops):
    assert rules("after", "mustStop", {"before": before, "after": after}) is stops


def felt(*words, after=None):
    return [{"felt": word, "before": None, "after": after} for word in words]


@pytest.mark.parametrize(
    ("sessions", "how"),
    [
        ([], []), (felt("hard"), ["Lean less."]), (felt("right"), ["Slower."]), (felt("easy"), ["Slower."]),
        (felt("easy", "easy", "easy"), ["One leg.", "Slower."]), (felt("easy", "right", "easy"), ["Slower."]),
        (felt("hard", "easy"), ["Slower."]), (felt("easy", after=7), ["Lean less."]),
    ],
)  # fmt: skip
def test_harder_and_easier_follow_the_rules_of_the_steps(rules, sessions, how):
    assert [way["how"] for way in rules("after", "suggestions", STEPS, sessions)] == how


def test_choices_that_are_none_of_ours_fall_back_on_the_usual(rules):
    rules.page.evaluate(
        "localStorage.setItem('player:options', JSON.stringify({lead: 'long', flash: true, x: 1}))"
    )

    found = rules("memory", "options")

    assert (found["lead"], found["flash"], "x" in found) == (3, True, False)
