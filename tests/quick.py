"""What the apps of a test run share, since each test makes one: compiled templates, addresses and SQL.

They are pure functions of their source, so sharing them changes nothing but the time: compiling
the same templates, the builders of 300 addresses and the same statements took half of the suite.
"""

from functools import cache
from pathlib import Path

import flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule


def share_templates(folder: Path) -> None:
    """Keep the compiled templates of all apps in a folder, which workers may share."""
    folder.mkdir(parents=True, exist_ok=True)
    flask.Flask.jinja_options = {"bytecode_cache": _Kept(str(folder))}


class _Kept(FileSystemBytecodeCache):
    """Tell what was compiled with escaping from what was not: letters compile both ways."""

    def get_cache_key(self, name, filename=None):
        return super().get_cache_key(f"{self._escapes}:{name}", filename)

    def get_bucket(self, environment, name, filename, source):
        chosen = environment.autoescape
        self._escapes = chosen(name) if callable(chosen) else bool(chosen)
        return super().get_bucket(environment, name, filename, source)


def share_addresses() -> None:
    """Compile what writes an address once for all apps that have it."""
    compile_builder = Rule._compile_builder

    @cache
    def known(trace, defaults, append_unknown, by_rule):
        return compile_builder(by_rule.rule, append_unknown)

    def shared(self, append_unknown=True):
        defaults = repr(self.defaults) if self.defaults else ""
        return known(tuple(self._trace), defaults, append_unknown, _Same(self))

    Rule._compile_builder = shared


def share_statements() -> None:
    """Compile a statement once for all engines of the same driver: their dialects count as one."""
    compiled: dict[type, LRUCache] = {}

    def of_driver(self):
        return compiled.setdefault(type(self.dialect), LRUCache(5000))

    Engine._compiled_cache = property(of_driver, lambda self, own: None)
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)
    DefaultDialect.__hash__ = lambda self: hash(type(self))


class _Same:
    """Carry a rule past the cache's comparison."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same)

    def __hash__(self) -> int:
        return 0
