"""Cut off in the middle: what is made stays, and the rest is made by whoever comes next."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from routines.videos import deriving, tools, uploads
from routines.videos.models import Part, Upload
from storefront import clock, database
from tests.routines.videos.test_derive import run

KILLED = """
import os, signal, sys
from pathlib import Path
import storefront
from storefront.settings import Settings
from routines.videos import deriving, tools

made = tools.make
def make(settings, arguments, duration_ms, tell):
    goal = arguments[-1]
    if "/hls" in goal or ".hls." in goal:
        Path(sys.argv[2]).write_text("begun")
        os.kill(os.getpid(), signal.SIGKILL)
    made(settings, arguments, duration_ms, tell)
tools.make = make
app = storefront.create_app(Settings(storefront_data=Path(sys.argv[1]), secret_key="a test key of more than 32 characters", base_url="http://localhost"))
with app.app_context():
    deriving.work(app.extensions["storefront"].settings)
"""


@pytest.fixture
def waiting(app, routine, clip):
    assert run(app, "import", str(clip), "--routine", routine, "--later").exit_code == 0


def states(app) -> dict[str, str]:
    with app.app_context():
        return dict(database.session().execute(select(Part.name, Part.state)).all())


def test_killed_between_two_parts_the_finished_ones_are_kept(app, waiting, settings, tmp_path):
    folder = settings.storefront_data / "gated" / "_uploads" / "hamstring-follow-along" / "r1"
    start = [
        sys.executable,
        "-c",
        KILLED,
        str(settings.storefront_data),
        str(tmp_path / "begun"),
    ]

    killed = subprocess.run(start, capture_output=True, text=True, timeout=60)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert states(app) == {"poster.jpg": "done", "preview.mp4": "done", "90.mp4": "done", "hls": "working"}  # fmt: skip
    before = os.stat(folder / "90.mp4")
    assert run(app, "derive").output == "0 parts made.\n"  # somebody may still be at it
    assert run(app, "derive", "--resume").output.endswith("1 parts made.\n")
    assert set(states(app).values()) == {"done"}
    after = os.stat(folder / "90.mp4")
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert (folder / "hls" / "master.m3u8").is_file()


def test_a_part_of_a_silent_maker_is_taken_up_after_its_lease(app, waiting, db):
    with database.transaction() as writing:
        first = uploads.claim(writing, clock.now())
        first_id = first.id
    with database.transaction() as writing:
        assert uploads.claim(writing, clock.now()) is None
        assert uploads.claim(writing, clock.now() + timedelta(seconds=61)).id == first_id


def test_what_fails_three_times_is_given_up_with_a_sentence_and_can_be_tried_again(
    app, waiting, settings, monkeypatch
):
    def fail(*_):
        raise tools.Failed

    monkeypatch.setattr(tools, "make", fail)
    with app.app_context():
        assert deriving.work(settings) == uploads.MOST_TRIES
        upload = uploads.find(database.session(), "hamstring-follow-along")
        assert upload.state == "failed"
        assert "poster.jpg could not be made" in upload.message
    monkeypatch.undo()
    assert run(app, "check").exit_code == 1
    assert run(app, "derive", "--resume").exit_code == 0
    assert set(states(app).values()) == {"done"}


def test_ffmpeg_ends_with_whoever_started_it(tmp_path):
    script = "import sys\nfrom routines.videos import tools\nfrom storefront.settings import Settings\n"
    script += "tools.make(Settings(), sys.argv[1:], 60_000, lambda percent: None)"
    slow = ["-re", "-f", "lavfi", "-i", "testsrc=size=160x90:rate=10:duration=60", "-f", "mp4", str(tmp_path / "x")]  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", script, *slow]) as maker:
        children = Path(f"/proc/{maker.pid}/task/{maker.pid}/children")
        child = wait_for(lambda: children.read_text().split())[0]
        wait_for(lambda: b"ffmpeg" in Path(f"/proc/{child}/comm").read_bytes())

        maker.kill()

    wait_for(
        lambda: (
            not Path(f"/proc/{child}").exists()
            or "Z" in Path(f"/proc/{child}/stat").read_text()
        )
    )


def wait_for(look):
    end = time.monotonic() + 20
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def test_one_that_takes_too_long_is_ended(settings, clip, tmp_path, monkeypatch):
    monkeypatch.setattr(tools, "LEAST_SECONDS", 0.3)
    slow = ["-re", "-f", "lavfi", "-i", "testsrc=size=160x90:rate=10:duration=60", "-f", "mp4", str(tmp_path / "x")]  # fmt: skip

    with pytest.raises(tools.Failed):
        tools.make(settings, slow, 1, lambda _percent: None)


def test_progress_is_written_down_and_keeps_the_lease(app, waiting, db):
    with database.transaction() as writing:
        part_id = uploads.claim(writing, clock.now()).id
    later = clock.now() + timedelta(seconds=50)
    with database.transaction() as writing:
        uploads.told(writing, part_id, 40, later)
    with database.transaction() as writing:
        assert uploads.claim(writing, clock.now() + timedelta(seconds=70)) is None
        assert writing.get(Part, part_id).percent == 40
        assert writing.scalars(select(Upload)).one().percent == 10
        writing.execute(update(Part).values(lease_until=None))
