"""`subscribers`: what is known of one address, for the operator who is asked."""

import json

import click
from flask.cli import with_appcontext

from storefront import clock, database
from storefront.cli.group import group
from storefront.cli.orders import JSON
from storefront.customers.service import canonical_email
from storefront.newsletter import history


@group.group("subscribers")
def subscribers() -> None:
    """Look at subscribers."""


@subscribers.command("show")
@click.option("--email", required=True, help="The address.")
@JSON
@with_appcontext
def show_subscriber(email: str, as_json: bool) -> None:
    """Show the state of an address, and every consent that it gave or took back."""
    address = canonical_email(email)
    facts = history.facts(database.session(), address, clock.now())
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return
    click.echo(f"{address}  {facts['state']}")
    for event in facts["consents"]:
        click.echo(f"{event['at']}  {event['event']}  {event['form']}  {event['text']}")
