import json
import re

import pytest

from routines.library import vocabulary
from routines.library.documents import Point, ToolCare
from routines.screening.cautions import by_step, for_check, sources
from routines.screening.questions import FLAGS, QUESTIONS, RED_FLAGS
from tests.makers import both
from tests.routines.made import needs_tool, publish_routine, routine_of, step_of

CLOT = {"when": "You have had a blood clot", "then": "Do not roll.", "flags": ["clot_risk"], "effect": "leave_out"}  # fmt: skip
LATEX = {
    "when": "You react to latex",
    "then": "Take the towel.",
    "flags": ["latex"],
    "effect": "leave_out",
}
VEIN = {
    "when": "You have varicose veins here",
    "then": "Stay beside them.",
    "flags": ["varicose_veins"],
}


@pytest.fixture
def words(db):
    care = [
        ToolCare(slug="mini-roller", name="Mini foam roller", cautions=(CLOT,)),
        ToolCare(slug="strap", name="Strap", cautions=(LATEX,)),
    ]
    point = Point(slug="calf-centre", name="Middle of the calf", side="back", body_part="calf", find="Sit.", press="Slowly.", cautions=(VEIN,))  # fmt: skip
    vocabulary.store(db, "tool_care", care)
    vocabulary.store(db, "point", [point])
    db.commit()


ROLL = step_of("roll", tools=[needs_tool("mini-roller"), needs_tool("strap", role="optional")], points=["calf-centre"])  # fmt: skip
REST = step_of("rest")


def test_every_flag_of_the_content_is_asked_for_once():
    asked = [one.flag for one in QUESTIONS]

    assert sorted(asked) == sorted([*FLAGS, RED_FLAGS])
    assert [one.flag for one in QUESTIONS if one.is_urgent] == [RED_FLAGS, "nerve_signs"]


@both
@pytest.mark.usefixtures("words")
def test_a_step_has_the_cautions_of_its_tools_and_points(db):
    routine = routine_of(ROLL, REST)

    found = by_step(sources(routine, vocabulary.everything(db)))

    assert [(one.flags[0], one.effect) for one in found["roll"]] == [
        ("clot_risk", "leave_out"), ("latex", "soften"), ("varicose_veins", "soften"),
    ]  # fmt: skip
    assert "rest" not in found


@pytest.mark.usefixtures("words")
def test_the_check_is_given_each_caution_once(db):
    routine = routine_of(
        ROLL, step_of("again", tools=[needs_tool("mini-roller")]), cautions=[VEIN]
    )

    told = for_check(routine, sources(routine, vocabulary.everything(db)))

    assert [one["flags"] for one in told["cautions"]] == [["clot_risk"], ["latex"], ["varicose_veins"]]  # fmt: skip
    assert [step["cautions"] for step in told["steps"]] == [[0, 1, 2], [0, 2]]


@pytest.mark.usefixtures("words")
def test_a_routine_page_writes_the_flags_beside_its_cautions(client, db):
    publish_routine(db, "calf", ROLL | {"cautions": [VEIN]}, REST)

    page = client.get("/routines/calf").text
    data = json.loads(re.search(r'id="check-data">(.*?)</script>', page, re.DOTALL)[1])

    assert 'data-flags="varicose_veins" data-effect="soften"' in page
    assert 'data-flags="clot_risk" data-effect="leave_out"' in page
    assert 'href="/check"' in page
    assert [step["key"] for step in data["steps"]] == ["roll", "rest"]


@pytest.mark.usefixtures("words")
def test_the_player_is_given_the_same_cautions(client, db):
    publish_routine(db, "calf", ROLL, REST)

    page = client.get("/routines/calf/play").text
    data = json.loads(re.search(r'id="player-data">(.*?)</script>', page, re.DOTALL)[1])

    flags = {step["key"]: [one["flags"] for one in step["screened"]] for step in data["steps"]}
    assert flags == {"roll": [["clot_risk"], ["latex"], ["varicose_veins"]], "rest": []}


@pytest.mark.usefixtures("words")
def test_the_questions_cannot_be_sent(client):
    page = client.get("/check").text
    start = page.index("data-check-form")
    questions = page[start : page.index("data-check-said", start)]

    assert "<form" not in questions
    assert "name=" not in questions
    assert 'type="submit"' not in questions
    assert questions.count("<input") == len(QUESTIONS)
    assert "Do not roll." in page


def test_nothing_takes_answers(client):
    assert client.post("/check", data={"flag": "pregnancy"}).status_code == 405
