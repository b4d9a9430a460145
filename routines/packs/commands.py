"""The operator's commands for content packs."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from routines.library import vocabulary
from routines.library.findable import search_documents
from routines.packs import service
from routines.packs.files import Problem
from routines.toolbox.service import component_names
from storefront.public import reindex, session, transaction

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("routines")
def commands() -> None:
    """Import, export and check content packs."""


@commands.command("check")
@click.argument("path", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print facts for scripts.")
@with_appcontext
def check(path: Path, as_json: bool) -> None:
    """Say what keeps a pack from being imported; exit code 1 when there is anything."""
    _report(_check(path), as_json)


@commands.command("import")
@click.argument("path", type=FOLDER)
@click.option("--dry-run", is_flag=True, help="Check only.")
@click.option("--json", "as_json", is_flag=True, help="Print facts for scripts.")
@with_appcontext
def import_(path: Path, dry_run: bool, as_json: bool) -> None:
    """Publish what a pack holds: all of it, or nothing when one thing is wrong."""
    if dry_run:
        return _report(_check(path), as_json)
    try:
        with transaction() as db:
            done = service.import_(db, path)
            reindex(db, search_documents(db))
    except service.PackRefused as refused:
        return _report(refused.problems, as_json)
    facts = {"entries": done.entries, "changed": done.changed}
    click.echo(json.dumps(facts) if as_json else f"{done.entries} entries, {done.changed} new or changed.")  # fmt: skip
    return None


@commands.command("export")
@click.argument("path", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print facts for scripts.")
@with_appcontext
def export(path: Path, as_json: bool) -> None:
    """Write everything that is published as a pack."""
    entries = service.export(session(), path)
    click.echo(json.dumps({"entries": entries}) if as_json else f"{entries} entries written to {path}.")  # fmt: skip


def _check(path: Path) -> list[Problem]:
    db = session()
    return service.check(path, component_names(db) or None, vocabulary.everything(db))


def _report(found: list[Problem], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"problems": [vars(problem) for problem in found]}))
    else:
        click.echo("\n".join(map(str, found)) if found else "No problems.")
    if found:
        raise click.exceptions.Exit(1)
