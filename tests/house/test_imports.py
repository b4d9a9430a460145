"""The rules of import hold, and each is seen to catch a planted violation."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLANTED = [
    ("shop-apart", "storefront/clock.py", "import routines.library.timeline"),
    (
        "public-door",
        "routines/library/timeline.py",
        "import storefront.database",
    ),
    ("shop-layers", "storefront/stock/service.py", "import storefront.orders.service"),
    ("routines-layers", "routines/library/timeline.py", "import routines.plugin"),
    ("no-flask", "storefront/cart/service.py", "import flask"),
    ("no-flask", "storefront/cart/service.py", "from storefront import web"),
    ("no-flask", "storefront/newsletter/models.py", "import storefront.state"),
    ("one-stripe", "storefront/orders/service.py", "import stripe"),
    ("till-apart", "storefront/payments/settle.py", "import storefront.till.server"),
]


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
    ]
    for contract in contracts:
        command += ["--contract", contract]
    environment = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(
        [*command, "--no-cache"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path):
    """A copy of both packages, to plant in."""
    for name in ("storefront", "routines"):
        ignored = shutil.ignore_patterns("static", "__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_rules_of_import_hold():
    answer = lint(ROOT)

    assert answer.returncode == 0, answer.stdout
    assert f"{len({name for name, _, _ in PLANTED})} kept, 0 broken" in answer.stdout


@pytest.mark.parametrize(
    ("contract", "file", "line"), PLANTED, ids=[f"{name}: {line}" for name, _, line in PLANTED]
)
def test_a_planted_violation_is_caught(checkout, contract, file, line):
    path = checkout / file
    path.write_text(path.read_text("utf-8") + f"\n{line}\n", "utf-8")

    answer = lint(checkout, contract)

    assert answer.returncode == 1
    assert "0 kept, 1 broken" in answer.stdout


@pytest.mark.parametrize(
    "file",
    sorted(
        file for name in ("service", "models") for file in ROOT.glob(f"routines/*/{name}.py")
    ),
    ids=lambda file: f"{file.parent.name}/{file.name}",
)
def test_a_service_of_the_routines_does_not_ask_the_app(file):
    doors = [node for node in ast.walk(ast.parse(file.read_text("utf-8")))
             if isinstance(node, ast.ImportFrom) and node.module == "storefront.public"]  # fmt: skip

    assert {"web", "session", "transaction"}.isdisjoint(each.name for door in doors for each in door.names)  # fmt: skip
