"""The vocabulary in packs, and content that takes from it by name."""

import pytest

from routines.library import service, vocabulary
from routines.library.documents import BodyPart
from routines.packs.files import read
from routines.packs.service import check, export, import_
from routines.packs.text import write_entry, write_places, write_words
from tests.makers import both
from tests.routines.made import routine_of
from tests.routines.made_words import (
    care_of,
    condition_of,
    exercise_of,
    muscle_of,
    person_of,
    point_of,
)

CALF = BodyPart(slug="calf", name="Calf")
EXERCISE = exercise_of(
    exercise={"cues": [{"kind": "feel", "text": "Dull pressure."}]},
    dosage={"duration_seconds": "30-45"},
    progressions=[{"direction": "easier", "how": "Press less."}],
)
WORDS = {
    "muscle": {"soleus": muscle_of()},
    "condition": {"calf-cramp": condition_of(body="It hurts.\n\n## Then\n\nIt stops.")},
    "point": {"calf-middle": point_of(effort_of_ten="5-6")},
    "exercise": {"calf-press": EXERCISE},
    "person": {"ada-demo": person_of(), "ben-demo": person_of("ben-demo", name="Ben Demo")},
    "tool_care": {"strap": care_of()},
}


@pytest.fixture
def pack(tmp_path):
    """A folder with one word of each kind and one routine."""
    folder = tmp_path / "pack"
    write_places(folder, [CALF])
    write_words(folder, WORDS)
    write_entry(folder, "routine", "one", routine_of())
    return folder


def change(pack, old, new):
    file = pack / "routines" / "one.md"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def use(pack, lines="use: calf-press"):
    """Let the only step take its exercise from the library."""
    file = pack / "routines" / "one.md"
    text = file.read_text()
    start, end = text.index("    exercise:"), text.index("---\n", 4)
    between = text[start:end].split("      start_position: Sit down.\n", 1)
    file.write_text(text[:start] + f"    {lines}\n" + between[1] + text[end:])


def step(pack):
    found, problems = read(pack)
    assert problems == []
    return found.documents["routine", "one"].sections[0].steps[0]


def test_words_are_read_as_they_were_written(pack):
    found, problems = read(pack)

    assert problems == []
    assert found.words == WORDS


def test_a_step_takes_the_whole_exercise_with_its_dose_by_name(pack):
    use(pack)

    taken = step(pack)

    assert taken.exercise == EXERCISE.exercise
    assert (taken.exercise.slug, taken.dosage, taken.progressions) == (
        "calf-press", EXERCISE.dosage, EXERCISE.progressions
    )  # fmt: skip


def test_a_step_may_differ_from_the_library_in_any_field(pack):
    use(pack, "use: calf-press\n    exercise: {start_position: Stand up.}\n    dosage: {}")

    taken = step(pack)

    assert taken.exercise.start_position == "Stand up."
    assert taken.exercise.cues == EXERCISE.exercise.cues
    assert taken.dosage.duration_seconds is None


def test_people_are_taken_by_name(pack):
    import yaml

    text = (pack / "routines" / "one.md").read_text()
    front = yaml.safe_load(text.split("---\n")[1])
    front |= {"author": "ada-demo", "review": {"by": "ben-demo", "on": "2026-10-01"}}
    (pack / "routines" / "one.md").write_text(f"---\n{yaml.safe_dump(front)}---\n")

    found, problems = read(pack)

    assert problems == []
    document = found.documents["routine", "one"]
    assert (document.author, document.review.by) == tuple(WORDS["person"].values())


@pytest.mark.parametrize(
    ("lines", "field", "reason"),
    [
        ("use: gone", "sections.0.steps.0.use", "no exercise named gone"),
        ("use: [calf-press]", "sections.0.steps.0.use", "no exercise named"),
        ("use: calf-press\n    exercise: short", "sections.0.steps.0.exercise", "fields that differ"),
        ("use: calf-press\n    exercise: {sart: 1}", "sections.0.steps.0.exercise.sart", "not permitted"),
    ],
)  # fmt: skip
def test_a_use_that_cannot_be_is_named_on_its_line(pack, lines, field, reason):
    use(pack, lines)

    (problem,) = check(pack)

    text = (pack / "routines" / "one.md").read_text().splitlines()
    assert problem.field == field
    assert reason in problem.reason
    assert field.split(".")[-1] in text[problem.line - 1]


def test_an_author_whom_nobody_knows_is_named_with_the_line(pack):
    change(pack, "author:\n  name: Ada Demo\n  credentials: Demo author\n  demo: true", "author: nobody")  # fmt: skip

    (problem,) = check(pack)

    assert (problem.field, problem.reason) == ("author", "There is nobody named nobody among the people.")  # fmt: skip
    assert (pack / "routines" / "one.md").read_text().splitlines()[problem.line - 1] == "author: nobody"  # fmt: skip


def test_a_wrong_word_is_named_with_its_file_and_line(pack):
    (pack / "muscles.yaml").write_text("- slug: soleus\n  name: Soleus\n- slug: soleus\n  name: S\n  body_part: calf\n")  # fmt: skip
    (pack / "points" / "calf-middle.md").write_text("---\nname: Calf\nside: inside\n---\n")
    (pack / "exercises" / "calf-press.md").write_text("---\nname: A\nexercise: {}\n---\nText.\n")  # fmt: skip

    said = [str(problem) for problem in check(pack)]

    assert "muscles.yaml:1: 0.body_part: Field required" in said
    assert any(one.startswith("points/calf-middle.md:3: side:") for one in said)
    assert any(one.startswith("exercises/calf-press.md:3: exercise.action:") for one in said)
    assert any(one.startswith("exercises/calf-press.md:5: body:") for one in said)


@both
def test_what_is_imported_is_exported_by_name_and_read_as_the_same(db, pack, tmp_path):
    use(pack)
    import_(db, pack)

    export(db, tmp_path / "out")
    again, problems = read(tmp_path / "out")

    assert problems == []
    assert again.words == WORDS
    assert again.documents == read(pack)[0].documents
    text = (tmp_path / "out" / "routines" / "one.md").read_text()
    assert "use: calf-press" in text
    assert "exercise:" not in text
    assert "duration_seconds" not in text
    assert import_(db, tmp_path / "out").changed == 0


def test_what_a_routine_took_stays_when_the_library_changes(db, pack, tmp_path):
    use(pack)
    import_(db, pack)
    vocabulary.store(db, "exercise", [exercise_of(exercise={"start_position": "Stand."})])

    frozen = service.find_routine(db, "one").document.sections[0].steps[0].exercise
    export(db, tmp_path / "out")

    assert frozen.start_position == "Sit down."
    assert "start_position: Sit down." in (tmp_path / "out" / "routines" / "one.md").read_text()
    assert read(tmp_path / "out")[0].documents == read(pack)[0].documents


def test_a_pack_may_use_what_the_shop_knows_already(db, pack, tmp_path):
    import_(db, pack)
    folder = tmp_path / "small"
    write_places(folder, [CALF])
    (folder / "routines").mkdir()
    use(pack)
    (pack / "routines" / "one.md").rename(folder / "routines" / "two.md")

    assert "no exercise" in check(folder)[0].reason
    import_(db, folder)

    assert service.find_routine(db, "two").document.sections[0].steps[0].exercise.slug == "calf-press"  # fmt: skip


def test_an_empty_dose_beside_a_use_survives_the_round_trip(pack, tmp_path):
    use(pack, "use: calf-press\n    dosage: {}\n    progressions: []")
    found = read(pack)[0].documents["routine", "one"]

    write_words(tmp_path / "out", WORDS)
    write_entry(tmp_path / "out", "routine", "one", found, WORDS)

    assert read(tmp_path / "out")[0].documents["routine", "one"] == found
