"""Figures of the library: importing many routines, a kill midway, and laying one out in time.

python -m benchmarks.routines                 # 1,000 routines
python -m benchmarks.routines --routines 200
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, insert

import storefront
from routines.library.documents import BodyPart, Routine
from routines.library.models import Entry, Facet, Need, Revision
from routines.library.timeline import PROFILES, expand
from routines.packs.commands import commands
from routines.packs.text import write_entry, write_places
from storefront import database, migrate
from storefront.settings import Settings

DOSES = (
    {"duration_seconds": 45, "sides": "each"},
    {"hold_seconds": 3, "return_seconds": 3, "reps": "5-10", "sides": "each"},
    {"sets": "3-4", "reps": 8, "sides": "each", "rest_between_sets_seconds": 30},
    {"sets": 3, "reps": 10},
)
PEOPLE = {
    "author": {"name": "Ada Demo", "credentials": "Demo author", "demo": True},
    "review": {"by": {"name": "Ben Demo", "credentials": "Demo reviewer", "demo": True}, "on": "2026-10-01"},
}  # fmt: skip
MOST_SECONDS, MOST_MS = 60, 1.0


def main() -> int:
    """Print each figure; the exit code is 1 when one does not hold."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--routines", type=int, default=1000)
    asked.add_argument("--into", help=argparse.SUPPRESS)  # the child that is killed
    asked.add_argument("--pack", help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.into:
        return run_import(Path(options.into), Path(options.pack))
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "pack"
        write_pack(pack, options.routines)
        return int(not all([*importing(Path(folder), pack, options.routines), *laying_out()]))


def importing(folder: Path, pack: Path, count: int) -> list[bool]:
    """Measure an import beside bare rows, and one that is killed when half of it is there."""
    whole = fresh(folder / "whole")
    seconds = timed(lambda: run_import(whole, pack))
    bare = timed(lambda: copy_rows(whole, fresh(folder / "bare")))
    again = timed(lambda: run_import(whole, pack))
    print(
        f"import of {count} routines: {seconds:.1f} s, {seconds / bare:.0f} times the bare rows; again: {again:.1f} s"
    )
    half = fresh(folder / "half")
    killed_after = kill_midway(half, pack, count // 2)
    there = entries(half)
    is_whole = there == rows(half, "routines_revision") and there % 50 == 0
    resumed = timed(lambda: run_import(half, pack))
    is_complete = entries(half) == count and rows(half, "routines_revision") == count
    print(f"killed after {killed_after:.1f} s with {there} whole entries, the rest in {resumed:.1f} s: "
          f"{'complete, none twice' if is_complete else 'NOT COMPLETE'}")  # fmt: skip
    return [seconds < MOST_SECONDS, is_whole, 0 < there < count, is_complete]


def laying_out() -> list[bool]:
    """Measure `expand` of a routine of 60 steps beside one round trip of it through JSON."""
    routine = routine_of(0, steps=60)
    content = routine.model_dump(mode="json", exclude_defaults=True)
    trip = best(lambda: json.loads(json.dumps(content)))
    slowest = 0.0
    for profile in PROFILES:
        length = best(lambda profile=profile: expand(routine, profile))
        slowest = max(slowest, length)
        parts = len(expand(routine, profile))
        print(
            f"expand of 60 steps, {profile}: {length:.2f} ms, {parts} segments, {length / trip:.1f} times a round trip through JSON"
        )
    return [slowest < MOST_MS]


def write_pack(folder: Path, count: int) -> None:
    """Write a pack of made-up routines."""
    write_places(folder, [BodyPart(slug="calf", name="Calf")])
    for number in range(count):
        write_entry(folder, "routine", f"routine-{number:05}", routine_of(number, steps=8))


def routine_of(number: int, *, steps: int) -> Routine:
    """Make a routine with doses of every kind."""
    made = [_step(number + place, place) for place in range(steps)]
    return Routine.model_validate({
        "title": f"Routine {number}", "summary": "Made up.", "picture": "tool", "goal": "relief", "level": "beginner",
        "body_parts": ["calf"], "stop_rule": "Stop when it hurts sharply.", "sections": [{"title": "Part 1", "steps": made}],
        "body": "Text.\n\n" * 20, "search_terms": ["calf", "made up"], **PEOPLE,
    })  # fmt: skip


def run_import(folder: Path, pack: Path) -> int:
    """Run the command on a shop's data folder."""
    app = storefront.create_app(settings(folder))
    return int(
        app.test_cli_runner()
        .invoke(commands, ["import", str(pack)], catch_exceptions=False)
        .exit_code
    )


def kill_midway(folder: Path, pack: Path, entries_before: int) -> float:
    """Start the command, and kill it as soon as so many entries are there; tell after how many seconds."""
    words = [
        sys.executable,
        "-m",
        "benchmarks.routines",
        "--into",
        str(folder),
        "--pack",
        str(pack),
    ]
    began = time.perf_counter()
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while child.poll() is None and entries(folder) < entries_before:
        time.sleep(0.02)
    if child.poll() is None:
        os.kill(child.pid, signal.SIGKILL)
    child.wait()
    return time.perf_counter() - began


def copy_rows(source: Path, target: Path) -> None:
    """Insert the rows of one shop into another with nothing around them."""
    with (
        create_engine(address(source)).connect() as there,
        create_engine(address(target)).begin() as here,
    ):
        for table in (Entry, Revision, Facet, Need):
            found = [dict(row._mapping) for row in there.execute(table.__table__.select())]
            if found:
                here.execute(insert(table.__table__), found)


def entries(folder: Path) -> int:
    """Count the entries of a shop."""
    return rows(folder, "routines_entry")


def rows(folder: Path, table: str) -> int:
    """Count the rows of a table."""
    with create_engine(address(folder)).connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0)


def fresh(folder: Path) -> Path:
    """Make an empty shop."""
    folder.mkdir()
    engine = create_engine(address(folder))
    database.tune(engine, lock_timeout_ms=5000, statement_timeout_ms=5000)
    migrate.up(engine)
    engine.dispose()
    return folder


def settings(folder: Path) -> Settings:
    """Give the settings of a shop in a folder."""
    return Settings(storefront_data=folder, secret_key="a benchmark's key of more than 32 characters", base_url="http://localhost")  # fmt: skip


def address(folder: Path) -> str:
    """Give the address of a shop's database."""
    return f"sqlite:///{folder / 'storefront.sqlite3'}"


def timed(call: Callable[[], object]) -> float:
    """Give the seconds that one call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def best(call: Callable[[], object], rounds: int = 50) -> float:
    """Give the milliseconds of the quickest of many calls."""
    return min(timed(call) for _ in range(rounds)) * 1000


def _step(number: int, place: int) -> dict[str, object]:
    exercise = {
        "title": f"Exercise {number}", "action": ("press", "roll", "stretch", "strengthen")[number % 4],
        "start_position": "Sit on the floor, one leg long.", "end_position": "The leg is loose.",
        "cues": [{"kind": kind, "text": f"Something to {kind} in a sentence."} for kind in ("setup", "action", "feel")],
    }  # fmt: skip
    tool = {
        "component": "mini-roller" if number % 3 else "strap",
        "stand_ins": [{"household": "A towel", "fit": "ok"}],
    }
    return {
        "key": f"step-{place}", "exercise": exercise, "dosage": DOSES[number % 4], "tools": [tool],
        "cautions": [{"when": "It tingles", "then": "Stop there."}], "essential": number % 2 == 0,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
