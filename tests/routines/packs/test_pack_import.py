import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from routines.library import service
from routines.library.documents import BodyPart
from routines.packs.checking import Around
from routines.packs.files import read
from routines.packs.service import PackRefused, check, export, import_
from routines.packs.text import write_entry, write_places
from storefront.database import content_revision
from storefront.resources import data_folder
from storefront.search.models import SearchEntry
from tests.makers import both, make_component
from tests.routines.made import needs_tool, routine_of, step_of

CALF = BodyPart(slug="calf", name="Calf", plain_words=("lower leg",), area=True)


@pytest.fixture
def pack(tmp_path):
    """A folder with one good routine."""
    folder = tmp_path / "pack"
    write_places(folder, [CALF])
    write_entry(folder, "routine", "calf-loosener", routine_of())
    return folder


def damage(pack, old: str, new: str):
    file = pack / "routines" / "calf-loosener.md"
    file.write_text(file.read_text().replace(old, new))


def documents(db):
    return {(found.kind, found.slug): found.document for found in service.all_documents(db)}


@both
def test_the_same_pack_again_changes_nothing(db, pack):
    assert import_(db, pack).changed == 2  # the places and the routine
    db.commit()
    before = content_revision(db)

    again = import_(db, pack)

    assert again.changed == 0
    assert content_revision(db) == before


@both
def test_the_demo_pack_survives_export_and_import_to_the_letter(db, tmp_path):
    import_(db, data_folder("config") / "demo")
    first, places = documents(db), service.body_parts(db)

    export(db, tmp_path / "out")
    second, problems = read(tmp_path / "out")

    assert problems == []
    assert second.documents == first
    assert list(second.places) == places
    assert import_(db, tmp_path / "out").changed == 0


lines = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n\t"), min_size=1, max_size=60)  # fmt: skip
texts = lines.map(str.strip).filter(bool)


@given(
    title=texts, body=st.just("") | texts | st.just("a\n---\n\n## b: [c]\n\n- d"), note=texts
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_any_text_comes_back_as_it_was(tmp_path_factory, title, body, note):
    folder = tmp_path_factory.mktemp("pack")
    routine = routine_of(
        step_of(note=note, dosage={"sets": "3-4", "reps": 8}), title=title, body=body
    )

    write_places(folder, [CALF])
    write_entry(folder, "routine", "one", routine)
    pack, problems = read(folder)

    assert problems == []
    assert pack.documents["routine", "one"] == routine


def test_a_wrong_value_is_named_with_file_line_field_and_reason(pack):
    damage(pack, "level: beginner", "level: expert")

    (problem,) = check(pack)

    lines = (pack / "routines" / "calf-loosener.md").read_text().splitlines()
    assert problem.file == "routines/calf-loosener.md"
    assert lines[problem.line - 1] == "level: expert"
    assert problem.field == "level"
    assert "beginner" in problem.reason


def test_a_wrong_field_deep_inside_is_found_on_its_line(pack):
    damage(pack, "start_position:", "start_posture:")

    problems = check(pack)

    lines = (pack / "routines" / "calf-loosener.md").read_text().splitlines()
    extra = next(problem for problem in problems if problem.field.endswith("start_posture"))
    assert "start_posture" in lines[extra.line - 1]
    assert extra.field == "sections.0.steps.0.exercise.start_posture"


def test_broken_yaml_is_named_with_its_line(pack):
    damage(pack, "goal: relief", "goal: [relief")

    (problem,) = check(pack)

    assert problem.line >= 14
    assert "YAML" in problem.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("no front matter", "has to begin with front matter"),
        ("---\n- a list\n---\n", "names and values"),
        ("---\n---\n", "names and values"),
    ],
)
def test_a_file_of_another_shape_is_refused_in_a_sentence(pack, content, reason):
    (pack / "routines" / "calf-loosener.md").write_text(content)

    assert reason in check(pack)[0].reason


def test_bytes_that_are_no_text_are_refused(pack):
    (pack / "routines" / "calf-loosener.md").write_bytes(b"---\n\xff\xfe\n---\n")

    assert "UTF-8" in check(pack)[0].reason


def test_a_file_name_that_is_no_address_is_refused(pack):
    (pack / "routines" / "calf-loosener.md").rename(pack / "routines" / "Calf Loosener.md")

    assert "file name" in check(pack)[0].reason


def test_dates_and_the_word_on_are_read_as_they_stand(pack):
    damage(pack, "'on': '2026-10-01'", "on: 2026-10-02")

    found, problems = read(pack)

    assert problems == []
    assert found.documents["routine", "calf-loosener"].review.on == "2026-10-02"


def test_a_folder_without_content_is_refused(tmp_path):
    assert "no content pack" in check(tmp_path)[0].reason


def test_what_a_routine_points_at_must_be_there(pack):
    link = {"kind": "article", "slug": "gone", "reason": "Read on"}
    routine = routine_of(body_parts=["elbow"], related=[link])
    write_entry(pack, "routine", "calf-loosener", routine)

    reasons = " ".join(problem.reason for problem in check(pack))

    assert "no article named gone" in reasons
    assert "no body part named elbow" in reasons


def test_a_tool_that_the_shop_does_not_know_is_named(pack):
    write_entry(
        pack, "routine", "calf-loosener", routine_of(step_of(tools=[needs_tool("stick")]))
    )

    (problem,) = check(pack, Around(components={"strap"}))

    assert problem.reason == "The shop has no component named stick."
    assert problem.line > 1


@both
def test_one_bad_file_keeps_everything_out(db, pack):
    make_component(db, "strap")
    db.commit()
    write_entry(pack, "routine", "another", routine_of(title="Another"))
    damage(pack, "level: beginner", "level: expert")

    with pytest.raises(PackRefused) as refused:
        import_(db, pack)

    assert [problem.field for problem in refused.value.problems] == ["level"]
    assert service.all_documents(db) == []
    assert service.body_parts(db) == []


def test_a_changed_file_makes_a_new_revision_and_keeps_the_old_one(db, pack):
    import_(db, pack)
    write_entry(pack, "routine", "calf-loosener", routine_of(title="New title"))

    import_(db, pack)

    found = service.find_routine(db, "calf-loosener")
    assert (found.revision, found.document.title) == (2, "New title")


@pytest.fixture
def run(app):
    from routines.packs.commands import commands

    return lambda *words: app.test_cli_runner().invoke(commands, words)


def test_the_command_imports_and_makes_it_findable(run, pack, db):
    result = run("import", str(pack))

    assert result.exit_code == 0, result.output
    assert "1 entries, 2 new or changed." in result.output
    assert db.scalars(select(SearchEntry.slug)).all() == ["calf-loosener"]


def test_the_check_command_fails_with_the_problems(run, pack):
    damage(pack, "level: beginner", "level: expert")

    for command in (("check",), ("import",), ("import", "--dry-run")):
        result = run(*command, str(pack))
        assert result.exit_code == 1
        assert "routines/calf-loosener.md:" in result.output


def test_a_dry_run_writes_nothing(run, pack, db):
    assert run("import", "--dry-run", str(pack)).exit_code == 0
    assert service.all_documents(db) == []


def test_the_export_command_writes_what_check_accepts(run, pack, tmp_path):
    run("import", str(pack))

    result = run("export", "--json", str(tmp_path / "out"))

    assert '{"entries": 1}' in result.output
    assert run("check", str(tmp_path / "out")).output == "No problems.\n"
