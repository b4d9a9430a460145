"""`newsletter`: the lists, the ledger of consents, the doctor; issues add their own commands."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from storefront import database, web
from storefront.cli.group import group
from storefront.cli.orders import JSON, show
from storefront.issues import series_file
from storefront.newsletter import consent, doctor, lists

COLOURS = {"ok": "green", "warn": "yellow", "bad": "red"}


@group.group("newsletter")
def newsletter() -> None:
    """Work on the newsletters."""


@newsletter.command("doctor")
@click.option("--domain", default="", help="The domain to look up, if not that of MAIL_FROM.")
@JSON
@with_appcontext
def newsletter_doctor(domain: str, as_json: bool) -> None:
    """Say what would keep letters from arriving; exit 1 when they should not be sent."""
    found = doctor.findings(web.settings(), jinja=current_app.jinja_env, domain=domain)
    if as_json:
        show([vars(one) for one in found], as_json)
    else:
        for one in found:
            level = click.style(f"{one.level:<5}", fg=COLOURS[one.level])
            click.echo(f"{level} {one.about}: {one.text}")
    if any(one.level == "bad" for one in found):
        raise SystemExit(1)


@newsletter.group("consents")
def consents() -> None:
    """Look after the ledger of consents."""


@consents.command("verify")
@with_appcontext
def verify_consents() -> None:
    """Check the chain of consents; exit 1 with the first broken line."""
    problems = consent.verify(database.session(), web.settings())
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo("The chain is whole.")


@newsletter.group("lists")
def newsletter_lists() -> None:
    """Look after what people can read."""


@newsletter_lists.command("show")
@JSON
@with_appcontext
def show_lists(as_json: bool) -> None:
    """List the newsletters."""
    found = lists.everything(database.session(), offered_only=False)
    names = ("slug", *lists.FIELDS)
    show([{name: getattr(one, name) for name in names} for one in found], as_json)


@newsletter_lists.command("set")
@click.argument("slug")
@click.option("--name", help="What people read.")
@click.option("--about", help="One sentence, shown beside the tick; it is part of the consent.")
@click.option("--days", "cadence_days", type=click.IntRange(min=1), help="Days between issues.")
@click.option(
    "--default/--no-default", "is_default", default=None, help="A plain sign-up joins it."
)
@click.option(
    "--offered/--hidden", "is_offered", default=None, help="Whether people may choose it."
)
@with_appcontext
def set_list(slug: str, **fields: object) -> None:
    """Make a newsletter, or change one."""
    told = {name: value for name, value in fields.items() if value is not None}
    with database.transaction() as db:
        saved = lists.save(db, slug, **told)
        database.raise_content_revision(db)
        click.echo(f"{saved.slug}: {saved.name}")


@newsletter_lists.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def load_lists(file: Path) -> None:
    """Make the newsletters of a file, with their letters to new readers."""
    with database.transaction() as db:
        names, letters = lists.load(db, file), series_file.load(db, file)
        database.raise_content_revision(db)
        click.echo(f"{', '.join(names)}; {letters} letters to new readers")
