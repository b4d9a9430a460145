"""A short form of `benchmarks.newsletter_import`: a killed import goes on, and nobody is there twice."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.makers import postgres_url


@pytest.mark.timeout(240)
def test_a_killed_import_goes_on_and_brings_in_everybody_once():
    more = ["--postgres", postgres_url()] if postgres_url() else []

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.newsletter_import", "--rows", "8000", "--kill", "1", *more],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=230, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "(killed 1 times)" in done.stdout
    assert "[8000, 8000, 8000]; chain: whole" in done.stdout
