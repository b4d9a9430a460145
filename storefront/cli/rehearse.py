"""`newsletter rehearse`: an issue is sent to a sink while its workers are killed, and the count is printed."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import create_engine, make_url, select
from sqlalchemy.pool import NullPool

from storefront import clock, database, migrate
from storefront.cli import demo
from storefront.cli.newsletter import newsletter
from storefront.dispatch import rehearsal, rehearsal_shop, service
from storefront.dispatch.rehearsal import Proof, Seen
from storefront.issues import links
from storefront.issues.edition import Edition, Reader
from storefront.newsletter.models import Subscriber
from storefront.resources import data_folder
from storefront.settings import Settings

UNFINISHED = ("queued", "leased", "deferred", "failed", "skipped")
WORK = "from storefront.cli.main import main; main()"


@newsletter.command("rehearse")
@click.option(
    "--readers", default=100_000, show_default=True, type=click.IntRange(1, 2_000_000)
)
@click.option(
    "--kill",
    "kills",
    default=5,
    show_default=True,
    type=click.IntRange(0, 50),
    help="How often all workers are killed.",
)
@click.option(
    "--connections",
    default=8,
    show_default=True,
    type=click.IntRange(1, 64),
    help="In all, shared by the workers.",
)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 16))
@click.option(
    "--database",
    "address",
    default="",
    help="A PostgreSQL server; a database of its own is made there and dropped.",
)
def rehearse(readers: int, kills: int, connections: int, workers: int, address: str) -> None:
    """Send an issue to a mail server of its own, kill the workers, and count. Exit code 1: somebody was lost or got two."""
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    each = max(1, connections // workers)
    try:
        with _database(address, folder) as url, _sink(folder / "sink.txt") as port:
            told = _environment(folder, url, port, each)
            is_well = _rehearse(Plan(folder, told, port, readers, kills, workers, each))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if is_well else 1)


@dataclass(frozen=True)
class Plan:
    """What is rehearsed, and where."""

    folder: Path
    told: Mapping[str, str]  # the settings of the shop
    port: int
    readers: int
    kills: int
    workers: int
    connections: int  # of one worker

    @property
    def file(self) -> Path:
        """Give where the mail server writes down what it got."""
        return self.folder / "sink.txt"


def _environment(folder: Path, url: str, port: int, connections: int) -> Mapping[str, str]:
    """Write the settings of the throw-away shop."""
    return {
        "STOREFRONT_DATA": str(folder), "DATABASE_URL": url, "SECRET_KEY": secrets.token_hex(24),
        "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "NEWSLETTER_CONNECTIONS": str(connections),
        "ENVIRONMENT": "development", "PAYMENTS": "till", "STRIPE_SECRET_KEY": "sk_test_till_demo",
        "STRIPE_API_BASE": "", "REDIS_URL": "",
    }  # fmt: skip


def _rehearse(plan: Plan) -> bool:
    from storefront.app import create_app  # it loads the commands itself

    app = create_app(Settings(**{name.lower(): value for name, value in plan.told.items()}))  # type: ignore[arg-type]
    with app.app_context():
        click.echo(f"Making a shop with {plan.readers} readers …")
        issue_id, letter = _fill(plan.readers)
    bare = rehearsal.bare_rate(plan.port, letter)
    plan.file.write_text("")

    def start() -> Sequence["subprocess.Popen[bytes]"]:
        words = ["newsletter", "issue", "send", str(issue_id), "--now"]
        return [_child(plan.told, words) for _ in range(plan.workers)]

    click.echo(f"Sending; all {plan.workers} workers are killed {plan.kills} times …")
    seen = rehearsal.play(start, plan.file, plan.readers, plan.kills)
    with app.app_context():
        is_well = _judge(plan, seen, issue_id, bare, len(letter))
        app.extensions["sqlalchemy"].engine.dispose()
    return is_well


def _judge(plan: Plan, seen: Seen, issue_id: int, bare: float, size: int) -> bool:
    """Print what became of every reader; tell whether nobody was lost or got two."""
    db = database.session()
    counts = service.counts(db, issue_id)
    unknown = service.unknown(db, issue_id, most=1000)
    emails = db.scalars(select(Subscriber.email).where(Subscriber.email.like("reader%")))
    proof = rehearsal.prove(plan.file, emails, [email for _, email in unknown])
    _tell(seen, proof, plan.readers, bare, size)
    rows = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    click.echo(f"rows      {rows}")
    lines = plan.connections * plan.workers
    bound = lines * seen.kills
    click.echo(
        f"unknown   {len(unknown)} (at most {bound}: {lines} connections × {seen.kills} kills)"
    )
    for row, email in unknown:
        click.echo(f"          {row.id} {email} {row.message_id}")
    open_rows = sum(counts[state] for state in UNFINISHED)
    return not (proof.lost or proof.twice or open_rows) and len(unknown) <= bound


def _tell(seen: Seen, proof: Proof, readers: int, bare: float, size: int) -> None:
    rate = readers / seen.working_seconds if seen.working_seconds else 0
    memory = ", ".join(
        f"{megabytes:.0f} MB at {mark:.0%}"
        for mark, megabytes in sorted(seen.memory_mb.items())
    )
    click.echo(
        f"rate      {rate:.0f} letters/s rendered and handed over ({size // 1000} kB each; {readers / max(seen.seconds, 0.001):.0f}/s with the starts after each kill)"
    )
    click.echo(
        f"bare loop {bare:.0f} letters/s, one connection, nothing rendered: ratio {rate / bare:.2f}"
    )
    click.echo(
        f"cpu       {seen.cpu_seconds / readers * 1000:.2f} ms a letter in the workers, with their starts"
    )
    click.echo(f"memory    {memory} (peak of the largest worker)")
    click.echo(
        f"arrived   {proof.arrived} of {readers}; lost {len(proof.lost)}, twice {len(proof.twice)}"
    )
    for email in [*proof.lost, *proof.twice][:20]:
        click.echo(f"          {email}")


def _fill(readers: int) -> tuple[int, bytes]:
    """Fill the shop; give the issue's number and one finished letter of it."""
    engine = database.session().get_bind()
    migrate.up(engine)  # type: ignore[arg-type]
    with database.transaction() as db:
        demo.fill(db, data_folder("config") / "demo")
    with database.transaction() as db:
        issue_id = rehearsal_shop.fill(db, readers, links.office(), clock.now())
    db = database.session()
    edition = Edition.of(db, issue_id, links.office())
    letter = next(edition.letters(db, [Reader(0, "reader0@sink.example", "en_IE")]))
    return issue_id, letter.wire


def _child(told: Mapping[str, str], words: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a command of ours in an environment that says what the rehearsal needs; nobody else sees it there."""
    return subprocess.Popen(  # noqa: S603  # our own words only
        [sys.executable, "-c", WORK, *words],
        stdout=subprocess.DEVNULL,
        env={**os.environ, **told},  # noqa: TID251  # handed on, not read
    )


@contextmanager
def _sink(file: Path) -> Iterator[int]:
    """Run the sink in a process of its own; give its port."""
    process = subprocess.Popen(  # noqa: S603  # our own words only
        [sys.executable, "-m", "storefront.dispatch.sink", "0", str(file)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield int(process.stdout.readline() if process.stdout else 0)
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def _database(address: str, folder: Path) -> Iterator[str]:
    """Make a database that is thrown away: a file, or one of its own on a server."""
    if not address:
        yield f"sqlite:///{folder / 'rehearsal.sqlite3'}"
        return
    server = make_url(address).set(drivername="postgresql+psycopg")
    name = f"storefront_rehearsal_{secrets.token_hex(5)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
