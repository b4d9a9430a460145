"""JSON Schemas of a pack's files, for completion in editors and for checks by other programs.

They are made of the documents' own shapes, with what packs write differently: ranges such as "3-4",
people and exercises by name, slugs that the file's name says.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from routines.library.documents import BodyPart
from routines.library.service import KINDS
from routines.library.vocabulary import SHAPES
from routines.packs.files import BODY_PARTS, LISTS, WORD_FOLDERS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
RANGE = {
    "description": 'A whole number, or from least to most, such as "3-4".',
    "anyOf": [
        {"type": "integer", "minimum": 1, "maximum": 1000},
        {"type": "string", "pattern": "^[0-9]{1,4}-[0-9]{1,4}$"},
        {
            "type": "object", "additionalProperties": False, "required": ["least", "most"],
            "properties": {name: {"type": "integer", "minimum": 1, "maximum": 1000} for name in ("least", "most")},
        },
    ],
}  # fmt: skip
NAMED = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 80}


def schemas() -> dict[str, dict[str, Any]]:
    """Give the schema of each kind of file, by the name that it is written under."""
    lists = {name: SHAPES[kind] for name, kind in LISTS.items()} | {BODY_PARTS: BodyPart}
    found = {name.removesuffix(".yaml"): _listed(shape) for name, shape in lists.items()}
    for kind, shape in KINDS.items():
        found[kind] = _page(shape, f"A {kind} of a content pack.")
    for folder, kind in WORD_FOLDERS.items():
        found[kind] = _page(SHAPES[kind], f"A file in {folder}/ of a content pack.")
    return dict(sorted(found.items()))


def write(folder: Path) -> int:
    """Write all schemas into a folder, and tell how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    made = schemas()
    for name, schema in made.items():
        (folder / f"{name}.schema.json").write_text(text(schema), "utf-8")
    return len(made)


def text(schema: dict[str, Any]) -> str:
    """Write a schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _page(shape: Any, title: str) -> dict[str, Any]:
    """Describe the front matter of a file whose name is its slug; the text stands below it."""
    made = _adapted(shape)
    for name in ("slug", "body"):
        made["properties"].pop(name, None)
    made["required"] = [name for name in made.get("required", ()) if name != "slug"]
    if not made["required"]:
        del made["required"]
    return {"$schema": DIALECT, **made, "description": title}


def _listed(shape: Any) -> dict[str, Any]:
    """Describe a file that is a list; an empty one is fine."""
    made = _adapted(shape)
    definitions = made.pop("$defs", {})
    made["required"] = sorted({*made.get("required", ()), "slug"})
    title = f"A list in a content pack: {made['title']}."
    return {"$schema": DIALECT, "$defs": definitions, "type": ["array", "null"], "items": made, "description": title}  # fmt: skip


def _adapted(shape: Any) -> dict[str, Any]:
    """Give the schema of a shape with what packs write differently."""
    made = TypeAdapter(shape).json_schema()
    definitions = made.get("$defs", {})
    if "Range" in definitions:
        definitions["Range"] = RANGE
    if "Person" in definitions:
        definitions["Person"] = {"anyOf": [NAMED, definitions["Person"]]}
    if "Step" in definitions:
        _step(definitions)
    if made["title"] == "LibraryExercise":
        _titled_by_name(definitions["Exercise"])
    return made


def _step(definitions: dict[str, Any]) -> None:
    """A step has an exercise, or uses one of the library and may differ in some fields."""
    step, whole = definitions["Step"], definitions["Exercise"]
    step["required"] = [name for name in step["required"] if name != "exercise"]
    step["properties"]["use"] = NAMED | {
        "description": "An exercise of exercises/, by its name."
    }
    step["properties"]["exercise"] = {"$ref": "#/$defs/Differences"}
    definitions["Differences"] = {name: value for name, value in whole.items() if name != "required"}  # fmt: skip
    step["anyOf"] = [
        {"required": ["use"]},
        {"required": ["exercise"], "properties": {"exercise": {"$ref": "#/$defs/Exercise"}}},
    ]


def _titled_by_name(exercise: dict[str, Any]) -> None:
    """Let the title be the name, and the slug that of the file."""
    exercise["required"] = [name for name in exercise["required"] if name != "title"]
    exercise["properties"].pop("slug", None)
