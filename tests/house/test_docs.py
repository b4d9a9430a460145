"""The docs are true: every setting, hook, event, command and route stands in them."""

import inspect
import re
import tomllib
from pathlib import Path

import click
import pytest

from storefront.events import signals
from storefront.hooks import Spec
from storefront.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
HOOKS = [name for name, _ in inspect.getmembers(Spec, inspect.isfunction)]


def commands(parent: click.Group, path: str = "storefront"):
    """Walk every command that can be typed."""
    for name, command in sorted(parent.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


def test_the_default_file_holds_every_setting_with_its_default_and_a_comment():
    text = (ROOT / "config/default.toml").read_text("utf-8")
    written = tomllib.loads(text)

    defaults = Settings.model_construct().model_dump(mode="json")

    assert written == defaults
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"[a-z_]+ =", line):
            assert lines[number - 1].startswith("# "), line


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name):
    assert f"`{name.upper()}`" in (DOCS / "settings.md").read_text("utf-8")


def test_no_setting_is_documented_that_does_not_exist():
    named = re.findall(
        r"^\| `([A-Z0-9_]+)`", (DOCS / "settings.md").read_text("utf-8"), re.MULTILINE
    )

    assert {name.lower() for name in named} == set(Settings.model_fields)


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_documented_with_its_arguments(name):
    arguments = [
        each for each in inspect.signature(getattr(Spec, name)).parameters if each != "self"
    ]

    assert f"`{name}({', '.join(arguments)})`" in (DOCS / "hooks.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(signals))
def test_every_event_is_documented(name):
    assert f"`{name}`" in (DOCS / "hooks.md").read_text("utf-8")


def test_every_command_is_documented_and_has_a_sentence(app):
    group = app.cli.commands["storefront"]
    text = (DOCS / "operating.md").read_text("utf-8")

    missing = [command for command in commands(group) if f"`{command}" not in text]

    assert missing == []


def test_every_route_is_documented(app):
    text = (DOCS / "routes.md").read_text("utf-8")

    missing = [rule.rule for rule in app.url_map.iter_rules() if f"`{rule.rule}`" not in text]

    assert missing == []


def test_no_route_is_documented_that_does_not_exist(app):
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    named = re.findall(r"^\| `(/[^`]*)`", (DOCS / "routes.md").read_text("utf-8"), re.MULTILINE)

    assert set(named) - rules == set()


def test_the_tests_that_prove_something_of_the_gate_are_there():
    page = (ROOT / "docs/leakcheck.md").read_text("utf-8")
    named = 0
    for line in page.splitlines():
        file = None
        for path, name in re.findall(r"`(?:(tests/[\w/]+\.py)::)?(test_\w+)`", line):
            file = path or file
            assert f"def {name}(" in (ROOT / file).read_text("utf-8"), name
            named += 1

    assert named > 25
