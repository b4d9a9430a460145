"""`orders`, `events` and `outbox`: facts for the operator."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database, web
from storefront.aftersales import packing
from storefront.cli.group import group
from storefront.orders import service
from storefront.orders.models import Fulfilment, Order
from storefront.outbox import OutboxRow
from storefront.payments import receipts
from storefront.payments.models import Dispute, Payment, PaymentAttempt, Refund

JSON = click.option("--json", "as_json", is_flag=True, help="Print facts for programs.")
MOST = click.option("--most", default=50, show_default=True, help="How many to list.")


@group.group("orders")
def orders() -> None:
    """Look at orders."""


@orders.command("list")
@click.option("--state", help="Only those in this state.")
@MOST
@JSON
@with_appcontext
def list_orders(state: str | None, most: int, as_json: bool) -> None:
    """List orders, newest first."""
    found = service.latest(database.session(), state=state, most=most)
    show([_short(order) for order in found], as_json)


@orders.command("show")
@click.argument("number")
@JSON
@with_appcontext
def show_order(number: str, as_json: bool) -> None:
    """Show one order with its lines, attempts, payments, refunds, disputes and fulfilments."""
    db = database.session()
    order = service.find(db, number)
    facts = _short(order) | {
        "name": order.name, "address": order.address, "attention": order.attention,
        "lines": [{"sku": line.sku, "name": line.name, "quantity": line.quantity,
                   "total_minor": line.total_minor} for line in order.lines],
        **_money(db, order),
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return
    for name, value in facts.items():
        click.echo(f"{name:18} {value}")


@orders.command("packing-slip")
@click.argument("number")
@click.option(
    "--pdf",
    "file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="Where to write it.",
)
@with_appcontext
def packing_slip(number: str, file: Path) -> None:
    """Write the packing slip of all that is still to be sent of an order, as PDF."""
    db, shop = database.session(), web.shop()
    file.write_bytes(packing.slip_file(db, service.find(db, number), shop.hooks, shop.settings))
    click.echo(f"{file} is written.")


@group.group("events")
def events() -> None:
    """Look at what Stripe has told us."""


@events.command("list")
@MOST
@JSON
@with_appcontext
def list_events(most: int, as_json: bool) -> None:
    """List events and what became of them, newest first."""
    found = receipts.latest(database.session(), most=most)
    rows = [
        {"event": event.event_id, "type": event.type, "outcome": event.outcome,
         "tries": event.tries, "received_at": clock.written(event.received_at),
         "done_at": clock.written(event.done_at), "error": event.error}
        for event in found
    ]  # fmt: skip
    show(rows, as_json)


@group.group("outbox")
def outbox() -> None:
    """Look at what is to be done later."""


@outbox.command("list")
@click.option("--state", help="Only those in this state.")
@MOST
@JSON
@with_appcontext
def list_outbox(state: str | None, most: int, as_json: bool) -> None:
    """List what waits, was done or has failed, newest first."""
    newest = select(OutboxRow).order_by(OutboxRow.id.desc()).limit(most)
    wanted = newest.where(OutboxRow.state == state) if state else newest
    rows = [
        {"id": row.id, "kind": row.kind, "key": row.key, "state": row.state, "tries": row.tries,
         "run_at": clock.written(row.run_at), "done_at": clock.written(row.done_at), "error": row.error or ""}
        for row in database.session().scalars(wanted)
    ]  # fmt: skip
    show(rows, as_json)


def show(rows: Sequence[dict[str, Any]], as_json: bool) -> None:
    """Print rows as JSON, or as lines for people."""
    if as_json:
        click.echo(json.dumps(list(rows), indent=2))
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values() if value not in ("", None)))


def _short(order: Order) -> dict[str, Any]:
    return {
        "number": order.number, "state": order.state, "email": order.email,
        "total_minor": order.total_minor, "paid_minor": order.paid_minor,
        "refunded_minor": order.refunded_minor, "currency": order.currency,
        "placed_at": clock.written(order.placed_at), "paid_at": clock.written(order.paid_at),
    }  # fmt: skip


def _money(db: Session, order: Order) -> dict[str, Any]:
    attempts = db.scalars(select(PaymentAttempt).where(PaymentAttempt.order_id == order.id))
    payments = db.scalars(select(Payment).where(Payment.order_id == order.id))
    refunds = db.scalars(select(Refund).where(Refund.order_id == order.id))
    disputes = db.scalars(select(Dispute).where(Dispute.order_id == order.id))
    parcels = db.scalars(select(Fulfilment).where(Fulfilment.order_id == order.id))
    return {
        "attempts": [{"reference": one.reference, "state": one.state, "session": one.session_id,
                      "expires_at": clock.written(one.expires_at)} for one in attempts],
        "payments": [{"reference": one.reference, "amount_minor": one.amount_minor,
                      "currency": one.currency} for one in payments],
        "refunds": [{"reference": one.reference, "state": one.state, "stripe": one.stripe_id,
                     "amount_minor": one.amount_minor, "gift_minor": one.gift_minor,
                     "reason": one.reason, "by": one.by, "failure": one.failure} for one in refunds],
        "disputes": [{"stripe": one.stripe_id, "status": one.status,
                      "amount_minor": one.amount_minor, "due_at": clock.written(one.due_at)}
                     for one in disputes],
        "fulfilments": [{"state": one.state, "created_at": clock.written(one.created_at)}
                        for one in parcels],
    }  # fmt: skip
