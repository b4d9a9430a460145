"""The clients in other languages are fetched once, and only where Node is."""

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def foreign(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / ".ci"))
    return importlib.import_module("bootstrap.foreign")


@pytest.fixture
def screen(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / ".ci"))
    return importlib.import_module("bootstrap.screen").Screen(1)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "package-lock.json").write_text("{}")
    return tmp_path


def program(folder, name, script):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("node", "npm", "wanted"),
    [
        ("echo v20.1.0", "exit 0", True),
        ("echo v16.9.9", "exit 0", False),
        ("exit 1", "", False),
    ],
)
def test_only_a_node_that_is_new_enough_counts(
    foreign, monkeypatch, tmp_path, node, npm, wanted
):
    program(tmp_path, "node", node)
    program(tmp_path, "npm", npm)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("NODE", raising=False)

    assert bool(foreign.programs()[0]) is wanted


def test_what_the_lock_names_is_fetched_once(foreign, monkeypatch, folder, screen):
    ran = []

    def follow(command, _screen, _progress):
        ran.append(command)
        (folder / "node_modules").mkdir(exist_ok=True)
        return True

    monkeypatch.setattr(foreign, "follow", follow)
    monkeypatch.setattr(foreign, "programs", lambda: ("node", "npm"))
    for _ in range(2):
        foreign.fetch(screen, folder)
    assert len(ran) == 1
    assert "--ignore-scripts" in ran[0]

    (folder / "package-lock.json").write_text('{"newer": true}')
    assert not foreign.is_current(folder)


def test_a_fetch_that_fails_says_so_and_leaves_the_tests_out(
    foreign, monkeypatch, folder, screen, capsys
):
    monkeypatch.setattr(foreign, "follow", lambda *_: False)
    monkeypatch.setattr(foreign, "programs", lambda: ("node", "npm"))

    foreign.fetch(screen, folder)

    assert capsys.readouterr().out.startswith("npm failed")
    assert not foreign.is_current(folder)
