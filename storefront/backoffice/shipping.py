"""Send parcels from the backoffice: what goes into one, by whom, and its packing slip."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, web
from storefront.aftersales import addresses as order_addresses
from storefront.aftersales import carriers, packing, rules, shipments
from storefront.aftersales import pieces as goods
from storefront.backoffice import desk, pieces_form
from storefront.backoffice.pieces_form import Sent
from storefront.customers import addresses
from storefront.documents import pages as document_pages
from storefront.documents import typeset
from storefront.errors import Invalid
from storefront.orders import service
from storefront.orders import wording as words
from storefront.orders.models import Order

blueprint: Blueprint = desk.room("shipping", __name__)

ONE = "/backoffice/orders/<number>"
NAMES, PREFIXES = ("carrier", "tracking"), ("line", "lot")


@blueprint.get(f"{ONE}/ship")
def ship_page(number: str) -> Response:
    """Ask what goes into the parcel."""
    return _form(service.find(database.session(), number), request.args)


@blueprint.get(f"{ONE}/ship/check")
def check(number: str) -> Response:
    """Show what will happen."""
    db = database.session()
    order, sent = service.find(db, number), request.args
    try:
        rules.may_ship(order)
        tracking = carriers.checked(sent.get("carrier", ""), sent.get("tracking", ""))
        due = {line_id: one.to_send for line_id, one in goods.of(db, order).items()}
        chosen = goods.chosen(order, pieces_form.pieces(order, sent), due, "still to be sent")
    except Invalid as problem:
        return _form(order, sent, problem)
    lots = pieces_form.texts(order, sent, "lot")
    return desk.page(
        "backoffice/ship_check.html", order=order,
        what=[f"{text}{f', lot {lots[line.id]}' if line.id in lots else ''}"
              for line, text in zip(chosen, pieces_form.sentences(chosen), strict=True)],
        carrier=carriers.label(sent.get("carrier", "")), tracking=tracking,
        rest=sum(due.values()) - sum(chosen.values()),
        fields=pieces_form.kept(sent, NAMES, PREFIXES) | {"parcels": len(shipments.of(db, order))},
    )  # fmt: skip


@blueprint.post(f"{ONE}/ship")
def ship(number: str) -> AnyResponse:
    """Note that the parcel has left, and tell the buyer."""
    sent = request.form
    try:
        with database.transaction() as db:
            order = service.find(db, number)
            shipment = shipments.ship(
                db, order, pieces_form.pieces(order, sent), carrier=sent.get("carrier", ""),
                tracking=sent.get("tracking", ""), lots=pieces_form.texts(order, sent, "lot"),
                by=desk.who(), settings=web.settings(), parcels_seen=pieces_form.seen(sent, "parcels"),
            )  # fmt: skip
            desk.audit(db, "order.shipped", number, parcel=shipment.id)
    except Invalid as problem:
        return _form(service.find(database.session(), number), sent, problem)
    return _back(number, "The parcel is noted, and the buyer has a letter.")


@blueprint.get(f"{ONE}/address")
def address_page(number: str) -> Response:
    """Ask where the order shall go instead."""
    return _address_form(service.find(database.session(), number))


@blueprint.post(f"{ONE}/address")
def change_address(number: str) -> AnyResponse:
    """Write another address; the buyer has a letter about it."""
    try:
        with database.transaction() as db:
            order = service.find(db, number)
            told = {name: request.form.get(name, "") for name in addresses.PARTS}
            order_addresses.change(
                db, order, request.form.get("name", ""), told, by=desk.who(),
                settings=web.settings(),
            )  # fmt: skip
            desk.audit(db, "order.address", number)
    except Invalid as problem:
        return _address_form(service.find(database.session(), number), problem)
    return _back(number, "The address is changed, and the buyer has a letter.")


@blueprint.get(f"{ONE}/packing-slip")
def slip(number: str) -> Response:
    """Show what is to be packed, ready to print."""
    db = database.session()
    order = service.find(db, number)
    made = packing.slip(db, order, web.shop().hooks, web.settings())
    return desk.page(
        "backoffice/slip.html", order=order, slip=made, has_file=typeset.is_available()
    )


@blueprint.get(f"{ONE}/packing-slip.pdf")
def slip_file(number: str) -> Response:
    """Give the packing slip as PDF."""
    db = database.session()
    order = service.find(db, number)
    made = packing.slip_file(db, order, web.shop().hooks, web.settings())
    return document_pages.pdf_response(made, f"packing-slip-{order.number}")


def _form(order: Order, sent: Sent, problem: Invalid | None = None) -> Response:
    db = database.session()
    fields = problem.facts.get("fields") if problem else None
    return desk.page(
        "backoffice/ship.html", problem.status if problem else 200, order=order, problem=problem,
        wrong=fields or {}, carriers=list(carriers.CARRIERS.values()), sent=sent,
        lines=[_line(each, sent) for each in shipments.preview(db, order)],
    )  # fmt: skip


def _line(each: shipments.ToSend, sent: Sent) -> dict[str, Any]:
    key = str(each.line.id)
    return {
        "id": key, "name": words.named(each.line, web.settings().locale), "sku": each.line.sku, "to_send": each.to_send,
        "quantity": sent.get(f"line-{key}", str(each.to_send)), "lot": sent.get(f"lot-{key}", ""),
    }  # fmt: skip


def _address_form(order: Order, problem: Invalid | None = None) -> Response:
    fields = problem.facts.get("fields") if problem else None
    before = {"name": order.name, **order.address}
    return desk.page(
        "backoffice/address.html", problem.status if problem else 200, order=order, problem=problem,
        wrong=fields or {}, asked=addresses.fields(order.address["country"]),
        sent=request.form if problem else before, country=order.address["country"],
    )  # fmt: skip


def _back(number: str, notice: str) -> AnyResponse:
    return web.go(url_for("storefront_backoffice_orders.one", number=number), notice=notice)
