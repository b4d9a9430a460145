"""Names that lead nowhere, and progressions that lead in a circle."""

import pytest

from routines.library.rules.problems import Known, problems, word_problems
from tests.routines.made import needs_tool, routine_of, step_of
from tests.routines.made_words import care_of, condition_of, exercise_of, muscle_of, point_of


def easier(**fields):
    return {"direction": "easier", "how": "So.", **fields}


def harder(**fields):
    return {"direction": "harder", "how": "So.", **fields}


def with_slug(slug, key, **fields):
    step = step_of(key, **fields)
    step["exercise"]["slug"] = slug
    return step


def said(document, **known):
    return {".".join(map(str, one.field)): str(one) for one in problems(document, known=Known(**known))}  # fmt: skip


def of_word(word, **known):
    return {".".join(map(str, one.field)): str(one) for one in word_problems(word, known=Known(**known))}  # fmt: skip


def test_every_name_that_nobody_has_is_told_with_its_field():
    step = step_of(points=["p"], tools=[needs_tool("t", "a", stand_ins=[{"component": "s", "fit": "ok"}])])  # fmt: skip
    step["exercise"] |= {"muscles": ["m"], "helping_muscles": ["h"], "slug": "e"}
    routine = routine_of(
        step, conditions=["c"], related=[{"kind": "article", "slug": "r", "reason": "R"}],
        calls=[{"kind": "article", "label": "L", "target": "x"}], cautions=[{"when": "W", "then": "T"}],
    )  # fmt: skip
    nobody = {"components": set(), "body_parts": set(), "muscles": set(), "conditions": set(),
              "points": {}, "exercises": {}, "entries": set()}  # fmt: skip
    at = "sections.0.steps.0"

    assert said(routine) == {}  # without names nothing can be said
    assert said(routine, **nobody) == {
        "body_parts.0": "There is no body part named calf.", "conditions.0": "There is no condition named c.",
        f"{at}.points.0": "There is no point named p.", f"{at}.exercise.muscles.0": "There is no muscle named m.",
        f"{at}.exercise.helping_muscles.0": "There is no muscle named h.",
        f"{at}.exercise.slug": "There is no exercise named e.", f"{at}.tools.0": "The shop has no component named a.",
        f"{at}.tools.0.stand_ins.0": "The shop has no component named s.",
        "related.0": "There is no article named r.", "calls.0.target": "There is no article named x.",
    }  # fmt: skip


def test_a_tool_and_its_stand_in_each_name_one_thing():
    both = {"component": "ball", "household": "A ball", "fit": "ok"}
    tools = [{"household": "Chair", "attachment": "tip"}, needs_tool("strap", stand_ins=[both, {"fit": "ok"}, {"component": "strap", "fit": "ok"}])]  # fmt: skip

    found = said(routine_of(step_of(tools=tools)))

    assert [field.removeprefix("sections.0.steps.0.tools.") for field in found] == [
        "0.attachment", "1.stand_ins.0", "1.stand_ins.1", "1.stand_ins.2"
    ]  # fmt: skip


def test_a_progression_leads_to_something_else_that_is_there():
    steps = [step_of("one", progressions=[harder(to_step="gone"), harder(to_step="one"), harder(to_exercise="gone")]),
             step_of("two", progressions=[harder(to_step="one", to_exercise="e")])]  # fmt: skip

    found = said(routine_of(*steps), exercises={"e": exercise_of("e")})

    at = "sections.0.steps"
    assert (
        found[f"{at}.0.progressions.0.to_step"]
        == "There is no step named gone in this routine."
    )
    assert found[f"{at}.0.progressions.1.to_step"] == "It leads to the step itself."
    assert "no exercise named gone" in found[f"{at}.0.progressions.2.to_exercise"]
    assert "name one of them" in found[f"{at}.1.progressions.0"]


def test_harder_and_easier_may_say_the_same_from_both_ends():
    steps = [step_of("one", progressions=[harder(to_step="two")]),
             step_of("two", progressions=[easier(to_step="one"), harder(to_step="three")]),
             step_of("three", progressions=[easier(to_step="one")])]  # fmt: skip

    assert said(routine_of(*steps)) == {}


@pytest.mark.parametrize(
    "last", [harder(to_step="one"), harder(to_step="two"), easier(to_step="four")]
)
def test_a_circle_of_steps_is_named_where_it_closes(last):
    steps = [step_of("one", progressions=[harder(to_step="two")]),
             step_of("two", progressions=[harder(to_step="three"), harder(to_step="four")]),
             step_of("three", progressions=[last, harder(to_step="four")]),
             step_of("four", progressions=[easier(to_step="two")])]  # fmt: skip

    circles = [text for text in said(routine_of(*steps)).values() if "circle" in text]

    assert len(circles) == 1
    assert "→" in circles[0]


def test_a_circle_over_routine_and_library_is_named():
    library = {
        "hinge": exercise_of("hinge"), "march": exercise_of("march", progressions=[harder(to_exercise="jump")]),
        "jump": exercise_of("jump", progressions=[harder(to_exercise="hinge")]),
    }  # fmt: skip
    steps = [with_slug("hinge", "one", progressions=[harder(to_step="two")]), with_slug("march", "two")]  # fmt: skip

    found = said(routine_of(*steps), exercises=library)

    assert found == {
        "sections.0.steps.0.progressions.0": "Harder and easier go in a circle: hinge → march → jump → hinge."
    }
    assert said(routine_of(*steps), exercises={**library, "jump": exercise_of("jump")}) == {}


def test_two_steps_of_one_exercise_may_lead_to_each_other_once():
    steps = [with_slug("hinge", "light", progressions=[harder(to_step="heavy")]),
             with_slug("hinge", "heavy")]  # fmt: skip

    assert said(routine_of(*steps), exercises={"hinge": exercise_of("hinge")}) == {}


def test_a_circle_inside_the_library_is_named():
    one = exercise_of("one", progressions=[harder(to_exercise="two")])
    two = exercise_of("two", progressions=[harder(to_exercise="one")])

    found = of_word(one, exercises={"one": one, "two": two})

    assert found == {"progressions.0": "Harder and easier go in a circle: one → two → one."}
    assert "no steps" in of_word(exercise_of(progressions=[harder(to_step="x")]))["progressions.0.to_step"]  # fmt: skip


def test_words_have_problems_of_their_own():
    assert "needs a caution" in of_word(point_of(cautions=[]))["cautions"]
    assert "ends at 10" in of_word(point_of(effort_of_ten=11))["effort_of_ten"]
    assert "itself" in of_word(condition_of(overlaps=["calf-cramp"]))["overlaps"]
    assert "cites gone" in of_word(condition_of(body="So [@gone]."))["body"]
    assert "promises a cure" in of_word(muscle_of(facts="Rolling cures it."))["facts"]
    assert "both are given" in of_word(exercise_of(dosage={"reps": 3, "duration_seconds": 5}))["dosage.reps"]  # fmt: skip
    assert "no body part" in of_word(muscle_of(), body_parts={"neck"})["body_part"]
    assert of_word(care_of()) == of_word(point_of()) == of_word(condition_of()) == {}


def test_a_step_on_a_point_needs_a_caution_from_somewhere():
    step = step_of(points=["calf-middle"])
    caution = {"when": "W", "then": "T"}
    bare = {"calf-middle": point_of(cautions=[])}

    assert (
        "needs a caution" in said(routine_of(step), points=bare)["sections.0.steps.0.cautions"]
    )
    assert said(routine_of(step), points={"calf-middle": point_of()}) == {}
    assert said(routine_of(step, cautions=[caution]), points=bare) == {}


def test_a_film_and_its_files_belong_to_one_routine():
    video = {"slug": "film", "title": "T", "file": "film.mp4", "captions": "film.vtt", "poster": "p",
             "duration_ms": 1, "opens_for": ["open"]}  # fmt: skip
    routine, films = routine_of(video=video), {"film.mp4": "gated-one", "film": "mine"}

    assert said(routine, films=films, own=("routine", "mine")) == {
        "video.file": "This belongs to the film of the routine gated-one. Give it a name of its own."
    }
    assert said(routine, films=films, own=("routine", "gated-one")).keys() == {"video.slug"}
    assert said(routine, films={}, own=("routine", "mine")) == {}
