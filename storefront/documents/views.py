"""Invoices and credit notes, open to whoever holds the key of their order."""

from flask import Response, request

from storefront import clock, database, web
from storefront.documents import pages, service
from storefront.documents.models import Document
from storefront.errors import Locked
from storefront.orders import opening
from storefront.orders import service as orders
from storefront.orders.models import Order

blueprint = web.blueprint("documents", __name__)
blueprint.after_request(web.without_referrer)


@blueprint.get("/orders/<number>/invoice")
def invoice_page(number: str) -> Response:
    """Show the invoice of an order."""
    return pages.document_page(*_found(number))


@blueprint.get("/orders/<number>/invoice.pdf")
def invoice_file(number: str) -> Response:
    """Give the invoice of an order as PDF."""
    return pages.document_file(_found(number)[1])


@blueprint.get("/orders/<number>/notes/<name>")
def note_page(number: str, name: str) -> Response:
    """Show a credit note or debit note of an order."""
    return pages.document_page(*_found(number, name))


@blueprint.get("/orders/<number>/notes/<name>.pdf")
def note_file(number: str, name: str) -> Response:
    """Give a credit note or debit note of an order as PDF."""
    return pages.document_file(_found(number, name)[1])


def _found(number: str, name: str = "") -> tuple[Order, Document]:
    """Find an order by its key, and a document of it.

    Raises:
        NotFound: there is none for this key.
        Locked: the order is old, and the visitor has not proven its address on this device.
    """
    db = database.session()
    order = orders.find_for_buyer(db, number, request.args.get("key", ""))
    days = web.settings().order_open_days
    if not opening.shows_all(order, web.visitor(), open_days=days, now=clock.now()):
        raise Locked("Ask for a code on the page of your order first.")
    return order, service.find(db, order, name)
