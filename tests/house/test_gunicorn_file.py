"""The production server's file: its settings load, and it reads nothing that is not documented."""

import ast
import os
import subprocess
import sys
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
    imported = [node for node in ast.walk(ast.parse(FILE.read_text("utf-8")))
                if isinstance(node, ast.Import | ast.ImportFrom)]  # fmt: skip

    assert [node.module for node in imported] == ["storefront.settings"]


def test_the_operators_page_names_the_command():
    text = (ROOT / "docs/operating.md").read_text("utf-8")

    assert f"gunicorn -c config/gunicorn.conf.py '{APP}'" in text
