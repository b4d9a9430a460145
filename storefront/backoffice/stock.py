"""Stock in the backoffice: what lies where, what moved, and how somebody says that it changed."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, guards, web
from storefront.backoffice import asked, desk, fields, goods, stock_list, wording
from storefront.backoffice.fields import Field
from storefront.backoffice.stock_list import SHOWN, Shelf
from storefront.backoffice.typed import Typed
from storefront.catalog.models import Variant
from storefront.errors import Invalid, NotFound
from storefront.list_page import pages
from storefront.staff import roles
from storefront.stock import booking, levels
from storefront.stock.booking import Booking

blueprint: Blueprint = desk.room("stock", __name__)

LIST = "/backoffice/stock"
ONE = f"{LIST}/<int(max=2147483647):variant_id>"
EACH = 50
HAPPENED = (
    ("received", "Pieces have come"), ("counted", "I have counted what lies here"),
    ("damaged", "Pieces are damaged"), ("lost", "Pieces are lost"),
)  # fmt: skip
FIELDS = (
    Field("kind", "What happened", "select", options=HAPPENED),
    Field("pieces", "Pieces", "number", hint="All that lie here if you have counted, else how many came or left."),
    Field("note", "Note", hint="For the ledger. Damaged and lost pieces need one.", most=200, optional=True),
)  # fmt: skip


@blueprint.get(LIST)
def page() -> Response:
    """List shelves with what is free."""
    db, number = database.session(), guards.page_number(request)
    show, words, low = asked.text("state"), asked.text("words"), goods.low()
    total = stock_list.count(db, show, words, low)
    found = stock_list.found(db, show, words, low, skip=(number - 1) * EACH, most=EACH)
    return desk.page(
        "backoffice/stock.html", shelves=[_row(each) for each in found], fields=_filters(),
        is_narrowed=bool(show or words),
        pages=pages(_at, number=number, last=max(1, -(-total // EACH)), shown=len(found), total=total),
    )  # fmt: skip


@blueprint.get(ONE)
def one(variant_id: int) -> Response:
    """Show a shelf, for whom pieces are held, and its ledger."""
    return _page(variant_id, {})


@blueprint.post(ONE)
def book(variant_id: int) -> AnyResponse:
    """Write down what came, was counted, is damaged or lost."""
    form = Typed(request.form)
    try:
        wanted = _booking(form)
        with database.transaction() as db:
            variant = _variant(db, variant_id)
            booking.book(db, variant.id, wanted, few=goods.low())
            desk.audit(
                db, f"stock.{wanted.kind}", variant.sku, pieces=wanted.pieces, note=wanted.note
            )
    except Invalid as problem:
        return _page(variant_id, request.form.to_dict(), problem)
    return web.go(url_for(".one", variant_id=variant_id), notice="It stands in the ledger.")


def _booking(form: Typed) -> Booking:
    pieces = form.whole("pieces", most=booking.MOST_PIECES)
    form.needs("pieces", pieces, "Enter how many.")
    turn = guards.whole(form.text("turn"), least=0, most=2**31 - 1)
    form.check()
    if turn is None:
        raise Invalid(booking.CHANGED)
    return Booking(form.text("kind"), pieces or 0, form.text("note"), turn)


def _variant(db: Session, variant_id: int) -> Variant:
    variant = db.get(Variant, variant_id, options=[joinedload(Variant.product)])
    if variant is None:
        raise NotFound
    return variant


def _page(variant_id: int, sent: dict[str, str], problem: Invalid | None = None) -> Response:
    db, number = database.session(), guards.page_number(request)
    variant, total = _variant(db, variant_id), stock_list.count_moves(db, variant_id)
    moved = stock_list.moves(db, variant_id, skip=(number - 1) * EACH, most=EACH)
    wrong = problem.fields if problem else {}
    level = levels.read(db, [variant_id]).get(variant_id, stock_list.EMPTY)
    shelf = Shelf(variant, level, levels.bands(db, [variant_id], few=goods.low())[variant_id])
    parts = levels.opened_kits(db, [variant_id])[variant_id]
    return desk.page(
        "backoffice/shelf.html", problem.status if problem else 200, shelf=_row(shelf),
        problem=problem, wrong=wrong, fields=fields.filled(FIELDS, sent, wrong),
        turn=booking.turn(db, variant_id), is_kit=parts != {variant_id: 1},
        moves=[_move(*each) for each in moved],
        held=[(each.order, each.quantity, wording.moment(each.until)) for each in stock_list.held(db, variant_id)],
        may_see_orders=roles.may(desk.member().role, "orders.one"),
        variant_url=_variant_url(variant),
        pages=pages(
            lambda n: url_for(".one", variant_id=variant_id, page=n), number=number,
            last=max(1, -(-total // EACH)), shown=len(moved), total=total,
        ),
    )  # fmt: skip


def _variant_url(variant: Variant) -> str:
    if not roles.may(desk.member().role, "variants.one"):
        return ""
    name = "storefront_backoffice_variants.one"
    return url_for(name, product_id=variant.product_id, variant_id=variant.id)


def _row(shelf: Shelf) -> dict[str, Any]:
    variant, level = shelf.variant, shelf.level
    badges = [goods.BANDS[shelf.band]]
    if variant.is_blocked:
        badges = [("Blocked", "bad")]
    return {
        "id": variant.id, "name": goods.name(variant), "sku": variant.sku, "badges": badges,
        "on_hand": level.on_hand, "held": level.held, "ready": level.ready, "presold": level.presold,
        "free": max(0, level.free), "url": url_for(".one", variant_id=variant.id),
        "ships_from": level.ships_from.isoformat() if level.ships_from else "",
        "blocked": variant.blocked_reason,
    }  # fmt: skip


def _move(move: Any, order: str | None) -> tuple[str, str, str, str, str]:
    reason = move.reason.replace("_", " ")
    return wording.moment(move.moved_at), f"{move.quantity:+d}", reason, order or "", move.note


def _filters() -> list[dict[str, Any]]:
    chosen = asked.text("state")
    options = [
        {"value": v, "label": text, "selected": v == chosen} for v, text in SHOWN.items()
    ]
    return [
        {"name": "words", "label": "Name or SKU", "value": asked.text("words")},
        {"name": "state", "label": "Shelf", "options": options},
    ]


def _at(number: int) -> str:
    kept: dict[str, Any] = {n: asked.text(n) for n in ("state", "words") if asked.text(n)}
    return url_for(".page", page=number, **kept)
