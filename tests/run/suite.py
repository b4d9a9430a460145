"""Run the suite with the services that this machine offers, and name those that are missing."""

# ruff: noqa: T201 - it talks to a person.

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
OWN_WORKERS = ("-n", "--numprocesses", "--dist", "--pdb", "--trace", "--collect-only", "--co")


class Service(NamedTuple):
    """What a part of the suite needs: where it may be, and how to tell that it works."""

    name: str
    variable: str
    usual: tuple[str, ...]
    works: Callable[[str], object]


def postgres_works(url: str) -> bool:
    """Connect, and look whether new databases may be made."""
    import psycopg

    ask = "select rolcreatedb or rolsuper from pg_roles where rolname = current_user"
    with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=3) as db:
        return bool(db.execute(ask).fetchone()[0])


def redis_works(url: str) -> bool:
    """Ping."""
    import redis

    with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
        return bool(client.ping())


def node_works(program: str) -> bool:
    """Look whether Node runs, and whether what the lock names was fetched for it."""
    sys.path.insert(0, str(ROOT / ".ci"))
    try:
        from bootstrap import foreign
    finally:
        sys.path.pop(0)
    return foreign.node_version(program) >= foreign.OLDEST and foreign.is_current(
        foreign.FOLDER
    )


SERVICES = (
    Service(
        "PostgreSQL",
        "TEST_DATABASE_URL",
        (
            "postgresql://postgres@127.0.0.1:5432/postgres",
            "postgresql:///postgres?host=/var/run/postgresql",
        ),
        postgres_works,
    ),
    # The last database of a default server: a developer's own data is mostly in the first.
    Service("Redis", "TEST_REDIS_URL", ("redis://127.0.0.1:6379/15",), redis_works),
    Service(
        "Chromium", "CHROMIUM", ("chromium", "chromium-browser", "google-chrome"), shutil.which
    ),
    Service("Node with its clients", "NODE", ("node",), node_works),
)


def find(service: Service) -> str:
    """Give the first address that works, or nothing; the environment has the only say if set."""
    given = os.environ.get(service.variable)
    for address in [given] if given else service.usual:
        try:
            if service.works(address):
                return shutil.which(address) or address
        except Exception as error:
            if given:
                print(f"{service.variable}: {error}")
    return ""


def left_out(missing: list[str]) -> str:
    """Say in one line what did not run, and how to get it."""
    variables = ", ".join(each.variable for each in SERVICES if each.name in missing)
    return (
        f"Left out, because not found: {', '.join(missing)}. Start them or set {variables}; "
        "on Debian .ci/run brings everything."
    )


def workers(arguments: list[str]) -> list[str]:
    """Use all cores, unless the caller decides or wants to talk to a test."""
    if any(argument.startswith(OWN_WORKERS) for argument in arguments):
        return []
    if not importlib.util.find_spec("xdist"):
        return []
    workers = (os.cpu_count() or 1) + 1  # one more than cores: much of a test is waiting
    return ["-n", str(workers), "--dist", "loadfile"]


def main(arguments: list[str]) -> int:
    """Find the services, run pytest, sum up."""
    found = {service: find(service) for service in SERVICES}
    missing = [service.name for service, address in found.items() if not address]
    if missing and os.environ.get("REQUIRE_SERVICES", "0") not in {"", "0"}:
        print(f"{left_out(missing)}\nREQUIRE_SERVICES is set, so this is a failure.")
        return 1
    for service, address in found.items():
        os.environ.pop(service.variable, None)
        if address:
            os.environ[service.variable] = address
    sys.path[0] = str(ROOT)
    code = pytest.main([*workers(arguments), *arguments])
    if missing:
        print(left_out(missing))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
