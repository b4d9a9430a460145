"""The official Stripe CLI and the Node SDK in front of a running till."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from storefront.till.server import Till, TillSettings
from tests.storefront.till.till_makers import KEY, SECRET, Shop

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"


def needed(found: bool, words: str) -> None:
    """Leave a test out for want of a program, unless everything must be there."""
    if found:
        return
    if os.environ.get("REQUIRE_SERVICES", "0") not in {"", "0"}:
        pytest.fail(words)
    pytest.skip(words)


@pytest.fixture(scope="module")
def shop():
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def till(shop, tmp_path_factory):
    file = tmp_path_factory.mktemp("till") / "till.sqlite3"
    with Till(TillSettings(file, shop.address, SECRET)) as till:
        yield till


class Node:
    """The Node SDK in a process of its own."""

    def __init__(self, program: str, till: Till):
        parts = urlsplit(till.base_address)
        command = [program, str(HERE / "bridge.mjs"), parts.hostname, str(parts.port)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, call: str, *args: object) -> dict:
        """Call a method of the SDK's client; give its value or its error."""
        self.process.stdin.write(json.dumps({"call": call, "args": args}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def __call__(self, call: str, *args: object) -> dict:
        answer = self.ask(call, *args)
        assert "error" not in answer, answer
        return answer["value"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def node(till):
    program = os.environ.get("NODE") or shutil.which("node")
    needed(bool(program) and (MODULES / "stripe").is_dir(), "Node and its clients are missing")
    made = Node(program, till)
    yield made
    made.close()


@pytest.fixture(scope="module")
def cli(till, tmp_path_factory):
    """Run the CLI's own binary, with a home of its own."""
    found = sorted(MODULES.glob("@stripe/cli-*/bin/stripe*"))
    needed(bool(found), "The Stripe CLI has no binary for this machine")
    home = str(tmp_path_factory.mktemp("home"))
    places = {"HOME": home, "XDG_CONFIG_HOME": home, "NO_PROXY": "127.0.0.1"}
    environment = os.environ | places | {"STRIPE_CLI_TELEMETRY_OPTOUT": "1"}

    def run(*words: str) -> dict:
        command = [str(found[0]), *words, "--api-base", till.base_address, "--api-key", KEY]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
