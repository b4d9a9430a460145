"""A live shop on loopback: the same commands that a shopkeeper starts."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

from click.testing import CliRunner
from flask.cli import ScriptInfo

from storefront.app import create_app
from storefront.cli.commands import with_plugins
from storefront.plugins import Hooks

PATIENCE_SECONDS = 60
LIMITS = ("SIGNUP_CLIENT", "SIGNUP_ADDRESS", "CART_CLIENT", "CHECKOUT_CLIENT", "CODE_CLIENT")


class LiveShop:
    """A filled demo shop with its worker, its mailbox and the test till."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        port, till_port = free_ports(2)
        self.address = f"http://127.0.0.1:{port}"
        self.till_address = f"http://127.0.0.1:{till_port}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "STOREFRONT_DATA": str(folder), "PORT": str(port), "TILL_PORT": str(till_port),
            "BASE_URL": self.address, **{f"LIMIT_{name}": "500/minute" for name in LIMITS},
        }  # fmt: skip

    def start(self) -> None:
        for words in (["migrate", "up"], ["demo"]):
            subprocess.run(command(*words), env=self._environment, check=True)
        self._log = (self.folder / "serve.log").open("wb")
        self._server = subprocess.Popen(
            command("serve"), env=self._environment, stdout=self._log, stderr=self._log,
            start_new_session=True,
        )  # fmt: skip
        wait_for(self._is_up, lambda: f"the shop is up; it said {self.said()}")

    def run(self, *words: str) -> str:
        """Do what a command does, in an app of its own in this process, and give what it says."""
        made = []

        def app():
            made.append(create_app())
            return made[0]

        typed = CliRunner().invoke(
            with_plugins(Hooks().commands()), words, obj=ScriptInfo(create_app=app),
            env=self._environment, catch_exceptions=False,
        )  # fmt: skip
        for each in made:
            with each.app_context():
                each.extensions["sqlalchemy"].engine.dispose()
        assert typed.exit_code == 0, typed.output
        return typed.stdout

    def stop(self) -> None:
        self._server.send_signal(signal.SIGTERM)
        try:
            self._server.wait(PATIENCE_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
            self._log.close()

    def said(self) -> str:
        return (self.folder / "serve.log").read_text("utf-8", "replace")[-4000:]

    def _is_up(self) -> bool:
        if self._server.poll() is not None:
            raise RuntimeError(f"the shop ended: {self.said()}")
        with suppress(OSError), urllib.request.urlopen(f"{self.address}/healthz", timeout=30):
            return True
        return False

    def letters(self, to: str) -> list[dict]:
        query = urlencode({"to": to})
        with urllib.request.urlopen(
            f"{self.address}/dev/mailbox.json?{query}", timeout=30
        ) as file:
            found = json.load(file)
        return found["letters"] if isinstance(found, dict) else found

    def letter(self, to: str, about: str) -> dict:
        """Wait for the letter to an address whose subject says what it is about."""

        def newest() -> dict | None:
            fitting = (each for each in self.letters(to) if about in each["subject"].casefold())
            return next(fitting, None)

        return wait_for(newest, lambda: f"a letter about {about!r} to {to} arrives")


def address_of(name: str) -> str:
    """Make up a mail address that nobody has used here before."""
    return f"{name}.{secrets.token_hex(3)}@example.org"


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "storefront.cli.main", *words]


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def wait_for(ask, what):
    """Ask until the answer is true, and give it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise AssertionError(f"in vain waited until {what()}")
        time.sleep(0.1)
    return answer


def link_in(letter: dict, part: str) -> str:
    """Give the first address in a letter's text that has this part."""
    found = [url for url in re.findall(r"https?://\S+", letter["text"]) if part in url]
    assert found, f"no address with {part} in: {letter['text']}"
    return found[0]
