"""Imports in batches: what would change, what is retired, and what a kill leaves."""

import json
import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from routines.library import service, vocabulary
from routines.library.documents import BodyPart
from routines.packs.commands import commands
from routines.packs.service import import_
from routines.packs.text import write_entry, write_places, write_words
from routines.videos.models import VideoAsset
from storefront.errors import NotFound
from storefront.search.models import SearchEntry
from tests.routines.made import routine_of, step_of
from tests.routines.made_words import exercise_of, muscle_of

VIDEO = {"slug": "follow", "title": "Follow", "file": "a.mp4", "captions": "a.vtt", "poster": "p", "duration_ms": 5}  # fmt: skip


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "pack"
    write_places(folder, [BodyPart(slug="calf", name="Calf")])
    write_words(folder, {"muscle": {"soleus": muscle_of()}})
    for name in ("one", "two"):
        write_entry(folder, "routine", name, routine_of(title=name))
    return folder


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(commands, words)


def test_a_dry_run_says_what_would_change_and_changes_nothing(run, pack, db):
    run("import", str(pack))
    write_entry(pack, "routine", "one", routine_of(title="Changed"))
    write_entry(pack, "routine", "three", routine_of(title="New"))
    (pack / "routines" / "two.md").unlink()

    result = run("import", "--dry-run", "--prune", str(pack))

    assert result.output.splitlines() == [
        "changed: routine one", "new: routine three", "retired: routine two"
    ]  # fmt: skip
    assert run("import", "--dry-run", "--json", str(pack)).output.count('"what"') == 2
    assert service.find_routine(db, "one").document.title == "one"
    assert service.find_routine(db, "two").document.title == "two"


def test_a_dry_run_of_what_is_there_says_so(run, pack):
    run("import", str(pack))

    assert run("import", "--dry-run", "--prune", str(pack)).output == "Nothing would change.\n"


def test_what_a_pack_no_longer_has_is_retired_only_when_asked(run, pack, db):
    write_entry(pack, "routine", "two", routine_of(title="two", video=VIDEO))
    run("import", str(pack))
    assert db.scalar(select(VideoAsset.slug)) == "follow"
    (pack / "routines" / "two.md").unlink()
    db.rollback()

    kept = run("import", str(pack))
    assert service.find_routine(db, "two").document.title == "two"
    db.rollback()
    gone = run("import", "--prune", str(pack))

    assert "retired" not in kept.stdout
    assert "1 entries, 0 new or changed. 1 retired." in gone.stdout
    with pytest.raises(NotFound):
        service.find_routine(db, "two")
    assert db.scalars(select(VideoAsset.slug)).all() == []
    assert db.scalars(select(SearchEntry.slug)).all() == ["one"]


def test_words_leave_with_the_pack_but_not_those_from_elsewhere(db, pack):
    import_(db, pack)
    vocabulary.store(db, "exercise", [exercise_of("far", source="Elsewhere")])
    write_words(pack, {"exercise": {"near": exercise_of("near")}})
    import_(db, pack)
    (pack / "exercises" / "near.md").unlink()
    write_words(pack, {"exercise": {"other": exercise_of("other")}, "muscle": {"calves": muscle_of("calves")}})  # fmt: skip

    done = import_(db, pack, prune=True)

    assert list(vocabulary.terms(db, "exercise")) == ["far", "other"]
    assert list(vocabulary.terms(db, "muscle")) == ["calves"]
    assert done.retired == 2


def test_pruning_does_not_let_an_entry_point_at_what_it_retires(run, pack):
    link = {"kind": "routine", "slug": "two", "reason": "R"}
    write_entry(pack, "routine", "one", routine_of(related=[link]))
    run("import", str(pack))
    (pack / "routines" / "two.md").unlink()

    assert run("import", str(pack)).exit_code == 0
    assert "no routine named two" in run("import", "--prune", str(pack)).output


KILLED = """
import os, signal, sys
import routines.packs.commands as commands
import storefront
from storefront.settings import Settings
from pathlib import Path

folder, pack, deadly = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
commands.BATCH = 5
put, seen = commands.service.put, []

def put_and_die(*args, **fields):
    seen.append(args)
    done = put(*args, **fields)
    if len(seen) == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

commands.service.put = put_and_die
app = storefront.create_app(Settings(storefront_data=folder, secret_key="a test key of more than 32 characters"))
result = app.test_cli_runner().invoke(commands.commands, ["import", pack], catch_exceptions=False)
print(result.output)
sys.exit(result.exit_code)
"""


def test_killed_midway_what_is_there_is_whole_and_the_same_again_goes_on(app, pack, db, tmp_path):  # fmt: skip
    for number in range(12):
        write_entry(pack, "routine", f"r-{number:02}", routine_of(step_of(dosage={"reps": 8}), title=f"R {number}", video=VIDEO | {"slug": f"v-{number}", "file": f"v-{number}.mp4"}))  # fmt: skip
    start = [sys.executable, "-c", KILLED, str(tmp_path), str(pack)]

    killed = subprocess.run([*start, "8"], capture_output=True, text=True, timeout=60)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    there = {found.slug for found in service.all_documents(db)}
    assert there == {
        "one",
        "r-00",
        "r-01",
        "r-02",
        "r-03",
    }  # the one whole batch before the eighth
    videos = set(db.scalars(select(VideoAsset.slug)))
    assert videos == {f"v-{int(slug[2:])}" for slug in there if slug.startswith("r-")}
    db.rollback()

    again = subprocess.run([*start, "0"], capture_output=True, text=True, timeout=60, env=os.environ)  # fmt: skip

    assert "14 entries, 9 new or changed." in again.stdout
    assert {found.revision for found in service.all_documents(db)} == {1}
    assert len(service.all_documents(db)) == 14
    assert len(db.scalars(select(SearchEntry.slug)).all()) == 14


def test_each_batch_has_its_line_of_progress(run, pack, monkeypatch):
    monkeypatch.setattr("routines.packs.commands.BATCH", 1)

    result = run("import", "--json", str(pack))

    assert json.loads(result.stdout) == {"entries": 2, "changed": 4, "retired": 0}
    assert result.stderr.splitlines() == [
        "1 of 2 entries, 3 new or changed", "2 of 2 entries, 4 new or changed"
    ]  # fmt: skip
