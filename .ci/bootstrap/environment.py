"""The environment in .venv: made once, mended when half made, filled from a hashed lock."""

# ruff: noqa: S603, T201 - it starts programs and talks to a person.

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bootstrap.processes import ROOT, VENV, follow, in_venv
from bootstrap.screen import PipProgress, Progress, Screen, Trouble

OLDEST = (3, 11)
LOCKS = ROOT / "config" / "requirements"
KINDS = {"shop": ["shop"], "dev": ["shop", "dev"]}  # A dev environment is a shop's, too.
UNFINISHED = VENV / ".unfinished"  # Stands while .venv must not be trusted.
STAMP = VENV / ".installed"  # Written last: what was installed, and for which folder.
NO_VENV = (
    "This Python cannot make environments: its venv module is missing. "
    "On Debian: apt install python3-venv, then run this again."
)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one set-up at a time work in .venv; the lock goes when its process does."""
    with open(__file__) as handle:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another run.py is setting up .venv; waiting for it.", flush=True)
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def fingerprint(*files: Path) -> str:
    """Give one hash of all these files."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def read_stamp() -> dict[str, str]:
    """Read what was installed; nothing where that is not known."""
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def write_stamp(**facts: str) -> None:
    """Record what is installed, in one step that cannot stop half-way."""
    draft = STAMP.with_name(".installed.new")
    draft.write_text(json.dumps(dict(facts, folder=str(ROOT))))
    os.replace(draft, STAMP)


def is_whole() -> bool:
    """Tell whether .venv is finished, made for this folder, and has a right Python and pip."""
    if UNFINISHED.exists() or read_stamp().get("folder", str(ROOT)) != str(ROOT):
        return False
    ask = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    with contextlib.suppress(OSError):
        return subprocess.call([in_venv("python"), "-c", ask], stderr=subprocess.DEVNULL) == 0
    return False


def remove_venv() -> None:
    """Remove .venv, its Python first: what is left of it must not look whole.

    A .venv that only leads to another checkout's loses the link, and the other keeps its Python.
    """
    if VENV.is_symlink():
        VENV.unlink()
        return
    with contextlib.suppress(FileNotFoundError):
        os.unlink(in_venv("python"))
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(VENV)


def make_venv(screen: Screen) -> None:
    """Make .venv from nothing."""
    if not importlib.util.find_spec("venv") or not importlib.util.find_spec("ensurepip"):
        raise Trouble(NO_VENV)
    remove_venv()
    VENV.mkdir()
    UNFINISHED.touch()
    progress = Progress()
    python = getattr(sys, "_base_executable", None) or sys.executable
    if not follow([python, "-m", "venv", str(VENV)], screen, progress):
        raise Trouble("Making .venv " + progress.trouble())
    UNFINISHED.unlink()


def install(kind: str, screen: Screen) -> None:
    """Install exactly what a lock names."""
    lock = LOCKS / f"{kind}.txt"
    progress = PipProgress(len(re.findall("^[a-z0-9].*==", lock.read_text(), re.MULTILINE)))
    options = "--require-hashes --no-input --disable-pip-version-check --retries 2"
    command = [in_venv("python"), "-m", "pip", "install", *options.split(), "-r", str(lock)]
    UNFINISHED.touch()
    try:
        done = follow(command, screen, progress)
    finally:
        if not progress.installing:  # Fetching changes nothing in .venv.
            UNFINISHED.unlink()
    if not done:
        raise Trouble(progress.trouble())
    UNFINISHED.unlink(missing_ok=True)


def link(screen: Screen) -> None:
    """Make the checkout itself importable from .venv."""
    progress = Progress()
    if not follow([in_venv("python"), str(ROOT / ".ci" / "link.py")], screen, progress):
        raise Trouble("Linking the checkout into .venv " + progress.trouble())


def prepare(kind: str, screen: Screen) -> None:
    """Make .venv hold what a lock names, doing only what is missing."""
    screen.begin("Environment in .venv")
    with alone():
        if not is_whole():
            make_venv(screen)
        facts = read_stamp()
        wanted = {name: fingerprint(LOCKS / f"{name}.txt") for name in KINDS[kind]}
        current = wanted.items() <= facts.items()
        screen.begin("Packages, all there" if current else "Packages, from the lock")
        if not current:
            install(kind, screen)
            facts = wanted
        project = fingerprint(ROOT / "pyproject.toml", ROOT / "storefront" / "__init__.py")
        if facts.get("project") != project:
            link(screen)
        write_stamp(**{**facts, "project": project})
