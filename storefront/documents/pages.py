"""The pages and files of invoices and credit notes, and the links that lead to them."""

from collections.abc import Sequence

from flask import Response, make_response
from sqlalchemy.orm import Session

from storefront import database, web
from storefront.documents import service, typeset
from storefront.documents.models import TITLES, Document
from storefront.documents.shown import shown
from storefront.list_page import Link
from storefront.orders.models import Order


def document_page(order: Order, document: Document) -> Response:
    """Show a document as a page that prints well, with links to the order's others."""
    return web.page(
        "storefront/document.html", paper=shown(document, web.settings()),
        others=[link for link in links(database.session(), order) if link.number != document.id],
        order_url=web.path_for("storefront_orders.order_page", number=order.number, key=order.key),
        pdf_url=_url(order, document, is_pdf=True) if typeset.is_available() else "",
    )  # fmt: skip


def document_file(document: Document) -> Response:
    """Give a document as PDF.

    Raises:
        NotFound: this shop writes no PDF.
    """
    made = typeset.pdf("invoice", shown(document, web.settings()), document.issued_at)
    return pdf_response(made, f"{document.name}.pdf")


def pdf_response(made: bytes, name: str) -> Response:
    """Answer with a PDF; `name` is what a browser saves it as."""
    response = make_response(made)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def links(db: Session, order: Order) -> Sequence[Link]:
    """Give the links to everything that was issued for an order."""
    return [
        Link(f"{TITLES[one.kind]} {one.name}", _url(order, one), number=one.id)
        for one in service.documents_of(db, order)
    ]


def _url(order: Order, document: Document, *, is_pdf: bool = False) -> str:
    tail = "_file" if is_pdf else "_page"
    values = {"number": order.number, "key": order.key}
    if document.kind == "invoice":
        return web.path_for(f"storefront_documents.invoice{tail}", **values)
    return web.path_for(f"storefront_documents.note{tail}", name=document.name, **values)
