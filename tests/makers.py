"""Makers with defaults that name only what matters, and the fakes that stand for the outside."""

import json
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from storefront import clock, tokens
from storefront.catalog.models import Component, KitItem, Product, Variant, VariantComponent
from storefront.errors import BadSignature
from storefront.orders.models import Order
from storefront.payments.gateway import (
    GatewayRefused,
    GatewayUnavailable,
    Hint,
    NoSuchSession,
    PaymentFacts,
    PayPage,
)
from storefront.payments.models import PaymentAttempt
from storefront.stock.models import StockLevel, StockMove

both = pytest.mark.parametrize("backend", ["sqlite", "postgresql"], indirect=True)


def postgres_url() -> str | None:
    """Give the address of a PostgreSQL for tests, or None."""
    return os.environ.get("TEST_DATABASE_URL")


def make_component(db: Session, slug: str, name: str | None = None) -> Component:
    found = db.get(Component, slug)
    if found is None:
        found = Component(slug=slug, name=name or slug.replace("-", " ").capitalize())
        db.add(found)
        db.flush()
    return found


def make_product(
    db: Session,
    slug: str = "mini-foam-roller",
    *,
    sku: str = "ROLL-MINI-M",
    price_minor: int = 2400,
    stock: int | None = 10,
    components: tuple[str, ...] = (),
    **fields,
) -> Variant:
    """Make a product with one variant and its stock, and give the variant."""
    product = Product(
        slug=slug, name=fields.pop("name", slug.replace("-", " ").capitalize()),
        pictures=["product-roller"], **fields,
    )  # fmt: skip
    variant = Variant(
        sku=sku, name="Medium", price_minor=price_minor, weight_grams=400, options={}
    )
    product.variants.append(variant)
    for component in components:
        make_component(db, component)
        variant.components.append(VariantComponent(component_slug=component, quantity=1))
    db.add(product)
    db.flush()
    if stock is not None:
        set_stock(db, variant, stock)
    return variant


def set_stock(db: Session, variant: Variant, pieces: int) -> None:
    db.add(StockLevel(variant_id=variant.id, on_hand=pieces, held=0))
    if pieces:
        db.add(
            StockMove(
                variant_id=variant.id, quantity=pieces, reason="received", moved_at=clock.now()
            )
        )
    db.flush()


def make_kit(db: Session, parts: dict[Variant, int], *, sku: str = "KIT", **fields) -> Variant:
    """Make a kit of other variants; it has no shelf of its own."""
    kit = make_product(db, sku.lower(), sku=sku, stock=None, **fields)
    kit.kit_items = [KitItem(item_id=part.id, quantity=n) for part, n in parts.items()]
    db.flush()
    return kit


def make_order(db: Session, *, total_minor: int = 2790, shipping_minor: int = 390, **fields):
    """Make an order without lines, waiting for its payment."""
    order = Order(
        number=tokens.number(), key=tokens.key(), email="ana@example.org", name="Ana",
        address={"line1": "Way 1", "city": "Berlin", "postal_code": "10115", "country": "DE"},
        shipping_method="standard", currency="EUR", subtotal_minor=total_minor - shipping_minor,
        shipping_minor=shipping_minor, tax_minor=0, total_minor=total_minor,
        terms_version="2026-11", placed_at=clock.now(),
    )  # fmt: skip
    for name, value in fields.items():
        setattr(order, name, value)
    db.add(order)
    db.flush()
    return order


def make_attempt(db: Session, order: Order | None = None, **fields) -> PaymentAttempt:
    """Make a payment attempt that has not reached Stripe yet."""
    now = clock.now()
    attempt = PaymentAttempt(
        order=order or make_order(db), reference=tokens.key(), idempotency_key=tokens.key(),
        request={"success_url": "http://localhost/orders/x?key=y"}, created_at=now,
        expires_at=now + timedelta(minutes=40),
    )  # fmt: skip
    for name, value in fields.items():
        setattr(attempt, name, value)
    db.add(attempt)
    db.flush()
    return attempt


class PretendGateway:
    """A Stripe in memory: sessions by id, each opened once for each key."""

    def __init__(self) -> None:
        self.sessions: dict[str, PaymentFacts] = {}
        self.requests: list[tuple[dict, str]] = []
        self.is_silent = False
        self.refuses = False
        self.reads = 0

    def start_checkout(self, request, idempotency_key) -> PayPage:
        self.requests.append((dict(request), idempotency_key))
        self._answer()
        if self.refuses:
            raise GatewayRefused
        session_id = f"cs_test_{idempotency_key}"
        self.sessions.setdefault(session_id, self.facts_of(request, session_id))
        return PayPage(session_id, f"http://127.0.0.1:8001/pay/{session_id}")

    def facts_of(self, request, session_id: str) -> PaymentFacts:
        goods = sum(
            item["quantity"] * item["price_data"]["unit_amount"]
            for item in request["line_items"]
        )
        rates = [option["shipping_rate_data"] for option in request["shipping_options"]]
        freight = sum(rate["fixed_amount"]["amount"] for rate in rates)
        return PaymentFacts(
            session_id=session_id, reference=request["client_reference_id"], status="open",
            payment_status="unpaid", payment_reference=session_id, amount_minor=goods + freight,
            subtotal_minor=goods, currency="EUR", livemode=False, url="http://pay/" + session_id,
        )  # fmt: skip

    def change(self, session_id: str, **facts) -> None:
        self.sessions[session_id] = replace(self.sessions[session_id], **facts)

    def pay(self, session_id: str, **facts) -> None:
        """Let the buyer pay; other facts than the right ones may be told."""
        paid = {"status": "complete", "payment_status": "paid"}
        self.change(session_id, **paid, payment_reference=f"pi_{session_id}", **facts)

    def read_session(self, session_id) -> PaymentFacts:
        self.reads += 1
        self._answer()
        if session_id not in self.sessions:
            raise NoSuchSession
        return self.sessions[session_id]

    def find_session(self, reference, since, until) -> PaymentFacts | None:
        del since, until
        self._answer()
        found = (facts for facts in self.sessions.values() if facts.reference == reference)
        return next(found, None)

    def expire_session(self, session_id) -> PaymentFacts:
        self._answer()
        if session_id not in self.sessions:
            raise NoSuchSession
        if self.sessions[session_id].status == "open":
            self.change(session_id, status="expired")
        return self.sessions[session_id]

    def parse_webhook(self, body, signature) -> Hint:
        if signature != "signed":
            raise BadSignature
        return Hint(**json.loads(body))

    def _answer(self) -> None:
        if self.is_silent:
            raise GatewayUnavailable


BUYER = {
    "email": "ana@example.org", "name": "Ana Example", "line1": "Way 1", "postal_code": "10115",
    "city": "Berlin", "country": "DE", "shipping": "standard", "terms": "y",
}  # fmt: skip


def check_out(client, **fields):
    """Send the checkout form as a buyer would; None leaves a field out."""
    form = {name: value for name, value in (BUYER | fields).items() if value is not None}
    return client.post("/checkout", data=form)
