"""Bring 100,000 readers in by `subscribers import`, beside bare inserts of the same rows; killed on the way if asked.

    python -m benchmarks.newsletter_import                     # SQLite, in a temporary folder
    python -m benchmarks.newsletter_import --postgres postgresql://postgres@127.0.0.1:5432/postgres --kill 3

The command runs as a process of its own, so its time is that of a shell, start included. Bare inserts are
`executemany` of finished rows into the same three tables, with no question asked. Exit code 1 when a
reader is missing or there twice, the chain of consents is broken, or it took more than a minute; of
runs that are killed the time is told and not judged, since each one starts anew and waits to be killed.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, func, insert, make_url, select
from sqlalchemy.orm import Session

from benchmarks.segments import _database
from storefront import clock, migrate
from storefront.newsletter import consent
from storefront.newsletter.models import (
    ConsentEvent,
    ConsentHead,
    NewsletterList,
    ReaderImport,
    Subscriber,
    Subscription,
)
from storefront.settings import Settings

MOST_SECONDS = 60.0
BATCH = 1000
KEY = "k" * 40
HEAD = "email,lists,consent_at,consent_source,consent_text\n"
WORK = (
    "import resource, sys; from storefront.cli.main import main\n"
    "try:\n    main()\n"
    "finally:\n    print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, 'MB', file=sys.stderr)"
)
MODELS = (Subscriber, Subscription, ConsentEvent)


def main() -> int:
    """Measure, print, and tell by the exit code whether it holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--postgres", help="any database of a server; else SQLite")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--kill", type=int, default=0, help="how often to kill it with SIGKILL")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "readers.csv"
        _write(file, given.rows)
        with _shop(given.postgres, folder / "import.sqlite3") as url:
            seconds, kills = _import(file, url, folder, given.rows, given.kill)
            holds = _whole(url, folder, given.rows)
        with _shop(given.postgres, folder / "bare.sqlite3") as url:
            bare = _bare(url, given.rows)
    is_quick = bool(given.kill) or seconds < MOST_SECONDS
    print(
        f"{given.rows} readers in {seconds:.1f} s (killed {kills} times); bare inserts of the same rows"
        f" {bare:.1f} s; ratio {seconds / bare:.1f}; {'holds' if holds and is_quick else 'DOES NOT HOLD'}"
    )
    return int(not (holds and is_quick))


def _write(file: Path, count: int) -> None:
    with file.open("w", encoding="utf-8") as opened:
        opened.write(HEAD)
        for n in range(count):
            opened.write(
                f"reader{n}@mail{n % 500}.example,letter,2025-03-01T10:00:00Z,old shop,I want the letter.\n"
            )


def _import(file: Path, url: str, folder: Path, count: int, kills: int) -> tuple[float, int]:
    """Run the command until it ends by itself; the first so many runs are killed at a random moment."""
    told = [f"DATABASE_URL={url}", f"SECRET_KEY={KEY}", f"STOREFRONT_DATA={folder / 'data'}"]
    words = ["subscribers", "import", "--csv", str(file)]
    command = ["env", *told, sys.executable, "-c", WORK, *words]
    start, killed = time.perf_counter(), 0
    for target in sorted(random.sample(range(1, count * 3 // 4), kills)):
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait(child, url, target)
        child.send_signal(signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    print(done.stdout.strip(), "|", done.stderr.strip().splitlines()[-1])
    return time.perf_counter() - start, killed


def _wait(child: subprocess.Popen[bytes], url: str, target: int) -> None:
    """Let a run come as far as a line, or to its end."""
    engine = create_engine(url)
    while child.poll() is None:
        with engine.connect() as connection:
            if (connection.scalar(select(func.max(ReaderImport.records))) or 0) >= target:
                break
        time.sleep(random.uniform(0.02, 0.1))
    engine.dispose()


def _whole(url: str, folder: Path, count: int) -> bool:
    """Look whether everybody is there once, with one line of a whole chain."""
    settings = Settings(storefront_data=folder, database_url=url, secret_key=KEY)
    engine = create_engine(url)
    with Session(engine) as db:
        found = [db.scalar(select(func.count(model.id))) for model in MODELS]
        wrong = consent.verify(db, settings)
    engine.dispose()
    print(f"readers, places, consents: {found}; chain: {wrong or 'whole'}")
    return found == [count] * 3 and not wrong


def _bare(url: str, count: int) -> float:
    """Write the same rows with nothing asked, in batches of the same size."""
    engine, now = create_engine(url), clock.now()
    words = "I want the letter. [given 2025-03-01T10:00:00+00:00, old shop]"
    start = time.perf_counter()
    for first in range(1, count + 1, BATCH):
        numbers = range(first, min(first + BATCH, count + 1))
        with engine.begin() as connection:
            connection.execute(insert(Subscriber), [
                {"id": n, "email": f"reader{n}@mail{n % 500}.example", "locale": "en_IE", "confirmed_at": now}
                for n in numbers
            ])  # fmt: skip
            connection.execute(insert(Subscription), [
                {"subscriber_id": n, "list_slug": "letter", "confirmed_at": now} for n in numbers
            ])  # fmt: skip
            connection.execute(insert(ConsentEvent), [
                {
                    "email": f"reader{n}@mail{n % 500}.example", "person": f"{n:064}", "event": "imported", "at": now,
                    "form": "import: old shop", "text_sha256": f"{n:064}", "text": words, "locale": "en_IE",
                    "policy_version": "1", "lists": "letter", "line": n, "previous_sha256": f"{n:064}",
                    "sha256": f"{n:064}",
                }
                for n in numbers
            ])  # fmt: skip
    engine.dispose()
    return time.perf_counter() - start


@contextmanager
def _shop(postgres: str | None, file: Path) -> Iterator[str]:
    """Give the address of an empty database with our tables and one newsletter."""
    if postgres:
        with _database(postgres) as url:
            _tables(url)
            yield url
    else:
        url = f"sqlite:///{file}"
        _tables(url)
        yield url


def _tables(url: str) -> None:
    engine = create_engine(make_url(url))
    migrate.up(engine)
    with engine.begin() as connection:
        if not connection.scalar(select(func.count()).select_from(NewsletterList)):
            connection.execute(
                insert(NewsletterList).values(slug="letter", name="The letter", is_default=True)
            )
        if not connection.scalar(select(func.count()).select_from(ConsentHead)):
            connection.execute(insert(ConsentHead).values(id=1, lines=0, sha256=""))
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
