"""One command runs web, worker and till, and stops them all when asked."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
import requests

STARTS_WITHIN_SECONDS = 60


def free_ports():
    """Find two ports that nobody uses."""
    with socket.socket() as first, socket.socket() as second:
        for probe in (first, second):
            probe.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


@pytest.fixture
def served(settings, tmp_path):
    """A served shop, by its own command."""
    port, till_port = free_ports()
    environment = os.environ | {
        "STOREFRONT_DATA": str(tmp_path), "DATABASE_URL": settings.database_url,
        "PORT": str(port), "TILL_PORT": str(till_port), "NO_PROXY": "127.0.0.1",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "storefront.cli.main", "serve"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    yield process, port, till_port
    if process.poll() is None:
        process.kill()
    process.stdout.close()
    process.wait()


def answers(url, process):
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return requests.get(url, timeout=30).status_code
        except requests.ConnectionError:
            time.sleep(0.1)
    return None


def is_closed(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_one_command_serves_shop_and_till_and_stops_both(served):
    process, port, till_port = served

    assert answers(f"http://127.0.0.1:{port}/cart", process) == 200
    assert answers(f"http://127.0.0.1:{till_port}/till", process) == 200

    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}/" in said
    assert "Traceback" not in said
    assert is_closed(port)
    assert is_closed(till_port)
