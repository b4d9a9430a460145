"""The short form of `storefront newsletter rehearse`: workers are killed, and every reader has one letter."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.makers import postgres_url

WORK = "from storefront.cli.main import main; main()"


@pytest.mark.timeout(240)
def test_a_killed_worker_loses_nobody_and_writes_to_nobody_twice():
    words = ["newsletter", "rehearse", "--readers", "300", "--kill", "1"]
    more = ["--database", postgres_url()] if postgres_url() else []

    done = subprocess.run(
        [sys.executable, "-c", WORK, *words, *more, "--workers", "1"], env=os.environ,
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=230, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "lost 0, twice 0" in done.stdout
    assert int(re.search(r"unknown +(\d+)", done.stdout)[1]) <= 8
