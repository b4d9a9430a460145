"""What is written about a return: to the shop when it is asked for, to the buyer at each step."""

from typing import Any

from sqlalchemy.orm import Session

from storefront import mail
from storefront.aftersales import letters
from storefront.aftersales.models import Return
from storefront.aftersales.states import REASONS
from storefront.catalog.models import Variant
from storefront.payments.refunds import Preview
from storefront.settings import Settings


def asked(db: Session, request: Return, settings: Settings) -> None:
    """Tell the shop what a buyer wants to send back, and why."""
    context = _facts(db, request, settings) | {"email": request.order.email}
    mail.write(
        db, "return_asked", settings.support_email, request.number, context,
        order_id=request.order_id,
    )  # fmt: skip


def approved(db: Session, request: Return, settings: Settings) -> None:
    """Tell the buyer where to send it and what to put in."""
    _write(db, "return_approved", request, _facts(db, request, settings))


def refused(db: Session, request: Return, settings: Settings) -> None:
    """Tell the buyer why not."""
    _write(db, "return_refused", request, _facts(db, request, settings))


def received(db: Session, request: Return, settings: Settings) -> None:
    """Tell the buyer that it has come and what is looked at now."""
    _write(db, "return_received", request, _facts(db, request, settings))


def closed(
    db: Session, request: Return, refund: Preview | None, instead: letters.Rows, settings: Settings
) -> None:  # fmt: skip
    """Tell the buyer what goes back to them: money, or what they wanted instead."""
    order = request.order
    minor = refund.total_minor if refund else 0
    context = _facts(db, request, settings) | {
        "back": letters.text(minor, order, settings) if minor else "",
        "instead": letters.named(instead),
    }
    _write(db, "return_closed", request, context)


def _write(db: Session, letter: str, request: Return, context: dict[str, Any]) -> None:
    letters.write(db, letter, request.order, request.number, context)


def _facts(db: Session, request: Return, settings: Settings) -> dict[str, Any]:
    lines = [
        {"name": line.order_line.name, "quantity": line.quantity, "received": line.received,
         "reason": REASONS[line.reason], "wanted": _wanted_name(db, line.wanted_variant_id)}
        for line in request.lines
    ]  # fmt: skip
    return letters.facts(request.order, settings) | {
        "return_number": request.number, "lines": lines, "note": request.note,
        "answer": request.answer, "is_withdrawal": request.is_withdrawal,
        "return_address": settings.return_address,
    }  # fmt: skip


def _wanted_name(db: Session, variant_id: int | None) -> str:
    variant = db.get(Variant, variant_id) if variant_id else None
    return f"{variant.product.name}, {variant.name}" if variant else ""
