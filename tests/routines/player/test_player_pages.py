import html
import json
import re

import pytest

from routines.library import service, timeline
from storefront.database import session
from tests.routines.made import needs_tool, publish_routine, step_of

STEPS = (
    step_of("press-outer", title="Press the outer side", essential=True, dosage={"duration_seconds": 45, "sides": "each"},
            tools=[needs_tool("t-handle", "rounded-attachment")], cautions=[{"when": "It tingles", "then": "Let go."}],
            cues=[{"kind": "action", "text": "Lean in."}, {"kind": "feel", "text": "A dull pressure."}]),
    step_of("swing", title="Swing the leg", action="mobilise", dosage={"sides": "each"}),
    step_of("bridge", title="Bridge", action="strengthen", essential=True,
            dosage={"sets": 2, "reps": "8-10", "rest_between_sets_seconds": 30}),
)  # fmt: skip


@pytest.fixture
def page(app, client):
    """Publish a routine and read a page of it."""
    with app.app_context():
        publish_routine(session(), "calf", *STEPS, cautions=[{"when": "You are ill", "then": "Rest."}],
                        schedule={"per_day": 1, "days_a_week": 6, "rest_days": 1})  # fmt: skip
    return lambda path="play": client.get(f"/routines/calf/{path}")


def data_of(text: str) -> dict:
    return json.loads(
        html.unescape(re.search(r'id="player-data">(.*?)</script>', text, re.DOTALL).group(1))
    )


def test_without_scripts_it_is_a_numbered_page(page):
    text = page().text
    plain = text[text.index("data-plain") :]

    for words in (
        'href="#step-press-outer"', 'id="step-press-outer"', "Take the t handle with the rounded attachment.",
        "It tingles", "You are ill", "Left side: 45 seconds", "Right side: 45 seconds", "Lean in.", "A dull pressure.",
        "Left side: until you are ready", "Set 1: 32 seconds", "Rest: 30 seconds", "Set 2: 32 seconds",
    ):  # fmt: skip
        assert words in plain


def test_the_script_is_given_the_timeline_and_nothing_else(page, app):
    data = data_of(page().text)
    with app.app_context():
        segments = timeline.expand(service.find_routine(session(), "calf").document)

    assert [part["seconds"] for part in data["segments"]] == [part.seconds for part in segments]
    assert [part["kind"] for part in data["segments"]] == [part.kind for part in segments]
    assert [step["key"] for step in data["steps"]] == ["press-outer", "swing", "bridge"]
    told = {"flags": [], "effect": "soften"}
    assert data["before"] == [{"when": "You are ill", "then": "Rest.", **told}]
    assert data["steps"][0]["cautions"] == [{"when": "It tingles", "then": "Let go.", **told}]
    assert (data["revision"], data["profile"]) == (1, "full")


@pytest.mark.parametrize("profile", timeline.PROFILES)
def test_every_profile_has_its_page(page, profile):
    data = data_of(page(f"play?profile={profile}").text)

    assert data["profile"] == profile
    keys = [step["key"] for step in data["steps"]]
    assert keys == (
        ["press-outer", "bridge"] if profile == "short" else ["press-outer", "swing", "bridge"]
    )


def test_only_profiles_that_differ_are_offered(page):
    text = page().text

    assert "profile=short" in text
    assert "profile=untimed" in text
    assert "profile=warm_up" not in text


def test_general_cautions_stand_open_before_the_start_and_a_steps_own_beside_it(page):
    text = page().text

    general = re.search(r"data-before open>.*?</details>", text, re.DOTALL).group(0)
    own = re.search(r"data-cautions>.*?</ul>", text, re.DOTALL).group(0)
    assert ("You are ill: Rest." in general, "It tingles" in general) == (True, False)
    assert ("It tingles: Let go." in own, "You are ill" in own) == (True, False)


def test_the_stage_falls_back_on_the_picture_of_the_routine(page):
    stage = re.search(r'<div data-picture="">.*?</div>', page().text, re.DOTALL)

    assert "product-roller" in stage.group(0)


def test_nothing_sounds_or_speaks_before_it_is_asked_to(page):
    text = page().text

    for action in ("sound", "speak"):
        assert f'data-action="{action}" aria-pressed="false"' in text


def test_content_cannot_end_the_script_element(app, client):
    with app.app_context():
        publish_routine(session(), "calf", step_of(title="</script><script>alert(1)</script>"))

    text = client.get("/routines/calf/play").text

    assert "<script>alert(1)" not in text
    assert data_of(text)["steps"][0]["title"] == "</script><script>alert(1)</script>"


def test_the_script_is_ours_versioned_and_kept(page, client):
    address = re.search(
        r'type="module" src="(/static/routines/player.js\?v=\w+)"', page().text
    ).group(1)

    with client.get(address) as script:
        assert script.status_code == 200
        assert "immutable" in script.headers["Cache-Control"]
    with client.get("/static/routines/player/clock.js") as core:
        assert core.status_code == 200


def test_the_sheet_has_boxes_doses_cautions_and_the_players_code(page):
    text = page("sheet").text

    for words in ("Set 1", "Lean in."):
        assert words not in text
    for words in (
        "45 seconds each side", "2 sets × 8–10", "It tingles", "You are ill", "Once a day, 6 days a week, 1 day of rest",
        'scope="col">Mon', "QR code", "http://localhost/routines/calf/play",
    ):  # fmt: skip
        assert words in text
    assert text.count('class="tick"') == 4 * 7 + 2  # four weeks and two tools


def test_no_page_of_the_player_has_inline_styles_or_scripts(page):
    for path in ("play", "sheet"):
        text = page(path).text
        assert not re.search(r"\sstyle=", text)
        assert not re.search(r"<script(?![^>]*(src=|application/))", text)
