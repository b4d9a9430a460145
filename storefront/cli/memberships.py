"""`memberships`: facts for the operator, Stripe's prices, and a look at everything that lives."""

import json
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from storefront import clock, database, web
from storefront.cli.group import group
from storefront.cli.orders import JSON, MOST, show
from storefront.customers.service import canonical_email
from storefront.errors import Unavailable
from storefront.memberships import joining, notes, service, sweep
from storefront.memberships.models import STATUSES, Membership
from storefront.payments.gateway import GatewayRefused, GatewayUnavailable


@group.group("memberships")
def memberships() -> None:
    """Look after memberships."""


@memberships.command("list")
@click.option("--state", type=click.Choice(STATUSES), help="Only those in this state.")
@MOST
@JSON
@with_appcontext
def list_memberships(state: str | None, most: int, as_json: bool) -> None:
    """List memberships, newest first."""
    newest = select(Membership).order_by(Membership.id.desc()).limit(most)
    wanted = newest.where(Membership.status == state) if state else newest
    show([_facts(row) for row in database.session().scalars(wanted)], as_json)


@memberships.command("show")
@click.option("--email", required=True, help="The address.")
@JSON
@with_appcontext
def show_memberships(email: str, as_json: bool) -> None:
    """Show whether an address is a member now, and everything that happened."""
    db, address = database.session(), canonical_email(email)
    told = service.standing(db, address, clock.now(), web.settings())
    rows = [
        _facts(row) | {"history": [f"{clock.written(note.at)} {note.text}" for note in notes.of(db, row.id)]}
        for row in service.of_address(db, address)
    ]  # fmt: skip
    until = clock.written(told.until) if told else ""
    facts = {
        "email": address,
        "is_member": told is not None,
        "until": until,
        "memberships": rows,
    }
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return
    click.echo(f"{address}  {'is a member until ' + until if told else 'is no member'}")
    for row in rows:
        click.echo(f"{row['id']}  {row['plan']}  {row['status']}  {row['period_end']}")
        click.echo("\n".join(f"    {line}" for line in row["history"]))


@memberships.command("reconcile")
@JSON
@with_appcontext
def reconcile_memberships(as_json: bool) -> None:
    """Read every membership that lives at Stripe; a second run changes nothing. Exit code 1 without answers."""
    report = sweep.run(web.shop().gateway, web.settings(), clock.now(), everything=True)
    click.echo(
        json.dumps(report)
        if as_json
        else "  ".join(f"{name} {n}" for name, n in report.items())
    )
    if report["unanswered"] or report["failed"]:
        raise SystemExit(1)


@memberships.group("prices")
def prices() -> None:
    """Keep Stripe's prices of the plans."""


@prices.command("sync")
@JSON
@with_appcontext
def sync_prices(as_json: bool) -> None:
    """Find each plan's price at Stripe by its lookup key, or make it; again changes nothing."""
    with database.transaction() as db:
        wanted = [joining.price_wanted(plan) for plan in service.plans(db)]
    gateway = web.shop().gateway
    try:
        found = {each.plan: gateway.ensure_price(each) for each in wanted}
    except GatewayUnavailable as error:
        message = f"No price was asked for: {error}."
        raise Unavailable(message) from error
    except GatewayRefused as error:
        message = f"Stripe did not do it: {error}"
        raise Unavailable(message) from error
    if as_json:
        facts = {
            plan: {"price": price.price_id, "made": price.is_new}
            for plan, price in found.items()
        }
        click.echo(json.dumps(facts, indent=2))
        return
    for plan, price in found.items():
        click.echo(f"{plan}  {price.price_id}  {'made' if price.is_new else 'found'}")


def _facts(row: Membership) -> dict[str, Any]:
    return {
        "id": row.id, "email": row.email, "plan": row.plan_slug, "source": row.source,
        "status": row.status, "period_end": clock.written(row.period_end),
        "ends": row.cancel_at_period_end, "subscription": row.stripe_subscription_id or "",
        "read_at": clock.written(row.read_at),
    }  # fmt: skip
