"""Placing an order once for each Idempotency-Key, and telling what became of it."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.api.models import ApiRequest
from storefront.cart import problems
from storefront.checkout.service import StillOpen
from storefront.errors import Invalid, KeyReused, ShopError
from storefront.inserts import insert_once
from storefront.orders.models import Fulfilment, Order
from storefront.orders.states import PAYABLE_ATTEMPTS
from storefront.payments import attempts
from storefront.payments.models import PaymentAttempt

LONGEST_KEY = 200


def key_of(header: str | None) -> str:
    """Read an Idempotency-Key; empty when none was sent.

    Raises:
        Invalid: it is too long, or it is no text.
    """
    key = (header or "").strip()
    if len(key) > LONGEST_KEY or not key.isprintable():
        message = f"An Idempotency-Key has at most {LONGEST_KEY} characters."
        raise Invalid(message, fields={"Idempotency-Key": message})
    return key


def digest(body: BaseModel) -> str:
    """Hash what a body says, not how it is written."""
    return hashlib.sha256(json.dumps(body.model_dump(), sort_keys=True).encode()).hexdigest()


def answered(db: Session, key: str, body_sha256: str) -> dict[str, Any] | None:
    """Give the answer that this key and body got before, while its order can be paid or is.

    Raises:
        KeyReused: the key was used for another body.
    """
    request = db.get(ApiRequest, key) if key else None
    if request is None or not _same(request, body_sha256).answer:
        return None
    attempt = _attempt(db, str(request.order_number))
    return None if attempts.is_lapsed(attempt) else request.answer


def place_once(
    db: Session, key: str, body_sha256: str, place: Callable[[Session], PaymentAttempt]
) -> PaymentAttempt:
    """Place an order, or find the one that this key has placed; two at once wait in line.

    An order that was closed unpaid is forgotten: the key places another one.

    Raises:
        KeyReused: the key was used for another body.
        StillOpen: the order's time is over, and it is not closed yet.
        ShopError: what `place` raises; the key stays free then.
    """
    if not key:
        return place(db)
    insert_once(db, ApiRequest, key=key, body_sha256=body_sha256, created_at=clock.now())
    locked = select(ApiRequest).where(ApiRequest.key == key).with_for_update()
    found = db.scalars(locked.execution_options(populate_existing=True)).one()
    request = _same(found, body_sha256)
    earlier = _attempt(db, request.order_number) if request.order_number else None
    if earlier is not None and not attempts.is_lapsed(earlier):
        return earlier
    if earlier is not None and earlier.state in PAYABLE_ATTEMPTS:
        raise StillOpen(earlier.id)
    attempt = place(db)
    request.order_number, request.answer = attempt.order.number, None
    return attempt


def keep(db: Session, key: str, answer: dict[str, Any]) -> None:
    """Remember what a key was answered."""
    request = db.get(ApiRequest, key) if key else None
    if request is not None:
        request.answer = answer


def with_problems(error: ShopError) -> ShopError:
    """Add to a refusal what is wrong, as data, with what would mend it."""
    short, fields = error.facts.get("lines"), error.facts.get("fields")
    found = problems.of_sold_out(short) if isinstance(short, list) else []
    if isinstance(fields, dict):
        found += [
            problems.no_delivery(str(fields[name]))
            for name in ("country", "shipping") if name in fields
        ]  # fmt: skip
        found += [problems.code_refused("", str(fields["code"]))] if "code" in fields else []
    if found:
        error.facts["problems"] = problems.told(found)
    return error


def fulfilments(db: Session, order: Order) -> list[Fulfilment]:
    """Give what leaves the house for an order."""
    mine = select(Fulfilment).where(Fulfilment.order_id == order.id).order_by(Fulfilment.id)
    return list(db.scalars(mine))


def _same(request: ApiRequest, body_sha256: str) -> ApiRequest:
    if request.body_sha256 != body_sha256:
        raise KeyReused
    return request


def _attempt(db: Session, number: str) -> PaymentAttempt:
    of_order = select(PaymentAttempt).join(PaymentAttempt.order).where(Order.number == number)
    return db.scalars(of_order.order_by(PaymentAttempt.id.desc()).limit(1)).one()
