"""A live shop on loopback, as it is served: SQLite in one process, PostgreSQL in four."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import requests

OUTSIDE = dict(os.environ)  # noqa: TID251  # the shop itself gets a few of them
ROOT = Path(__file__).parents[2]
HERE = "127.0.0.1"
PATIENCE_SECONDS = 60
UNLIMITED = {  # a crowd on this machine looks like one client
    **{f"LIMIT_{name}": "100000/minute"
       for name in ("CHECKOUT_CLIENT", "CHECKOUT_PRESS", "CART_CLIENT", "PROMOTION_CLIENT")},
    "HOLD_MAX_PIECES": "100000", "HOLD_MAX_ORDERS": "100000",
}  # fmt: skip
WEBHOOK_SECRET = "whsec_money_benchmark"


class Shop:
    """A shop with its till and worker, filled from one seed file.

    Attributes:
        address: of the shop.
        till: address of the test till.
    """

    def __init__(self, backend: str, folder: Path, **settings: str) -> None:
        self.backend, self.folder = backend, folder
        port, till_port = free_ports(2)
        self.address, self.till = f"http://{HERE}:{port}", f"http://{HERE}:{till_port}"
        self._database = f"storefront_money_{uuid.uuid4().hex[:10]}"
        self.environment = {
            **{name: value for name, value in OUTSIDE.items() if name in {"PATH", "HOME", "LANG"}},
            "PYTHONPATH": str(ROOT), "STOREFRONT_DATA": str(folder), "PORT": str(port),
            "TILL_PORT": str(till_port), "BASE_URL": self.address,
            "STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
            **UNLIMITED, **settings,
        }  # fmt: skip
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, seed: str) -> None:
        """Make the tables, fill the shelves and serve."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.backend == "postgresql":
            _admin(f'CREATE DATABASE "{self._database}"')
            self.environment["DATABASE_URL"] = address_of(self._database).replace(
                "postgresql://", "postgresql+psycopg://"
            )
        self.tell("migrate", "up")
        (self.folder / "seed.toml").write_text(seed, "utf-8")
        self.tell("seed", "--file", str(self.folder / "seed.toml"))
        self.serve()

    def serve(self) -> None:
        """Start what serves, and wait until it answers."""
        if self.backend == "sqlite":
            self._run(sys.executable, "-m", "storefront.cli.main", "serve")
        else:
            for word in ("till", "work"):
                self._run(sys.executable, "-m", "storefront.cli.main", word)
            self._run(
                sys.executable, "-m", "gunicorn", "-c", str(ROOT / "config/gunicorn.conf.py"),
                "storefront.app:create_app()", WEB_CONCURRENCY="4",
            )  # fmt: skip
        wait_for(lambda: is_up(f"{self.address}/readyz") and is_up(f"{self.till}/till"))

    def stop(self) -> None:
        """End what serves and drop the database."""
        for process in self._running:
            process.send_signal(signal.SIGTERM)
        for process in self._running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        self._running.clear()
        if self.backend == "postgresql":
            _admin(f'DROP DATABASE IF EXISTS "{self._database}" WITH (FORCE)')

    def _run(self, *words: str, **more: str) -> None:
        log = (self.folder / "served.log").open("ab")
        process = subprocess.Popen(
            words, cwd=ROOT, env=self.environment | more, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        self._running.append(process)

    def tell(self, *words: str, check: bool = True) -> str:
        """Run one of the operator's commands; give what it printed.

        Raises:
            RuntimeError: it failed.
        """
        done = subprocess.run(
            [sys.executable, "-m", "storefront.cli.main", *words], cwd=ROOT, env=self.environment,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        if check and done.returncode:
            message = f"{' '.join(words)}: {done.stdout[-1500:]}{done.stderr[-1500:]}"
            raise RuntimeError(message)
        return done.stdout

    def facts(self, *words: str) -> Any:
        """Run a command that prints JSON, and give it."""
        return json.loads(self.tell(*words, "--json"))

    def breaches(self) -> list[str]:
        """List what the books say is wrong."""
        return list(json.loads(self.tell("ledger", "check", "--json", check=False))["problems"])

    def locked(self, tables: Sequence[str]) -> str:
        """Lock every row of some tables for a moment; give why that was refused, or nothing."""
        if self.backend == "sqlite":
            file = self.folder / "storefront.sqlite3"
            with closing(
                sqlite3.connect(file, timeout=0.5, isolation_level=None)
            ) as connection:
                return _refusal(connection, ["BEGIN IMMEDIATE", "ROLLBACK"])
        with psycopg.connect(address_of(self._database), autocommit=True) as connection:
            rows = [f"SELECT 1 FROM storefront_{name} FOR UPDATE NOWAIT" for name in tables]
            return _refusal(connection, ["BEGIN", *rows, "ROLLBACK"])

    def letters(self, to: str) -> list[dict[str, Any]]:
        """List the letters to an address."""
        found = requests.get(f"{self.address}/dev/mailbox.json", {"to": to}, timeout=10).json()
        return list(found["letters"] if isinstance(found, dict) else found)

    def fault(self, **switches: Any) -> None:
        """Set fault switches of the till."""
        requests.post(f"{self.till}/till/faults", json=switches, timeout=10).raise_for_status()

    def stripe(self, path: str, **query: Any) -> Any:
        """Read from the till's API, as from Stripe's."""
        answer = requests.get(f"{self.till}{path}", query, headers=BEARER, timeout=20)
        answer.raise_for_status()
        return answer.json()


BEARER = {"Authorization": "Bearer sk_test_till_demo"}


def _refusal(connection: Any, statements: Sequence[str]) -> str:
    try:
        for statement in statements:
            connection.execute(statement)
    except (sqlite3.Error, psycopg.Error) as error:
        return str(error)
    return ""


def address_of(name: str) -> str:
    """Give the address of a database beside the one in TEST_DATABASE_URL."""
    return f"{OUTSIDE['TEST_DATABASE_URL'].rpartition('/')[0]}/{name}"


def _admin(statement: str) -> None:
    with psycopg.connect(OUTSIDE["TEST_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind((HERE, 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def is_up(address: str) -> bool:
    """Tell whether something answers well."""
    with suppress(requests.RequestException):
        return requests.get(address, timeout=5).ok
    return False


def wait_for(ask: Any) -> Any:
    """Ask until the answer is true, and give it.

    Raises:
        TimeoutError: it never became true.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.1)
    return answer
