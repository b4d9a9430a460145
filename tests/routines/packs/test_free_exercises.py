"""The exercises of free-exercise-db as a vocabulary; the sample is written for this test."""

import json

import pytest

from routines.library import vocabulary
from routines.library.pieces import Dosage
from routines.packs.commands import commands
from tests.routines.made_words import exercise_of, muscle_of

MUSCLES = [muscle_of("biceps-femoris", body_part="back-of-thigh"), muscle_of("gastrocnemius")]


def one(id="Long_Leg_Reach", **fields):
    return {
        "id": id, "name": id.replace("_", " "), "force": "static", "level": "expert", "mechanic": None,
        "equipment": "body only", "primaryMuscles": ["hamstrings"], "secondaryMuscles": ["calves", "shoulders"],
        "instructions": ["Lie on your back.", "Reach for the foot for 20 seconds.", "Repeat 10 times."],
        "category": "stretching", "images": ["Long_Leg_Reach/0.jpg"],
    } | fields  # fmt: skip


@pytest.fixture
def run(app, db, tmp_path):
    vocabulary.store(db, "muscle", MUSCLES)
    db.commit()
    file = tmp_path / "exercises.json"

    def go(content, *words):
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return app.test_cli_runner().invoke(commands, ["import-exercises", str(file), *words])

    return go


def test_an_exercise_becomes_a_word_and_no_dose_is_invented(run, db):
    result = run([one()])

    assert result.exit_code == 0, result.output
    word = vocabulary.find(db, "exercise", "long-leg-reach")
    assert (word.name, word.source, word.licence) == ("Long Leg Reach", "free-exercise-db: Long_Leg_Reach", "Unlicense")  # fmt: skip
    assert (word.dosage, word.progressions, word.exercise.sidedness) == (Dosage(), (), None)
    assert (word.exercise.action, word.exercise.start_position) == (
        "stretch",
        "Lie on your back.",
    )
    assert [cue.text for cue in word.exercise.cues] == one()["instructions"][1:]
    assert (word.exercise.muscles, word.exercise.helping_muscles) == (("biceps-femoris",), ("gastrocnemius",))  # fmt: skip
    assert vocabulary.in_body_part(db, "exercise", "back-of-thigh") == [word]


@pytest.mark.parametrize(
    ("fields", "action"),
    [
        ({"category": "plyometrics"}, "jump"), ({"category": "olympic weightlifting"}, "strengthen"),
        ({"category": "strength"}, "strengthen"), ({"equipment": "foam roll"}, "roll"), ({"name": "Shin-SMR"}, "roll"),
        ({"category": "strength", "equipment": "foam roll"}, "strengthen"),
    ],
)  # fmt: skip
def test_the_category_says_the_action(run, db, fields, action):
    run([one(**fields)])

    assert vocabulary.find(db, "exercise", "long-leg-reach").exercise.action == action


def test_the_report_counts_and_names_what_could_not_be_kept(run, db, tmp_path):
    found = [one(), one("Row", category="cardio"), one("Mute", instructions=[]), one("Squat", equipment="barbell"),
             one(), one("Cure", instructions=["This cures pain."])]  # fmt: skip

    result = run(found, "--report", str(tmp_path / "report.json"))

    assert "6 exercises read, 2 stored, 2 new or changed, 4 left out." in result.output
    for line in (
        "not kept: muscle shoulders: 2 (Long Leg Reach, Squat)", "not kept: equipment barbell: 1 (Squat)",
        "not kept: level expert: 2", "not kept: images: 2", "left out: it has no instructions: 1 (Mute)",
        "left out: the category cardio is none of our actions: 1 (Row)", "left out: it comes twice: 1 (Long Leg Reach)",
        "promises a cure",
    ):  # fmt: skip
        assert line in result.output
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["stored"] == ["long-leg-reach", "squat"]
    assert report["not_kept"]["muscle shoulders"] == ["Long Leg Reach", "Squat"]


def test_the_same_file_again_changes_nothing(run, db):
    run([one(), one("Squat")])

    assert "2 stored, 0 new or changed" in run([one(), one("Squat")]).output


def test_a_word_of_our_own_keeps_its_name(run, db):
    mine = exercise_of("long-leg-reach")
    vocabulary.store(db, "exercise", [mine])
    db.commit()

    run([one()])
    again = run([one()])

    assert list(vocabulary.terms(db, "exercise")) == [
        "long-leg-reach",
        "long-leg-reach-imported",
    ]
    assert vocabulary.find(db, "exercise", "long-leg-reach") == mine
    assert "0 new or changed" in again.output


def test_files_of_before_the_ids_are_named_after_their_names(run, db):
    old = one()
    del old["id"]

    run([old])

    assert list(vocabulary.terms(db, "exercise")) == ["long-leg-reach"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{not json", "exercises.json:1: This is not JSON"), ("[" * 100_000, "exercises.json"), ({"a": 1}, "list"),
        ([{"name": "A"}], "0.category: Field required"), ([one(name=7)], "0.name"), ([one(), 5], "exercises.json: 1"),
        ([one(instructions="Lie.")], "0.instructions"), ([one(id="../x")], "0.id"), ([one(name="")], "0.name"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_whole_with_its_field(run, db, content, words):
    result = run(content)

    assert result.exit_code == 1
    assert words in result.output
    assert vocabulary.terms(db, "exercise") == {}


def test_names_and_texts_that_cannot_be_stored_are_left_out(run, db):
    found = [
        one("___", name="???"),
        one("A", instructions=["\u0000"]),
        one("B" * 150),
        one() | {"name": "π", "id": None},
    ]

    result = run(found)

    assert "1 stored" in result.output
    assert list(vocabulary.terms(db, "exercise")) == ["b" * 70]
