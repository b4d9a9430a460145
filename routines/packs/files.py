"""Content packs on disk: one Markdown file for each entry, and the places on the body."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler
from pydantic import TypeAdapter, ValidationError

from routines.library.documents import BodyPart, Published
from routines.library.service import KINDS

BODY_PARTS = "body-parts.yaml"
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
BOOLEAN, TIMESTAMP = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"
PLACES = TypeAdapter(tuple[BodyPart, ...])

Field = tuple[str | int, ...]


class Loader(yaml.SafeLoader):
    """YAML in which a date is text and only true and false are truth values."""

    yaml_implicit_resolvers = {
        first: [
            (tag, re.compile("^(?:true|false)$") if tag == BOOLEAN else pattern)
            for tag, pattern in rules
            if tag != TIMESTAMP
        ]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True)
class Problem:
    """Something wrong in a pack: in which file, on which line, in which field, and why."""

    file: str
    line: int | None
    field: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.field}: {self.reason}" if self.field else f"{where}: {self.reason}"  # fmt: skip


@dataclass
class Source:
    """The text of one file, which knows on which line a field stands."""

    file: str
    text: str = ""  # the YAML part
    first_line: int = 1  # where the YAML part begins
    body_line: int | None = None

    def problem(self, where: Field, reason: str) -> Problem:
        """Name a problem of one field."""
        return Problem(self.file, self._line(where), ".".join(map(str, where)), reason)

    def _line(self, where: Field) -> int | None:
        if where[:1] == ("body",):
            return self.body_line
        node, line = yaml.compose(self.text, Loader=Loader), None
        for name in where:
            mark, node = _child(node, name)
            if mark is None:
                break
            line = mark
        return None if line is None else line + self.first_line


@dataclass
class Pack:
    """What a folder holds."""

    places: tuple[BodyPart, ...] = ()
    documents: dict[tuple[str, str], Published] = field(default_factory=dict)  # kind and slug
    sources: dict[tuple[str, str], Source] = field(default_factory=dict)


def read(folder: Path) -> tuple[Pack, list[Problem]]:
    """Read a folder as far as it can be understood, and say what cannot."""
    pack, found = Pack(), []
    if not any((folder / name).exists() for name in (BODY_PARTS, *_folders())):
        found.append(Problem(str(folder), None, "", "There is no content pack in this folder."))
    if (folder / BODY_PARTS).is_file():
        pack.places, wrong = _places(folder / BODY_PARTS)
        found += wrong
    for kind, name in _folders().items():
        for file in sorted((folder / kind).glob("*.md")):
            found += _entry(pack, name, file, f"{kind}/{file.name}")
    return pack, found


def _folders() -> dict[str, str]:
    return {f"{kind}s": kind for kind in KINDS}


def _places(file: Path) -> tuple[tuple[BodyPart, ...], list[Problem]]:
    source = Source(file.name)
    content, wrong = _yaml(source, file, split=False)
    if wrong:
        return (), wrong
    try:
        return PLACES.validate_python(content or []), []
    except ValidationError as error:
        return (), list(_explained(source, error))


def _entry(pack: Pack, kind: str, file: Path, name: str) -> Sequence[Problem]:
    source = Source(name)
    if not NAME.fullmatch(file.stem):
        return [Problem(name, None, "", "A file name is made of small letters, digits and single hyphens.")]  # fmt: skip
    content, wrong = _yaml(source, file, split=True)
    if wrong:
        return wrong
    try:
        pack.documents[kind, file.stem] = KINDS[kind].model_validate(content)
    except ValidationError as error:
        return list(_explained(source, error))
    pack.sources[kind, file.stem] = source
    return []


def _yaml(source: Source, file: Path, *, split: bool) -> tuple[Any, list[Problem]]:
    """Parse a file's YAML, with the text below it as `body`."""
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None, [Problem(source.file, None, "", "The file is not UTF-8 text.")]
    source.text = text
    body = None
    if split:
        handler = YAMLHandler()
        if not handler.detect(text):
            return None, [Problem(source.file, 1, "", "The file has to begin with front matter between two lines of ---.")]  # fmt: skip
        source.text, body = handler.split(text)
        source.first_line = text[: text.index(source.text)].count("\n") + 1
        source.body_line = source.first_line + source.text.count("\n") + 1
    try:
        content = yaml.load(source.text, Loader=Loader)  # noqa: S506  # a safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + source.first_line if mark else None
        reason = getattr(error, "problem", None) or "This is not YAML."
        return None, [Problem(source.file, line, "", f"This is not YAML: {reason}.")]
    if split and not isinstance(content, dict):
        return None, [Problem(source.file, source.first_line, "", "Front matter is a list of names and values.")]  # fmt: skip
    return (content | {"body": body.strip()} if body is not None else content), []


def _explained(source: Source, error: ValidationError) -> Iterator[Problem]:
    for wrong in error.errors(include_url=False, include_context=False, include_input=False):
        yield source.problem(wrong["loc"], wrong["msg"])


def _child(node: yaml.Node | None, name: str | int) -> tuple[int | None, yaml.Node | None]:
    """Find a field below a node, with its line counted from 0."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(name):
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(name, int) and name < len(node.value):
        return node.value[name].start_mark.line, node.value[name]
    return None, None
