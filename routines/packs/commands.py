"""The operator's commands for content packs."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from routines.library import vocabulary
from routines.library.findable import search_documents
from routines.packs import free_exercises, schema, service
from routines.packs.files import Pack
from routines.packs.sources import Problem
from storefront.public import reindex, session, transaction

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print facts for scripts.")
BATCH = 50  # entries that are committed together


@click.group("routines")
def commands() -> None:
    """Import, export and check content packs."""


@commands.command("check")
@click.argument("path", type=FOLDER)
@AS_JSON
@with_appcontext
def check(path: Path, as_json: bool) -> None:
    """Say what keeps a pack from being imported; exit code 1 when there is anything."""
    _report(service.check(path, service.around(session())), as_json)


@commands.command("import")
@click.argument("path", type=FOLDER)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--prune", is_flag=True, help="Retire what the pack no longer has.")
@AS_JSON
@with_appcontext
def import_(path: Path, dry_run: bool, prune: bool, as_json: bool) -> None:
    """Publish what a pack holds; nothing when one thing in it is wrong.

    All of it is checked before anything is written. Then it is committed in batches: killed
    midway, what is there is whole, and the same command again goes on where it was.
    """
    try:
        pack = service.ready(session(), path, prune=prune)
    except service.PackRefused as refused:
        return _report(refused.problems, as_json)
    if dry_run:
        return _would(service.changes(session(), pack, prune=prune), as_json)
    done = _bring(pack, prune=prune)
    if as_json:
        click.echo(json.dumps(vars(done)))
    else:
        retired = f" {done.retired} retired." if prune else ""
        click.echo(f"{done.entries} entries, {done.changed} new or changed.{retired}")
    return None


@commands.command("export")
@click.argument("path", type=click.Path(file_okay=False, path_type=Path))
@AS_JSON
@with_appcontext
def export(path: Path, as_json: bool) -> None:
    """Write everything that is published as a pack."""
    entries = service.export(session(), path)
    click.echo(json.dumps({"entries": entries}) if as_json else f"{entries} entries written to {path}.")  # fmt: skip


@commands.command("schema")
@click.argument(
    "path", type=click.Path(file_okay=False, path_type=Path), default="config/schema"
)
def schema_(path: Path) -> None:
    """Write the JSON Schemas of a pack's files, for completion in editors."""
    click.echo(f"{schema.write(path)} schemas written to {path}.")


@commands.command("import-exercises")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write all names as JSON."
)
@with_appcontext
def import_exercises(file: Path, report: Path | None) -> None:
    """Store the exercises of free-exercise-db as words of the library, and say what could not be kept."""
    found, wrong = free_exercises.load(file)
    if wrong:
        return _report(wrong, as_json=False)
    with transaction() as db:
        muscles, there = vocabulary.terms(db, "muscle"), vocabulary.terms(db, "exercise")
        told = free_exercises.mapped(found, muscles, there)
        changed = vocabulary.store(db, "exercise", told.words, after_others=True)
    click.echo("\n".join(told.lines()))
    left_out = len(found) - len(told.words)
    click.echo(f"{len(found)} exercises read, {len(told.words)} stored, {changed} new or changed, {left_out} left out.")  # fmt: skip
    if report:
        report.write_text(json.dumps(told.facts(), indent=2, ensure_ascii=False), "utf-8")
    return None


def _bring(pack: Pack, *, prune: bool) -> service.Imported:
    """Write a checked pack: its words, then its entries in batches, then what search knows of them."""
    with transaction() as db:
        changed = service.bring_words(db, pack)
    keys = list(pack.documents)
    for first in range(0, len(keys), BATCH):
        with transaction() as db:
            changed += service.bring(db, pack, keys[first : first + BATCH])
        done = min(first + BATCH, len(keys))
        click.echo(f"{done} of {len(keys)} entries, {changed} new or changed", err=True)
    with transaction() as db:
        retired = service.take_away(db, pack) if prune else 0
        reindex(db, search_documents(db))
    return service.Imported(len(keys), changed, retired)


def _would(changes: Sequence[service.Change], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"changes": [vars(change) for change in changes]}))
    else:
        click.echo("\n".join(map(str, changes)) if changes else "Nothing would change.")


def _report(found: list[Problem], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"problems": [vars(problem) for problem in found]}))
    else:
        click.echo("\n".join(map(str, found)) if found else "No problems.")
    if found:
        raise click.exceptions.Exit(1)
