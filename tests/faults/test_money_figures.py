"""The short form of `python -m benchmarks.money`: one round of what takes longest to prove."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.makers import postgres_url

SHORT = {
    "sqlite": ("last_pieces", "same_news", "unlocked"),
    "postgresql": ("last_pieces", "crossing", "impatient"),
}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("backend", SHORT)
def test_the_figures_of_money_hold_in_one_round(backend):
    if backend == "postgresql" and postgres_url() is None:
        pytest.skip("TEST_DATABASE_URL is not set")
    only = [word for name in SHORT[backend] for word in ("--only", name)]

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.money", "--backend", backend, "--rounds", "1",
         "--crowd", "40", *only],
        cwd=Path(__file__).parents[2], env=os.environ, capture_output=True, text=True, timeout=230,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "3 of 3 figures hold." in done.stdout
