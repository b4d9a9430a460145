#!/usr/bin/env python3
"""Set up this checkout, then start the shop, its tests or its checks.

No syntax newer than Python 3.6 here: an old Python must get far enough to say that it is too
old. What is newer stands in .ci/bootstrap and is imported after that.
"""

import signal

if __name__ == "__main__":  # nothing is begun yet: an interrupt ends it without a trace
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import os
import pathlib
import shutil
import subprocess
import sys

USAGE = """usage: python3 run.py [shop | test | lint | lock | clean] [options]

  shop                   set up, fill the demo shop once and serve it
                         (PORT=8000, STOREFRONT_DATA=./instance)
  test [pytest options]  set up the test tools too and run the suite
                         (TEST_DATABASE_URL, TEST_REDIS_URL, CHROMIUM, NODE, REQUIRE_SERVICES=1)
  lint [check ...]       run the checks, or only those named
  lock [uv options]      write config/requirements/ anew from pyproject.toml
  clean                  remove .venv, builds and caches; the shop's data stays
"""
COMMANDS = ("shop", "test", "lint", "lock", "clean")
OLDEST = (3, 11)
ROOT = pathlib.Path(__file__).resolve().parent
STOPPED = "\nStopped. Nothing is broken: run the same command again."


def newer_python() -> str:
    """Find a Python of this machine that is new enough, the longest tried version first."""
    for minor in range(OLDEST[1], 30):
        path = shutil.which(f"python3.{minor}")
        # A version switcher may put names on the path that do not run.
        if path and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return path
    return ""


def too_old(version: "tuple[int, ...]") -> str:
    """Say what is missing where this Python is too old, else nothing."""
    have, need = (".".join(map(str, number[:2])) for number in (version, OLDEST))
    sentence = f"Python {need} or newer is needed, and this is {have}. Install python{need}."
    return sentence if tuple(version[:2]) < OLDEST else ""


def interrupt(*_: object) -> None:
    """Treat every polite request to end like Ctrl-C."""
    raise KeyboardInterrupt


def run(command: str, arguments: "list[str]") -> int:
    """Run one command."""
    sys.path.insert(0, str(ROOT / ".ci"))
    from bootstrap import commands, screen

    try:
        return commands.COMMANDS[command](arguments)
    except screen.Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
    except OSError as error:
        print(f"\nCannot go on: {error}", file=sys.stderr)
    return 1


def main(arguments: "list[str]") -> int:
    """Run one command; turn Ctrl-C into one clear line."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("shop", [])
    if command not in COMMANDS:
        print(USAGE, end="")
        return 0 if command in {"-h", "--help", "help"} else 2
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and (name == "SIGINT" or signal.getsignal(number) != signal.SIG_IGN):
            signal.signal(number, interrupt)
    try:
        if too_old(sys.version_info):
            path = newer_python() or sys.exit(too_old(sys.version_info))
            os.execv(path, [path, *sys.argv])
        return run(command, rest)
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
