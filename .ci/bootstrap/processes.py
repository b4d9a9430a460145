"""Programs that are started, followed and ended."""

# ruff: noqa: S603 - starting programs is what it is for.

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from bootstrap.screen import Progress, Screen

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"


def in_venv(name: str) -> str:
    """Give the path of a program in the environment."""
    folder, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    return str(VENV / folder / (name + suffix))


def storefront() -> list[str]:
    """Give the start of a command line of the shop's own."""
    return [in_venv("python"), "-m", "storefront.cli.main"]


def start(command: list[str], **options: object) -> subprocess.Popen:
    """Start a command in a group of its own, so that Ctrl-C reaches only us."""
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, **options)


def stop(child: subprocess.Popen) -> None:
    """End a child with its whole group: kindly, and by force after ten seconds."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + 10
        with contextlib.suppress(OSError, KeyboardInterrupt):
            os.killpg(child.pid, number)
            while time.monotonic() < deadline:
                child.poll()
                os.killpg(child.pid, 0)
                time.sleep(0.05)


def follow(command: list[str], screen: Screen, progress: Progress) -> bool:
    """Run a command to its end, showing its progress; tell whether it succeeded."""
    pipes = {"stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    child = start(command, stdout=subprocess.PIPE, text=True, errors="replace", **pipes)
    reader = threading.Thread(target=read_all, args=(child, progress), daemon=True)
    reader.start()
    try:
        while reader.is_alive():
            reader.join(0.3)
            screen.go_on(str(progress))
        return child.wait() == 0
    finally:
        stop(child)
        reader.join(2)
        screen.end()


def read_all(child: subprocess.Popen, progress: Progress) -> None:
    """Hand over each line as it comes."""
    with child.stdout:
        for line in child.stdout:
            progress.read(line)


def hand_over(command: list[str]) -> int:
    """Run a command that has the terminal to itself; give its exit code."""
    child = subprocess.Popen(command, cwd=ROOT)
    try:
        return child.wait()
    except KeyboardInterrupt:
        # In a terminal Ctrl-C has reached the child, too: let it sum up first.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                child.wait(5)
                break
            child.send_signal(number)
        raise
