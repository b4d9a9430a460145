"""The production server's file: its settings load, and it reads nothing that is not documented."""

import ast
import gc
import os
import runpy
import subprocess
import sys
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "config/gunicorn.conf.py"
APP = "storefront.app:create_app()"


def load(folder, *words, **environment):
    """Let gunicorn read the file, and the app with it."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", str(FILE), *words, APP],
        cwd=ROOT,
        env=plain | {"STOREFRONT_DATA": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_gunicorn_takes_the_file_and_the_app(tmp_path):
    answer = load(tmp_path, "--check-config")

    assert answer.returncode == 0, answer.stderr


def test_port_threads_and_processes_come_from_the_environment(tmp_path):
    answer = load(tmp_path, "--print-config", PORT="8123", WEB_THREADS="3", WEB_CONCURRENCY="2")

    shown = dict(line.split("=", 1) for line in answer.stdout.splitlines() if "=" in line)
    facts = {name.strip(): value.strip() for name, value in shown.items()}
    assert facts["accesslog"] == "None"  # addresses can open something
    assert facts["bind"] == "['127.0.0.1:8123']"
    assert (facts["threads"], facts["workers"]) == ("3", "2")


def test_it_reads_only_the_settings():
    tree = ast.parse(FILE.read_text("utf-8"))

    modules = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    plain = {
        name.name
        for each in ast.walk(tree)
        if isinstance(each, ast.Import)
        for name in each.names
    }
    assert (modules, plain) == ({"storefront.settings"}, {"gc"})


def test_what_stays_is_spared_from_the_search_for_garbage(monkeypatch):
    done = []
    for name in ("collect", "freeze"):
        monkeypatch.setattr(gc, name, partial(done.append, name))

    runpy.run_path(str(FILE))["post_worker_init"](None)

    assert done == ["collect", "freeze"]


def test_the_operators_page_names_the_command():
    text = (ROOT / "docs/operating.md").read_text("utf-8")

    assert f"gunicorn -c config/gunicorn.conf.py '{APP}'" in text
