"""What a packing slip shows: the goods of a parcel by routine, their lots, and where to begin with each."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import segno
from sqlalchemy.orm import Session

from storefront.documents.facts import day
from storefront.documents.shown import address_lines, day_text
from storefront.hooks import FirstSession, PackedGoods, PackingNote
from storefront.money import Money
from storefront.orders.models import Order, OrderLine
from storefront.plugins import Hooks
from storefront.settings import Settings

OTHER = "Also in this parcel"


@dataclass(frozen=True)
class Packed:
    """Pieces of an order line in a parcel; a lot that is empty is written in by hand."""

    line: OrderLine
    quantity: int
    lot: str = ""


def contents(
    db: Session, order: Order, parcel: Sequence[Packed], hooks: Hooks, settings: Settings
) -> dict[str, Any]:
    """Write a packing slip in words, as its page and its PDF show it.

    A gift's slip has no prices.
    """
    goods = [
        PackedGoods(one.line.sku, tuple(one.line.components), one.line.for_routine)
        for one in parcel
    ]
    told = {(note.sku, note.for_routine): note for note in hooks.packing_notes(db, goods)}
    rows = [_row(one, told, order, settings) for one in parcel]
    named = list(dict.fromkeys(row["group"] for row in rows if row["group"]))
    has_prices = not order.is_gift
    return {
        "lang": settings.locale.replace("_", "-").split("-")[0],
        "shop": settings.shop_name, "title": f"Packing slip {order.number}",
        "order": order.number, "ordered_on": day_text(day(order.placed_at, settings), settings),
        "to": [order.name, *address_lines(order.address)],
        "gift_note": order.gift_note, "has_prices": has_prices,
        "heads": ["Article", "Pieces", "Lot", *(["Each"] if has_prices else [])],
        "groups": [
            {"title": title or (OTHER if named else ""), "rows": [row for row in rows if row["group"] == title]}
            for title in [*named, ""]
            if any(row["group"] == title for row in rows)
        ],
        "sessions": _sessions(told.values(), settings),
        "help": settings.support_email,
    }  # fmt: skip


def code(address: str) -> str:
    """Draw an address as a QR code, in SVG."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", scale=3, border=2, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode()


def _row(
    one: Packed,
    told: Mapping[tuple[str, str | None], PackingNote],
    order: Order,
    settings: Settings,
) -> dict[str, str]:
    note = told.get((one.line.sku, one.line.for_routine))
    each = Money(one.line.unit_price_minor, order.currency).text(settings.locale)
    return {
        "name": one.line.name, "sku": one.line.sku, "quantity": str(one.quantity), "lot": one.lot,
        "each": "" if order.is_gift else each, "group": note.group if note else "",
    }  # fmt: skip


def _sessions(notes: Any, settings: Settings) -> list[dict[str, str]]:
    found: dict[FirstSession, None] = {}
    for note in notes:
        found |= dict.fromkeys(note.first_sessions)
    base = settings.origin + settings.url_prefix
    return [
        {"title": one.title, "url": base + one.url, "code": code(base + one.url)}
        for one in found
    ]
