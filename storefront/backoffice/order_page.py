"""Everything about one order, as its page in the backoffice wants it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import web
from storefront.aftersales import carriers, pieces, shipments
from storefront.aftersales.models import Return, Withdrawal
from storefront.backoffice import desk, order_doings, wording
from storefront.cart.sums import Row
from storefront.documents import pages as documents
from storefront.orders import history
from storefront.orders import pages as order_rows
from storefront.orders import wording as words
from storefront.orders.models import Order, Shipment
from storefront.payments import disputes
from storefront.payments.models import Dispute, Payment, PaymentAttempt, Refund
from storefront.sent_log import SentLetter
from storefront.staff import roles

STATES = {
    "awaiting_payment": ("not paid yet", "busy"),
    "processing": ("bank at work", "busy"),
    "paid": ("paid", "ok"),
    "fulfilled": ("sent", "ok"),
    "expired": ("closed unpaid", "plain"),
    "cancelled": ("cancelled", "plain"),
    "needs_attention": ("needs a decision", "bad"),
}
FULFILMENTS = {"to_ship": ("to ship", "warn"), "partly_shipped": ("partly sent", "warn")}
TONES = {
    "succeeded": "ok", "paid": "ok", "failed": "bad", "requested": "warn", "received": "warn",
    "pending": "busy", "prepared": "busy", "created": "busy", "approved": "busy",
}  # fmt: skip


def badges(order: Order, fulfilment: str) -> list[tuple[str, str]]:
    """Give the states of an order as words with their tone."""
    found = [STATES[order.state]]
    if fulfilment in FULFILMENTS and order.state == "paid":
        found.append(FULFILMENTS[fulfilment])
    elif fulfilment in FULFILMENTS and order.state == "fulfilled":
        found.append(("an exchange to ship", "warn"))
    if order.refunded_minor:
        whole = order.refunded_minor >= order.paid_minor
        found.append(("refunded" if whole else "partly refunded", "plain"))
    if disputes.is_frozen(order):
        found.append(("disputed", "bad"))
    if order.dispute_state == "lost":
        found.append(("dispute lost", "bad"))
    return found


def facts(db: Session, order: Order) -> dict[str, Any]:
    """Give the context of an order's page; sums only to roles that see money."""
    role = desk.member().role
    fulfilment = shipments.fulfilment_of(db, order)
    return {
        "order": order,
        "badges": badges(order, fulfilment.state if fulfilment else ""),
        "doings": order_doings.possible(db, order, role),
        "buyer": _buyer(order),
        "lines": _lines(db, order),
        "parcels": [_parcel(parcel, order) for parcel in shipments.of(db, order)],
        "returns": [_return(one) for one in _of(db, Return, order)],
        "withdrawn": [one.number for one in _of(db, Withdrawal, order) if one.done_at is None],
        "history": [_event(event) for event in history.of(db, order)],
        "shows_money": roles.sees_money(role),
        **(_money_facts(db, order) if roles.sees_money(role) else {}),
    }


def _money_facts(db: Session, order: Order) -> dict[str, Any]:
    text = _writer(order)
    return {
        "sums": sums(order),
        "attempts": [
            [one.reference, _badge(one.state), one.session_id or "", wording.moment(one.created_at)]
            for one in _of(db, PaymentAttempt, order)
        ],
        "payments": [
            [one.reference, text(one.amount_minor), wording.moment(one.received_at),
             "surplus, given back" if one.is_surplus else ""]
            for one in _of(db, Payment, order)
        ],
        "refunds": [_refund(one, text) for one in _of(db, Refund, order)],
        "disputes": [
            [one.reason or one.status, _badge(one.status), text(one.amount_minor),
             wording.moment(one.due_at) if one.due_at else "no date"]
            for one in _of(db, Dispute, order)
        ],
        "documents": documents.links(db, order),
        "letters": [_letter(one) for one in _letters(db, order)],
    }  # fmt: skip


def sums(order: Order) -> list[Row]:
    """Write down how the total came about, what was paid, and what has gone back."""
    rows = order_rows.rows(order)
    gone = sum(row.label in order_rows.GONE for row in rows)
    paid = Row("Paid", web.money_text(order.paid_minor, order.currency))
    return [*rows[: len(rows) - gone], paid, *rows[len(rows) - gone :]]


def _writer(order: Order) -> Callable[[int], str]:
    return lambda minor: web.money_text(minor, order.currency)


def _buyer(order: Order) -> list[tuple[str, str]]:
    told = [
        ("Name", order.name),
        ("Address", ", ".join(words.destination(order))),
        ("E-mail", order.email),
        ("Delivery", order.shipping_method),
        ("Placed", wording.moment(order.placed_at)),
    ]
    if order.is_gift:
        told.append(("Gift", "yes: the packing slip shows no prices"))
    return told + ([("Gift note", order.gift_note)] if order.gift_note else [])


def _lines(db: Session, order: Order) -> list[dict[str, Any]]:
    where, text, locale = pieces.of(db, order), _writer(order), web.settings().locale
    return [
        {
            "id": line.id, "name": words.named(line, locale), "sku": line.sku, "where": where[line.id],
            "quantity": line.quantity, "unit": text(line.unit_price_minor),
            "discount": f"\N{MINUS SIGN}{text(line.discount_minor)}" if line.discount_minor else "",
            "total": text(line.total_minor), "for_routine": line.for_routine or "",
        }
        for line in order.lines
    ]  # fmt: skip


def _parcel(parcel: Shipment, order: Order) -> dict[str, Any]:
    names = {line.id: line.name for line in order.lines}
    return {
        "at": wording.moment(parcel.shipped_at), "carrier": carriers.label(parcel.carrier),
        "tracking": parcel.tracking, "url": carriers.tracking_url(parcel.carrier, parcel.tracking),
        "by": parcel.by,
        "lines": [
            f"{line.quantity} × {names[line.order_line_id]}" + (f", lot {line.lot}" if line.lot else "")
            for line in parcel.lines
        ],
    }  # fmt: skip


def _return(request: Return) -> dict[str, Any]:
    return {
        "number": request.number, "state": _badge(request.state),
        "asked": wording.moment(request.asked_at),
        "what": ", ".join(f"{line.quantity} × {line.order_line.name}" for line in request.lines),
        "is_withdrawal": request.is_withdrawal,
    }  # fmt: skip


def _refund(refund: Refund, text: Callable[[int], str]) -> list[Any]:
    what = ", ".join(f"{line.quantity} × {line.order_line.sku}" for line in refund.lines)
    return [
        wording.moment(refund.created_at), text(refund.amount_minor + refund.gift_minor),
        _badge(refund.state), refund.reason.replace("_", " "), what or "a sum",
        refund.failure or refund.note, refund.by,
    ]  # fmt: skip


def _event(event: Any) -> list[str]:
    return [wording.moment(event.at), event.text, event.by]


def _letter(letter: SentLetter) -> dict[str, Any]:
    return {"id": letter.id, "subject": letter.subject, "to": letter.to,
            "at": wording.moment(letter.sent_at), "can_resend": letter.payload is not None}  # fmt: skip


def _letters(db: Session, order: Order) -> Sequence[SentLetter]:
    mine = select(SentLetter).where(SentLetter.order_id == order.id).order_by(SentLetter.id)
    return db.scalars(mine).all()


def _of(db: Session, model: Any, order: Order) -> Sequence[Any]:
    mine = select(model).where(model.order_id == order.id).order_by(model.id)
    return list(db.scalars(mine))


def _badge(state: str) -> tuple[str, str]:
    return (state.replace("_", " "), TONES.get(state, "plain"))
