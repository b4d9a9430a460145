"""`orders ship`, `cancel`, `returns` and `return`: what is done to an order, seen before it is done."""

from collections.abc import Mapping

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from storefront import clock, database, web
from storefront.aftersales import cancel, return_close, returns, shipments, unpaid, withdrawal
from storefront.aftersales.carriers import CARRIERS
from storefront.aftersales.models import Return
from storefront.aftersales.returns import Received
from storefront.aftersales.states import CONDITIONS
from storefront.cli.orders import JSON, orders, show
from storefront.errors import Invalid
from storefront.money import Money
from storefront.orders import service
from storefront.orders.models import Order

LINE = click.option("--line", "lines", multiple=True, help="SKU=pieces; all unless told.")
YES = click.option("--yes", is_flag=True, help="Do it; without this it is only shown.")
BY = click.option("--by", default="operator", show_default=True, help="Who does it.")


@orders.command("ship")
@click.argument("number")
@LINE
@click.option("--carrier", type=click.Choice(sorted(CARRIERS)), default="other")
@click.option("--tracking", default="", help="The carrier's number.")
@click.option("--lot", "lots", multiple=True, help="SKU=lot.")
@BY
@with_appcontext
def ship_order(
    number: str, lines: tuple[str, ...], carrier: str, tracking: str, lots: tuple[str, ...],
    by: str,
) -> None:  # fmt: skip
    """Note that a parcel has left; all that is due unless lines are named."""
    with database.transaction() as db:
        order = service.find(db, number)
        due = {one.line.id: one.to_send for one in shipments.preview(db, order)}
        wanted = _pieces(order, lines) or due
        made = shipments.ship(
            db, order, wanted, carrier=carrier, tracking=tracking, lots=_by_line(order, lots),
            by=by, settings=web.settings(),
        )  # fmt: skip
        click.echo(f"Parcel {made.id} of order {number}, which is {order.state} now.")


@orders.command("cancel")
@click.argument("number")
@LINE
@YES
@BY
@with_appcontext
def cancel_order(number: str, lines: tuple[str, ...], yes: bool, by: str) -> None:
    """Cancel what was not sent, with its money; without --yes it is only shown."""
    order = service.find(database.session(), number)
    if order.state in unpaid.CLOSABLE:
        if yes:
            unpaid.cancel_unpaid(order.id, web.shop().gateway, web.settings(), by=by)
        click.echo("Cancelled." if yes else "The pay page would be closed; nothing is charged.")
        return
    order_id = order.id
    with database.transaction() as db:
        order = db.get_one(Order, order_id)
        wanted = _pieces(order, lines) or None
        if yes:
            seen = cancel.cancel(db, order, wanted, by=by, settings=web.settings())
        else:
            seen = cancel.preview(db, order, wanted)
        for line, quantity in seen.pieces.items():
            click.echo(f"{quantity} × {line.name}")
        back = seen.refund.total_minor if seen.refund else 0
        click.echo(f"{'Refunded' if yes else 'Would be refunded'}: {_text(back, order)}")


@orders.command("returns")
@click.option("--state", default="requested", show_default=True)
@JSON
@with_appcontext
def list_returns(state: str, as_json: bool) -> None:
    """List returns in a state, oldest first."""
    rows = [
        {"number": each.number, "order": each.order.number, "state": each.state,
         "asked_at": clock.written(each.asked_at),
         "lines": [f"{line.quantity} × {line.order_line.sku}: {line.reason}" for line in each.lines]}
        for each in returns.waiting(database.session(), state)
    ]  # fmt: skip
    show(rows, as_json)


@orders.command("return")
@click.argument("number")
@click.argument("step", type=click.Choice(["approve", "refuse", "receive", "close", "end"]))
@click.option("--answer", default="", help="What the buyer reads.")
@click.option("--condition", type=click.Choice(sorted(CONDITIONS)), default="as_new")
@YES
@BY
@with_appcontext
def step_return(
    number: str, step: str, answer: str, condition: str, yes: bool, by: str
) -> None:
    """Move a return on: approve, refuse, receive (all of it), close (refund), or end it."""
    settings = web.settings()
    with database.transaction() as db:
        request = returns.by_number(db, number)
        if step == "approve":
            returns.approve(db, request, by=by, settings=settings, answer=answer)
        elif step == "refuse":
            returns.refuse(db, request, by=by, settings=settings, answer=answer)
        elif step == "receive":
            came = {line.id: Received(line.quantity, condition) for line in request.lines}
            returns.receive(db, request, came, by=by, settings=settings)
        elif step == "end":
            returns.take_back(db, request, by=by, settings=settings)
        else:
            _close(db, request, by, yes=yes)
        click.echo(f"{request.number} is {request.state}.")


@orders.command("withdrawals")
@click.option("--open", "open_only", is_flag=True, help="Only those that wait for somebody.")
@click.option("--done", help="Note that this one has been dealt with.")
@BY
@JSON
@with_appcontext
def list_withdrawals(open_only: bool, done: str | None, by: str, as_json: bool) -> None:
    """List declared withdrawals, newest first."""
    if done:
        with database.transaction() as db:
            withdrawal.done(db, done, by=by)
    rows = [
        {"number": each.number, "order": each.order_number, "known": each.order_id is not None,
         "at": clock.written(each.at), "email": each.email, "words": each.words}
        for each in withdrawal.latest(database.session(), open_only=open_only)
    ]  # fmt: skip
    show(rows, as_json)


def _close(db: Session, request: Return, by: str, *, yes: bool) -> None:
    if yes:
        seen = return_close.close(db, request, by=by, settings=web.settings())
    else:
        seen = return_close.preview(db, request)
    back = seen.refund.total_minor if seen.refund else 0
    click.echo(f"{'Refunded' if yes else 'Would be refunded'}: {_text(back, request.order)}")


def _by_line(order: Order, texts: tuple[str, ...]) -> dict[int, str]:
    """Read SKU=value pairs as values by order line.

    Raises:
        Invalid: a pair is none, or there is no such line.
    """
    known = {line.sku: line.id for line in order.lines}
    found = {}
    for text in texts:
        sku, is_pair, value = text.partition("=")
        if not is_pair or sku not in known:
            raise Invalid(f"{text!r} is not SKU=value of a line of this order.")
        found[known[sku]] = value
    return found


def _pieces(order: Order, texts: tuple[str, ...]) -> Mapping[int, int]:
    pieces = _by_line(order, texts)
    if not all(value.isascii() and value.isdecimal() for value in pieces.values()):
        raise Invalid("Say how many pieces as a number.")
    return {line_id: int(value[:9]) for line_id, value in pieces.items()}


def _text(minor: int, order: Order) -> str:
    return Money(minor, order.currency).text(web.settings().locale)
