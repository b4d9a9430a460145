"""`jobs run` and `reconcile`: what the worker does, now."""

import json
import sys
from datetime import datetime

import click
from flask.cli import with_appcontext

from storefront import clock, worker
from storefront.cli.group import group

JSON = click.option("--json", "as_json", is_flag=True, help="Print facts for programs.")


@group.group("jobs")
def jobs() -> None:
    """Run the jobs of the worker."""


@jobs.command("run")
@click.option("--name", help="One job; else all.")
@click.option("--now", "moment", help="As if it were this moment, in ISO 8601.")
@JSON
@with_appcontext
def run(name: str | None, moment: str | None, as_json: bool) -> None:
    """Do what is due now."""
    known = worker.jobs()
    if name and name not in known:
        message = f"There is no job {name}; there are {', '.join(sorted(known))}."
        raise click.BadParameter(message, param_hint="--name")
    names = [name] if name else list(known)
    at = _moment(moment)
    _print({each: worker.run(each, at) for each in names}, as_json)


@group.command("reconcile")
@click.option("--now", "moment", help="As if it were this moment, in ISO 8601.")
@click.option("--since", help="List Stripe's events from this moment on, in ISO 8601.")
@JSON
@with_appcontext
def reconcile(moment: str | None, since: str | None, as_json: bool) -> None:
    """Compare what is open with Stripe; a second run changes nothing. Exit code 1: not all answered."""
    counts = worker.reconcile(_moment(moment) or clock.now(), since=_moment(since))
    _print({"reconcile": counts}, as_json)
    if counts.get("unanswered"):
        click.echo("Some were not answered: is the payment service running?", err=True)
        sys.exit(1)


def _moment(text: str | None) -> datetime | None:
    try:
        return clock.aware(datetime.fromisoformat(text)) if text else None
    except ValueError as error:
        message = f"{text} is no moment such as 2026-11-20T12:00:00+00:00."
        raise click.BadParameter(message) from error


def _print(results: dict[str, dict[str, int]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(results, indent=2))
        return
    for name, counts in results.items():
        said = ", ".join(f"{count} {what}" for what, count in counts.items())
        click.echo(f"{name}: {said}")
