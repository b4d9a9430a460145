"""Makers with defaults that name only what matters, and the fakes that stand for the outside."""

import json
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, cookies, database, tokens
from storefront.catalog.models import Component, KitItem, Product, Variant, VariantComponent
from storefront.customers import sessions
from storefront.customers.service import mark_verified
from storefront.errors import BadSignature
from storefront.newsletter.models import Subscriber, Subscription
from storefront.orders.models import Order
from storefront.outbox import OutboxRow
from storefront.ownership import service as ownership
from storefront.payments import settle
from storefront.payments.gateway import (
    DisputeFacts,
    GatewayRefused,
    GatewayUnavailable,
    Hint,
    NoSuchSession,
    PaymentFacts,
    PayPage,
    RefundFacts,
)
from storefront.payments.models import PaymentAttempt
from storefront.payments.subscription_gateway import SubscriptionFacts
from storefront.pricing.models import Promotion, PromotionCode
from storefront.settings import Settings
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


def note_owner(db: Session, order: Order, at=None) -> None:
    """Write down who owns what an order gives, as settling it does."""
    db.flush()
    ownership.sync_order(db, order, Settings(), at or clock.now())


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


def make_reader(
    db: Session, email: str = "ana@example.org", *lists: str, state: str = "confirmed"
) -> Subscriber:
    """Make a reader of lists; of the two-weekly letter when none is named."""
    now = clock.now()
    reader = Subscriber(email=email, state=state, locale="en_IE", confirmed_at=now)
    db.add(reader)
    db.flush()
    for slug in lists or ("letter",):
        db.add(Subscription(subscriber_id=reader.id, list_slug=slug, confirmed_at=now))
    db.flush()
    return reader


PAY_PAGE = "http://127.0.0.1:8001/pay/"


class PretendGateway:
    """A Stripe in memory: sessions by id, each opened once for each key."""

    def __init__(self) -> None:
        self.sessions: dict[str, PaymentFacts] = {}
        self.requests: list[tuple[dict, str]] = []
        self.refunds: dict[str, RefundFacts] = {}  # by their keys
        self.disputes: dict[str, DisputeFacts] = {}
        self.subscriptions: dict[str, SubscriptionFacts] = {}
        self.warnings: dict[str, str] = {}  # early fraud warnings to their payments
        self.told: list[Hint] = []  # every event, oldest first
        self.clock_offset_seconds: float | None = None
        self.refund_status = "succeeded"  # of the refunds to come
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
        return PayPage(session_id, PAY_PAGE + session_id)

    def facts_of(self, request, session_id: str) -> PaymentFacts:
        goods = sum(
            item["quantity"] * item["price_data"]["unit_amount"]
            for item in request["line_items"]
        )
        rates = [option["shipping_rate_data"] for option in request["shipping_options"]]
        freight = sum(rate["fixed_amount"]["amount"] for rate in rates)
        return PaymentFacts(
            session_id=session_id, reference=request["client_reference_id"], status="open",
            payment_status="unpaid", payment_reference=session_id,
            amount_minor=goods - request.get("coupon", {}).get("amount_off", 0) + freight,
            subtotal_minor=goods, currency="EUR", livemode=False, url=PAY_PAGE + session_id,
        )  # fmt: skip

    def change(self, session_id: str, **facts) -> None:
        self.sessions[session_id] = replace(self.sessions[session_id], **facts)

    def pay(self, session_id: str, **facts) -> None:
        """Let the buyer pay; other facts than the right ones may be told."""
        paid = {"status": "complete", "payment_status": "paid"}
        self.change(session_id, **paid, payment_reference=f"pi_{session_id}", **facts)

    def read_subscription(self, subscription_id) -> SubscriptionFacts:
        self._answer()
        if subscription_id not in self.subscriptions:
            raise NoSuchSession
        return self.subscriptions[subscription_id]

    def invoice_of_payment(self, payment_reference) -> None:
        self._answer()

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

    def refund(self, request, idempotency_key) -> RefundFacts:
        """Give back what is left of a payment at most, once for each key."""
        self._answer()
        paid = self._paid(request["payment_intent"])
        back = sum(one.amount_minor for one in self.list_refunds(request["payment_intent"])
                   if one.status not in ("failed", "canceled"))  # fmt: skip
        if idempotency_key not in self.refunds:
            if back + request["amount"] > paid.amount_minor:
                raise GatewayRefused(
                    "Refund amount is greater than unrefunded amount on charge"
                )
            self.refunds[idempotency_key] = RefundFacts(
                stripe_id=f"re_{len(self.refunds) + 1}", amount_minor=request["amount"],
                payment_reference=request["payment_intent"], currency=paid.currency,
                reference=request["metadata"].get("refund", ""), status=self.refund_status,
            )  # fmt: skip
        return self.refunds[idempotency_key]

    def list_refunds(self, payment_reference) -> list[RefundFacts]:
        self._answer()
        self._paid(payment_reference)
        return [r for r in self.refunds.values() if r.payment_reference == payment_reference]

    def payment_of(self, kind, object_id) -> str:
        self._answer()
        if kind == "warning":
            known = self.warnings
        elif kind == "charge":  # the charge of pi_1 is called ch_pi_1 here
            known = {object_id: object_id.removeprefix("ch_")}
        else:
            known = {one.stripe_id: one.payment_reference for one in self.refunds.values()}
        if object_id not in known:
            raise GatewayRefused(object_id)
        return known[object_id]

    def read_dispute(self, dispute_id) -> DisputeFacts:
        self._answer()
        if dispute_id not in self.disputes:
            raise GatewayRefused(dispute_id)
        return self.disputes[dispute_id]

    def dispute(self, payment_reference: str, **facts) -> str:
        """Let the bank dispute a payment, or change its mind; give the dispute's name."""
        name = f"dp_{payment_reference}"
        paid = self._paid(payment_reference)
        first = DisputeFacts(
            name, payment_reference, paid.amount_minor, paid.currency, "needs_response",
            "fraudulent", clock.now() + timedelta(days=7),
        )  # fmt: skip
        self.disputes[name] = replace(self.disputes.get(name, first), **facts)
        return name

    def events_since(self, types, since) -> list[Hint]:
        del since
        assert len(types) <= 20
        self._answer()
        return [hint for hint in self.told if hint.type in types]

    def change_refund(self, stripe_id: str, **facts) -> None:
        """Let the bank do something with a refund, such as losing it."""
        for key, one in self.refunds.items():
            if one.stripe_id == stripe_id:
                self.refunds[key] = replace(one, **facts)

    def _paid(self, payment_reference: str) -> PaymentFacts:
        for facts in self.sessions.values():
            if facts.payment_status == "paid" and facts.payment_reference == payment_reference:
                return facts
        raise NoSuchSession(payment_reference)

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


def buy(app, client, db, gateway, **pieces) -> Order:
    """Buy pieces by SKU (`ROLL_MINI_M=2`) and pay; give the order."""
    known = set(gateway.sessions)
    for sku, quantity in pieces.items():
        client.post("/cart/lines", data={"sku": sku.replace("_", "-"), "quantity": quantity})
    check_out(client)
    [session_id] = set(gateway.sessions) - known
    gateway.pay(session_id)
    attempt = db.scalars(
        select(PaymentAttempt).where(PaymentAttempt.session_id == session_id)
    ).one()
    settle.settle(attempt.id, gateway, app.extensions["storefront"].settings)
    db.rollback()
    return db.get_one(Order, attempt.order_id, populate_existing=True)


def letters_written(db, name: str) -> list[dict]:
    """Give what is in the outbox of one letter, oldest first."""
    db.rollback()
    rows = db.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id))
    return [row.payload for row in rows if row.payload["letter"] == name]


def make_promotion(db: Session, **fields) -> Promotion:
    """Make an offer that applies by itself: a percentage, unless told."""
    promotion = Promotion(
        name=fields.pop("name", "Offer"), kind=fields.pop("kind", "percent"),
        created_at=clock.now(), **fields,
    )  # fmt: skip
    db.add(promotion)
    db.flush()
    return promotion


def make_code(
    db: Session, code: str, *, promotion: Promotion | None = None,
    limit_total: int | None = None, limit_each: int | None = None, **fields,
) -> PromotionCode:  # fmt: skip
    """Make an offer that needs a code, and the code."""
    found = promotion or make_promotion(db, needs_code=True, **fields)
    made = PromotionCode(
        promotion=found, code=code, limit_total=limit_total, limit_each=limit_each
    )
    db.add(made)
    db.flush()
    return made


def proven(client, email: str = "ana@example.org", *, way: str = "code") -> None:
    """Take a client as a device on which an address was proven."""
    app = client.application
    with app.app_context(), database.transaction() as db:
        key = sessions.begin(
            db, email, way=way, client="127.0.0.1", agent="", now=clock.now(),
            settings=app.extensions["storefront"].settings,
        )  # fmt: skip
    give_pass(client, cookies.PASS, {"key": key})


def waited(client, email: str = "ana@example.org") -> None:
    """Take a client as a device that waited while its letter was confirmed elsewhere."""
    with client.application.app_context(), database.transaction() as db:
        mark_verified(db, email, clock.now())
    give_pass(client, cookies.OPENED, {"email": email, "at": clock.now().isoformat()})


def passes_of(client) -> dict[str, str]:
    """Give the header by which a client says whose device it is."""
    sent = [client.get_cookie(name) for name in (cookies.PASS, cookies.OPENED)]
    pairs = "; ".join(f"{one.key}={one.value}" for one in sent if one)
    return {"Cookie": pairs} if pairs else {}


def give_pass(client, name: str, value: dict) -> None:
    """Give a client a pass as we sign it."""
    signer = client.application.extensions["storefront"].signer
    client.set_cookie(name, signer.sign(name, value))
