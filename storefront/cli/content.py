"""`content leakcheck`: prove that nothing gated or private gets out."""

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from storefront import database, migrate, web
from storefront.cli.demo import fill
from storefront.cli.group import group
from storefront.leakcheck import check
from storefront.leakcheck.report import Report
from storefront.resources import data_folder
from storefront.settings import Settings


@group.group("content")
def content() -> None:
    """Look after what the shop shows."""


@content.command("leakcheck")
@click.option(
    "--cache/--no-cache", default=True, help="Go behind a shared nginx cache as well."
)
@click.option(
    "--only",
    multiple=True,
    help="Ask for addresses that begin so, or for one whole address with $ at its end; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print facts for scripts.")
@with_appcontext
def leakcheck(cache: bool, only: tuple[str, ...], as_json: bool) -> None:
    """Plant canary words in a throw-away shop and crawl every surface for them.

    The shop is the demo with the settings of this one, in a folder of its own: nothing of
    yours is read or changed. Exit code 1 when a word was found, an answer broke, or the
    check was blind.
    """
    nginx = (shutil.which("nginx") or shutil.which("/usr/sbin/nginx")) if cache else None
    with tempfile.TemporaryDirectory() as folder:
        app = throw_away(web.settings(), Path(folder))
        report = check.run(app, lambda text: click.echo(text, err=True), nginx=nginx, only=only)
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()
    click.echo(json.dumps(_facts(report)) if as_json else "\n".join(report.lines()))
    if not report.holds:
        raise SystemExit(1)


def throw_away(settings: Settings, folder: Path) -> Flask:
    """Make a filled shop that belongs to nobody, with the rules of another one's settings."""
    from storefront.app import create_app  # the app has these commands: it imports this file

    own = {
        "environment": "development", "storefront_data": folder, "database_url": "", "redis_url": "",
        "base_url": "http://localhost", "allowed_hosts": (), "url_prefix": "", "smtp_host": "",
        "payments": "till", "stripe_secret_key": "sk_test_till_demo", "stripe_api_base": "",
        "media_root": "", "gated_root": "", "delivery": "flask", "trusted_proxies": 0,
        "secret_key": "a key for a shop that is thrown away", "secret_key_fallbacks": (),
    }  # fmt: skip
    limits = {
        name: "100000/minute"
        for name in type(settings).model_fields
        if name.startswith("limit_")
    }
    app = create_app(settings.model_copy(update=own | limits))
    with app.app_context():
        migrate.up(app.extensions["sqlalchemy"].engine)
        with database.transaction() as db:
            fill(db, data_folder("config") / "demo")
    return app


def _facts(report: Report) -> dict[str, object]:
    return asdict(report) | {"holds": report.holds, "requests": report.asked.total()}
