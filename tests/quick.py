"""What the apps of a test run share, since each test makes one: compiled templates, addresses and SQL.

They are pure functions of their source, so sharing them changes nothing but the time: compiling
the same templates, the builders of 300 addresses and the same statements took half of the suite.
"""

import gc
from pathlib import Path
from types import MethodType

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
    """Parse an address, and compile what writes it, once for all apps that have it."""
    compile_rule, known = Rule.compile, {}

    def shared(self):
        converters = frozenset(self.map.converters.items())
        key = (
            self.rule, self.subdomain, self.host, self.merge_slashes, self.map.host_matching,
            repr(self.defaults), converters,
        )  # fmt: skip
        if key not in known:
            compile_rule(self)
            known[key] = (
                self._parts, self._trace, self._converters, frozenset(self.arguments),
                self._build.__func__, self._build_unknown.__func__,
            )  # fmt: skip
            return
        self._parts, self._trace, self._converters, arguments, build, unknown = known[key]
        self.arguments = set(arguments)
        self._build, self._build_unknown = MethodType(build, self), MethodType(unknown, self)

    Rule.compile = shared


def share_statements() -> None:
    """Compile a statement once for all engines of the same driver: their dialects count as one."""
    compiled: dict[type, LRUCache] = {}

    def of_driver(self):
        return compiled.setdefault(type(self.dialect), LRUCache(5000))

    Engine._compiled_cache = property(of_driver, lambda self, own: None)
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)
    DefaultDialect.__hash__ = lambda self: hash(type(self))


def spare_what_stays() -> None:
    """Keep modules and collected tests out of every search for garbage: they stay to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
