"""The JSON Schemas: those that are committed, and what they say of files."""

import jsonschema_rs
import pytest
import yaml

from routines.packs.commands import commands
from routines.packs.files import BODY_PARTS, LISTS, WORD_FOLDERS
from routines.packs.schema import schemas, text
from routines.packs.sources import Loader, load, load_entry
from routines.packs.text import write_entry
from storefront.resources import data_folder
from tests.routines.made import routine_of, step_of

DEMO = data_folder("config") / "demo"
COMMITTED = data_folder("config") / "schema"
CHECKS = {name: jsonschema_rs.validator_for(schema) for name, schema in schemas().items()}
FOLDERS = {"routines": "routine", "programmes": "programme", "articles": "article", **WORD_FOLDERS}  # fmt: skip
PAGES = [(kind, file) for folder, kind in FOLDERS.items() for file in sorted((DEMO / folder).glob("*.md"))]  # fmt: skip
LISTED = [name for name in (BODY_PARTS, *LISTS) if (DEMO / name).exists()]


def wrong(kind, content):
    return [error.message for error in CHECKS[kind].iter_errors(content)]


def test_the_committed_schemas_are_those_of_the_documents():
    written = {file.name.removesuffix(".schema.json"): file.read_text("utf-8") for file in COMMITTED.glob("*.json")}  # fmt: skip

    assert written == {name: text(schema) for name, schema in schemas().items()}, (
        "run: storefront routines schema config/schema"
    )


@pytest.mark.parametrize(("kind", "file"), PAGES, ids=lambda one: getattr(one, "stem", one))
def test_every_demo_page_fits_its_schema(kind, file):
    _, content = load_entry(file, file.name)

    assert wrong(kind, {name: value for name, value in content.items() if name != "body"}) == []


@pytest.mark.parametrize("name", LISTED)
def test_every_demo_list_fits_its_schema(name):
    assert wrong(name.removesuffix(".yaml"), load(DEMO / name, name)[1]) == []


@pytest.fixture
def front(tmp_path):
    """The front matter of a good routine."""
    write_entry(tmp_path, "routine", "one", routine_of(step_of(dosage={"sets": "3-4", "reps": 8})))  # fmt: skip
    return yaml.load((tmp_path / "routines/one.md").read_text().split("---\n")[1], Loader)


def test_what_packs_write_in_short_is_allowed(front):
    step = front["sections"][0]["steps"][0]
    assert wrong("routine", front) == []

    front["author"] = "ada-demo"
    front["sections"][0]["steps"][0] = {"key": "one", "use": "calf-press", "dosage": {"sets": "3-4"}}  # fmt: skip
    assert wrong("routine", front) == []
    front["sections"][0]["steps"][0] = {"key": "one", "use": "calf-press", "exercise": {"start_position": "Up."}}  # fmt: skip
    assert wrong("routine", front) == []
    front["sections"][0]["steps"][0] = step | {"dosage": {"sets": {"least": 3, "most": 4}}}
    assert wrong("routine", front) == []


@pytest.mark.parametrize(
    "change",
    [
        {"level": "expert"}, {"colour": "red"}, {"sections": []}, {"author": "Ada Demo"}, {"title": 5},
        {"sections": [{"title": "A", "steps": [{"key": "one"}]}]},
        {"sections": [{"title": "A", "steps": [{"key": "one", "exercise": {"start_position": "Up."}}]}]},
        {"schedule": {"days_a_week": "3 to 4"}},
    ],
)  # fmt: skip
def test_what_a_pack_is_refused_for_the_schema_marks(front, change):
    assert wrong("routine", front | change) != []


def test_the_command_writes_them_all(app, tmp_path):
    result = app.test_cli_runner().invoke(commands, ["schema", str(tmp_path / "out")])

    assert result.exit_code == 0, result.output
    assert {file.name for file in (tmp_path / "out").iterdir()} == {file.name for file in COMMITTED.iterdir()}  # fmt: skip
