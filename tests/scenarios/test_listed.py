"""The docs list every scenario and when it was last checked against Stripe's sandbox."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def scenarios() -> dict[str, bool]:
    """Every scenario, and whether it is for the till only."""
    found = {}
    for file in HERE.glob("test_*_scenarios.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = " ".join(ast.unparse(mark) for mark in node.decorator_list)
                words = node.name.removeprefix("test_").replace("_", " ")
                found[words] = "till_only" in marks
    return found


def test_the_docs_list_every_scenario():
    rows = re.findall(r"^\| ([a-z ]+) \| (never|till only|\d{4}-\d\d-\d\d) \|$",
                      (ROOT / "docs" / "till.md").read_text(), re.MULTILINE)  # fmt: skip

    assert {name: checked == "till only" for name, checked in rows} == scenarios()


@pytest.mark.parametrize("key", ["", "sk_live_abc"])
def test_the_sandbox_is_refused_without_a_key_of_its_own(key):
    command = [sys.executable, "-m", "pytest", "-n", "0", "--stripe=sandbox", str(HERE), "--co"]
    environment = {**os.environ, "STRIPE_SANDBOX_KEY": key}

    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)

    assert answer.returncode == 4
    assert "needs a key of a Stripe sandbox" in answer.stderr
