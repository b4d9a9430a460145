"""The commands of run.py."""

# ruff: noqa: T201, TID251 - it talks to a person and sets the stage for the settings.

import contextlib
import errno
import http.client
import os
import shutil
import socket
import subprocess
import time

from bootstrap.environment import LOCKS, prepare, remove_venv
from bootstrap.foreign import fetch
from bootstrap.processes import ROOT, follow, hand_over, in_venv, start, stop, storefront
from bootstrap.screen import Progress, Screen, Trouble

EXTRAS = [
    *("--extra", "pdf", "--extra", "postgres", "--extra", "redis", "--extra", "s3"),
    *("--extra", "serve"),
]
GROUPS = ["--group", "test", "--group", "lint"]
CACHES = ".pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis"
LEAVINGS = ["build", "dist", *CACHES.split()]


def port_of(name: str, usual: int) -> int:
    """Read a port from the environment and put it there."""
    text = os.environ.get(name) or str(usual)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Trouble(f"{name}={text} will not do: give a number from 1 to 65535.")
    os.environ[name] = text
    return int(text)


def choose_ports() -> dict[str, int]:
    """Settle PORT, TILL_PORT and BASE_URL for the commands to come; give the ports."""
    ports = {"PORT": port_of("PORT", 8000)}
    if os.environ.get("PAYMENTS", "till") == "till":
        ports["TILL_PORT"] = port_of("TILL_PORT", ports["PORT"] + 1)
    os.environ.setdefault("BASE_URL", f"http://127.0.0.1:{ports['PORT']}")
    return ports


def require_free(ports: dict[str, int]) -> None:
    """Refuse a port that is taken or not ours to open."""
    for name, port in ports.items():
        why = why_not(port)
        if why:
            other = f"{name}={port % 60000 + 10} make shop"
            raise Trouble(f"Port {port} {why}. Choose another one: {other}")


def why_not(port: int) -> str:
    """Say why a port cannot be opened, or nothing."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            return "is in use" if taken else f"cannot be opened ({error.strerror})"
    return ""


def is_up(port: int) -> bool:
    """Tell whether the shop answers."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    return False


def wait_until_up(child: subprocess.Popen, port: int, seconds: float) -> None:
    """Wait until the shop answers; complain where it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while not is_up(port):
        if child.poll() is not None:
            raise Trouble("The shop ended before it answered; what it said stands above.")
        if time.monotonic() > deadline:
            raise Trouble(f"The shop did not answer within {seconds:.0f} s.")
        time.sleep(0.2)


def serve(ports: dict[str, int]) -> int:
    """Serve until stopped; the shop itself prints its addresses."""
    child = start([*storefront(), "serve"])
    try:
        wait_until_up(child, ports["PORT"], seconds=120)
        print("Ctrl-C stops it.", flush=True)
        return child.wait()
    finally:
        stop(child)


def shop(arguments: list[str]) -> int:
    """Set up, fill and serve the shop."""
    del arguments
    screen, ports = Screen(steps=4), choose_ports()
    require_free(ports)
    prepare("shop", screen)
    screen.begin("Database and demo shop")
    for words in (["migrate", "up"], ["demo"]):
        progress = Progress()
        if not follow([*storefront(), *words], screen, progress):
            raise Trouble(f"`storefront {' '.join(words)}` {progress.trouble()}")
    screen.begin("Shop, worker and till")
    require_free(ports)
    return serve(ports)


def test(arguments: list[str]) -> int:
    """Run the suite with what this machine offers."""
    screen = Screen(steps=3)
    prepare("dev", screen)
    screen.begin("Clients in other languages, where Node is")
    fetch(screen)
    return hand_over([in_venv("python"), str(ROOT / "tests" / "run" / "suite.py"), *arguments])


def lint(arguments: list[str]) -> int:
    """Run the checks."""
    prepare("dev", Screen(steps=2))
    return hand_over([in_venv("python"), str(ROOT / ".ci" / "checks.py"), *arguments])


def lock(arguments: list[str]) -> int:
    """Write both locks anew: everything together, then the shop's share of it."""
    uv = shutil.which(in_venv("uv")) or shutil.which("uv")
    if not uv:
        raise Trouble("uv is missing. Get it with: .venv/bin/python -m pip install uv")
    options = "--universal --python-version 3.11 --generate-hashes --no-header --no-annotate"
    command = [uv, "pip", "compile", "pyproject.toml", "--quiet", *options.split(), *EXTRAS]
    dev, shop_only = str(LOCKS / "dev.txt"), str(LOCKS / "shop.txt")
    return hand_over([*command, *GROUPS, "-o", dev, *arguments]) or hand_over(
        [*command, "-c", dev, "-o", shop_only, *arguments]
    )


def clean(arguments: list[str]) -> int:
    """Remove what can be made again."""
    del arguments
    remove_venv()
    for name in LEAVINGS:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    print("Removed .venv, builds and caches. The shop's data is still there.")
    return 0


COMMANDS = {"shop": shop, "test": test, "lint": lint, "lock": lock, "clean": clean}
