"""The clients in other languages that the tests drive the till with; fetched where Node is."""

# ruff: noqa: S603, T201, TID251 - it starts programs, talks to a person, sets the stage.

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from bootstrap.processes import ROOT, follow
from bootstrap.screen import Progress, Screen

OLDEST = 18
FOLDER = ROOT / "tests" / "foreign"
OPTIONS = ["--no-audit", "--no-fund", "--ignore-scripts"]


def node_version(program: str) -> int:
    """Give the main version of a Node; 0 where it does not run."""
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.match(r"v(\d+)\.", said.stdout)
    return int(found[1]) if found else 0


def programs() -> "tuple[str, str]":
    """Find Node and npm; nothing where one is missing or too old."""
    node = os.environ.get("NODE") or shutil.which("node") or ""
    npm = shutil.which("npm") or ""
    return (node, npm) if npm and node and node_version(node) >= OLDEST else ("", "")


def stamp_of(folder: Path) -> str:
    """Give the hash of what is wanted there."""
    return hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()


def is_current(folder: Path) -> bool:
    """Tell whether exactly what the lock names is installed."""
    stamp = folder / "node_modules" / ".installed"
    return stamp.is_file() and stamp.read_text() == stamp_of(folder)


def fetch(screen: Screen, folder: Path = FOLDER) -> None:
    """Install what the lock names; the suite says what is left out if that fails."""
    node, npm = programs()
    if not node or is_current(folder):
        return
    progress = Progress()
    if follow([npm, "ci", "--prefix", str(folder), *OPTIONS], screen, progress):
        (folder / "node_modules" / ".installed").write_text(stamp_of(folder))
    else:
        print("npm " + progress.trouble())
