"""A tiny film, made once, and what tests do with films."""

import shutil
import subprocess
from pathlib import Path

import pytest

from routines.library.models import Entry
from routines.videos import service
from storefront import database
from tests.routines.made import needs_tool, publish_routine, step_of

VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nLie on your back.\n\n00:01.000 --> 00:02.000\nBreathe.\n"
SECONDS = 2


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> Path:
    """Two seconds of a test card with a tone."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    file = tmp_path_factory.mktemp("clip") / "clip.mp4"
    card = f"testsrc=size=160x90:rate=10:duration={SECONDS}"
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", card, "-f", "lavfi", "-i", f"sine=duration={SECONDS}",
         "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", str(file)],
        check=True,
    )  # fmt: skip
    return file


@pytest.fixture
def routine(app):
    """A published routine that requires a strap; it has no film yet."""
    with app.app_context():
        publish_routine(
            database.session(), "hamstring", step_of(tools=[needs_tool("strap")], title="Press", dosage={"duration_seconds": 2}),
            title="Hamstring",
        )  # fmt: skip
    return "hamstring"


def tell(app, video) -> None:
    """Let the routine's row say what a document would."""
    with app.app_context(), database.transaction() as db:
        service.store(db, db.query(Entry.id).scalar(), video)
