"""The text of a pack's files: parsed as YAML, and able to say on which line a field stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from frontmatter.default_handlers import YAMLHandler
from pydantic import ValidationError

BOOLEAN, TIMESTAMP = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"
MOST_BYTES = 2_000_000
UNUSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")

Field = tuple[str | int, ...]
if TYPE_CHECKING:
    Quick = yaml.SafeLoader
else:
    Quick = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times as fast


class Loader(Quick):
    """YAML in which a date is text, only true and false are truth values, and no name comes twice."""

    yaml_implicit_resolvers = {
        first: [
            (tag, re.compile("^(?:true|false)$") if tag == BOOLEAN else pattern)
            for tag, pattern in rules
            if tag != TIMESTAMP
        ]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        """Make a dictionary, and refuse a name that stands in it twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the name {key.value} stands there twice", key.start_mark
                )
            seen |= {key.value} if isinstance(key, yaml.ScalarNode) else set()
        return super().construct_mapping(node, deep=deep)


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


class Unreadable(Exception):
    """Raised when a file cannot be parsed; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass
class Source:
    """The text of one file, which knows on which line a field stands."""

    file: str
    text: str = ""  # the YAML part
    first_line: int = 1  # where the YAML part begins
    body_line: int | None = None
    prefix: Field = ()  # where in the file the document stands

    def problem(self, where: Field, reason: str) -> Problem:
        """Name a problem of one field."""
        whole = (*self.prefix, *where)
        return Problem(self.file, self._line(whole), ".".join(map(str, whole)), reason)

    def explained(self, error: ValidationError) -> Iterator[Problem]:
        """Name everything that a document's shape refuses."""
        found = error.errors(include_url=False, include_context=False, include_input=False)
        places = {wrong["loc"] for wrong in found}
        for wrong in found:
            where = wrong["loc"]
            is_echo = wrong["type"] == "too_short" and any(
                one[: len(where)] == where != one for one in places
            )
            if not is_echo:  # a list is not too short because what it holds is wrong
                yield self.problem(where, wrong["msg"].removeprefix("Value error, "))

    @cached_property
    def _tree(self) -> yaml.Node | None:
        return yaml.compose(self.text, Loader=Loader)

    def _line(self, where: Field) -> int:
        """Give the line of the innermost part of a field that the file holds."""
        if where[-1:] == ("body",) and self.body_line:
            return self.body_line
        node, line = self._tree, 0
        for name in where:
            mark, node = _child(node, name)
            if mark is None:
                break
            line = mark
        return line + self.first_line


def load(file: Path, name: str) -> tuple[Source, Any]:
    """Parse a YAML file.

    Raises:
        Unreadable: it is no YAML, or no text.
    """
    source = Source(name, text=_text(file, name))
    return source, _parsed(source)


def load_entry(file: Path, name: str) -> tuple[Source, dict[str, Any]]:
    """Parse a Markdown file with front matter; the text below it is `body`.

    Raises:
        Unreadable: the front matter is missing, or no YAML, or has no names.
    """
    text, handler = _text(file, name), YAMLHandler()
    if not handler.detect(text) or len(handler.FM_BOUNDARY.split(text, 2)) < 3:
        raise Unreadable(Problem(name, 1, "", "The file has to begin with front matter between two lines of ---."))  # fmt: skip
    front, body = handler.split(text)
    first = text[: text.index(front)].count("\n") + 1 if front else 2
    source = Source(name, front, first, first + front.count("\n") + 1)
    content = _parsed(source)
    if not isinstance(content, dict):
        raise Unreadable(Problem(name, first, "", "Front matter is a list of names and values."))  # fmt: skip
    if UNUSABLE.search(body):
        raise Unreadable(source.problem(("body",), "There are control characters in the text."))
    return source, content | {"body": body.strip()}


def _text(file: Path, name: str) -> str:
    try:
        data = file.read_bytes() if file.stat().st_size <= MOST_BYTES else None
        if data is not None:
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        reason = f"The file is larger than {MOST_BYTES // 1_000_000} MB."
    except UnicodeDecodeError:
        reason = "The file is not UTF-8 text."
    except OSError as error:
        reason = f"The file cannot be read: {error.strerror}."
    raise Unreadable(Problem(name, None, "", reason))


def _parsed(source: Source) -> Any:
    try:
        content = yaml.load(source.text, Loader=Loader)  # noqa: S506  # a safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + source.first_line if mark else _line_at(source, error)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None)
        told = f"This is not YAML: {reason}." if reason else "This is not YAML."
        raise Unreadable(Problem(source.file, line, "", told)) from error
    except (ValueError, RecursionError, OverflowError) as error:
        told = "This is not YAML that can be read: a number is too long, or it is nested too deeply."
        raise Unreadable(Problem(source.file, source.first_line, "", told)) from error
    for where in _unusable(content, (), set()):
        raise Unreadable(source.problem(where, "There are control characters in it."))
    return content


def _line_at(source: Source, error: yaml.YAMLError) -> int:
    """Give the line of a character that YAML refuses to read."""
    before = source.text[: int(getattr(error, "position", 0) or 0)]
    return before.count("\n") + source.first_line


def _unusable(value: object, where: Field, above: set[int]) -> Iterator[Field]:
    """Find texts that no database takes; a value that contains itself is gone through once."""
    if isinstance(value, str) and UNUSABLE.search(value):
        yield where
    if not isinstance(value, dict | list) or id(value) in above:
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in pairs:
        if isinstance(name, str) and UNUSABLE.search(name):
            yield where
        yield from _unusable(inner, (*where, name), above | {id(value)})


def _child(node: yaml.Node | None, name: str | int) -> tuple[int | None, yaml.Node | None]:
    """Find a field below a node, with its line counted from 0."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(name):
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(name, int) and name < len(node.value):
        return node.value[name].start_mark.line, node.value[name]
    return None, None
