"""`letters`: what was sent, and sending it once more."""

import click
from flask.cli import with_appcontext

from storefront import clock, database, mail, sent_log
from storefront.cli.group import group
from storefront.cli.orders import JSON, MOST, show
from storefront.orders import service as orders


@group.group("letters")
def letters() -> None:
    """Look at what was sent."""


@letters.command("list")
@click.option("--to", default="", help="Only those to this address.")
@click.option("--order", "number", default="", help="Only those about this order.")
@MOST
@JSON
@with_appcontext
def list_letters(to: str, number: str, most: int, as_json: bool) -> None:
    """List letters that were handed over, newest first."""
    db = database.session()
    order_id = orders.find(db, number).id if number else None
    found = sent_log.latest(db, to=to.casefold(), order_id=order_id, most=most)
    rows = [
        {"id": one.id, "letter": one.letter, "to": one.to, "subject": one.subject,
         "sent_at": clock.written(one.sent_at), "tries": one.tries, "kept": one.payload is not None}
        for one in found
    ]  # fmt: skip
    show(rows, as_json)


@letters.command("resend")
@click.argument("letter_id", type=int)
@with_appcontext
def resend_letter(letter_id: int) -> None:
    """Send a letter once more: the same content under another Message-ID."""
    with database.transaction() as db:
        mail.resend(db, letter_id)
    click.echo("It is in the outbox.")
