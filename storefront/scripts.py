"""A script in one piece: a module together with everything it imports, for one request instead of many.

It knows the plain half of the language that our own modules keep to: imports by name or as a whole, at
the beginning of a line; exported functions, classes and constants. Whatever else it meets it refuses.
"""

import re
from pathlib import Path

IMPORT = re.compile(
    r'^import (?:(?P<what>\{[^}]*\}|\* as [\w$]+) from )?"(?P<where>\.{1,2}/[^"]+)";$', re.M
)
EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function|class|const)\b\*? *(?P<name>[\w$]+))", re.M
)
UNKNOWN = re.compile(r"^(?:import\b(?! *\()|export\b).*$|import\.meta", re.M)
NOTE = re.compile(r"^[ \t]*(?:/\*\*(?s:.*?)\*/[ \t]*|//.*)$", re.M)
INDENT = re.compile(r"^\s+", re.M)
LATER = re.compile(r'\bimport\(["`\']\.')


class CannotJoin(ValueError):
    """A module is written in a way that cannot be joined with others."""


def joined(entry: Path) -> str:
    """Give a module with all that it imports, as one module that imports nothing.

    Raises:
        CannotJoin: a module imports in a circle, or is written in a way that is not known here.
    """
    entry, done = entry.resolve(), dict[Path, str]()
    body = _linked(entry, done, (entry,))
    return _terse("\n".join([*done.values(), body]))


def _terse(text: str) -> str:
    """Leave out lines of comment and the space that lines begin with."""
    if any(line.count("`") % 2 for line in text.splitlines()):
        return text  # a text over several lines: its spaces may count
    return INDENT.sub("", NOTE.sub("", text))


def _linked(path: Path, done: dict[Path, str], under: tuple[Path, ...]) -> str:
    """Replace a module's imports by names that stand for what was joined before it."""

    def replaced(found: re.Match[str]) -> str:
        part = (path.parent / found["where"]).resolve()
        name = _part(part, done, under)
        what = found["what"]
        if not what:
            return ""
        if what.startswith("*"):
            return f"const {what.removeprefix('* as ')} = {name};"
        return f"const {re.sub(r' as ', ': ', what)} = {name};"

    return IMPORT.sub(replaced, path.read_text("utf-8"))


def _part(path: Path, done: dict[Path, str], under: tuple[Path, ...]) -> str:
    """Join a module that another one imports, once; tell the name it goes by."""
    if path in under:
        raise CannotJoin(f"{path.name} imports itself in a circle")
    if path not in done:
        text = _linked(path, done, (*under, path))
        names = [found["name"] for found in EXPORT.finditer(text)]
        body = EXPORT.sub("", text)
        unknown = UNKNOWN.search(body)
        if unknown or (path.parent != under[0].parent and LATER.search(body)):
            raise CannotJoin(f"{path.name}: {unknown[0] if unknown else 'a relative import()'}")
        given = f"return {{ {', '.join(names)} }};"
        done[path] = f"const part_{len(done)} = (() => {{\n{body}\n{given}\n}})();"
    return f"part_{list(done).index(path)}"
