"""`config check` and `config show`."""

import json
import sys

import click
from flask.cli import with_appcontext

from storefront import web
from storefront.cli.group import group
from storefront.settings import SECRETS
from storefront.settings_check import production_problems, warnings


@group.group("config")
def config() -> None:
    """Look at the settings."""


@config.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def show(as_json: bool) -> None:
    """Print every setting; secrets and passwords are masked."""
    settings = web.settings()
    facts = settings.model_dump(mode="json")
    facts |= {name: "***" for name in SECRETS if facts[name]}
    for name in ("database_url", "redis_url"):
        facts[name] = _without_password(facts[name])
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return
    for name, value in sorted(facts.items()):
        click.echo(f"{name.upper():28} {value}")


@config.command("check")
@click.option("--production", is_flag=True, help="Say what forbids to serve real people.")
@with_appcontext
def check(production: bool) -> None:
    """Say whether the settings are fit; exit code 1 when they are not."""
    reasons = production_problems(web.settings()) if production else []
    for reason in reasons:
        click.echo(reason)
    for warning in warnings(web.settings()):
        click.echo(f"Think of it: {warning}")
    if reasons:
        sys.exit(1)
    click.echo("The settings are fit.")


def _without_password(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    account, at, place = rest.rpartition("@")
    user = account.partition(":")[0]
    return f"{scheme}{mark}{user}:***@{place}" if at and ":" in account else url
