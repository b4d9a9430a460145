"""Placing an order once for each Idempotency-Key, and telling what became of it."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storefront import clock
from storefront.api.models import ApiRequest
from storefront.errors import Invalid, KeyReused
from storefront.orders.models import Fulfilment, Order
from storefront.payments.models import PaymentAttempt

LONGEST_KEY = 200
INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


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
    """Give the answer that this key and body got before.

    Raises:
        KeyReused: the key was used for another body.
    """
    request = db.get(ApiRequest, key) if key else None
    return _same(request, body_sha256).answer if request else None


def place_once(
    db: Session, key: str, body_sha256: str, place: Callable[[Session], PaymentAttempt]
) -> PaymentAttempt:
    """Place an order, or find the one that this key has placed; two at once wait in line.

    Raises:
        KeyReused: the key was used for another body.
        ShopError: what `place` raises; the key stays free then.
    """
    if not key:
        return place(db)
    insert = INSERTS[db.get_bind().dialect.name]
    values = {"key": key, "body_sha256": body_sha256, "created_at": clock.now()}
    db.execute(insert(ApiRequest).values(values).on_conflict_do_nothing())
    locked = select(ApiRequest).where(ApiRequest.key == key).with_for_update()
    found = db.scalars(locked.execution_options(populate_existing=True)).one()
    request = _same(found, body_sha256)
    if request.order_number:
        return _attempt(db, request.order_number)
    attempt = place(db)
    request.order_number = attempt.order.number
    return attempt


def keep(db: Session, key: str, answer: dict[str, Any]) -> None:
    """Remember what a key was answered."""
    request = db.get(ApiRequest, key) if key else None
    if request is not None:
        request.answer = answer


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
