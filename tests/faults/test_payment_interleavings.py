"""Whatever happens in whatever order, the books agree with Stripe and nothing is sent twice."""

import json
import shutil
from contextlib import suppress
from datetime import timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storefront import clock, database
from storefront.errors import Invalid
from storefront.orders.models import Fulfilment, Order
from storefront.orders.states import BOUGHT_ORDERS, OPEN_ATTEMPTS
from storefront.outbox import OutboxRow
from storefront.payments import ledger, reconcile, refunds
from storefront.payments.gateway import GatewayRefused, GatewayUnavailable, Hint, KeySpent
from storefront.payments.models import Payment, PaymentAttempt, Refund, StripeEvent
from storefront.payments.refunds import Wanted
from storefront.pricing import gift_cards
from storefront.stock import service as stock
from storefront.stock.models import StockLevel, StockMove
from tests.makers import PretendGateway, check_out, make_product

PIECES = 60
SOON, LATE = timedelta(minutes=5), timedelta(hours=3)


class MoodyGateway(PretendGateway):
    """A Stripe whose next answers may be lost before or after the work, or saved as failures."""

    def __init__(self) -> None:
        super().__init__()
        self.moods: list[str] = []
        self.spent: set[str] = set()

    def start_checkout(self, request, idempotency_key):
        if idempotency_key in self.spent:
            raise KeySpent
        mood = self.moods[:1]
        if mood in (["spent"], ["spent, nothing made"]):
            self.moods.pop()
            self.spent.add(idempotency_key)
            if mood == ["spent"]:
                super().start_checkout(request, idempotency_key)
            raise GatewayUnavailable
        return self._moody(super().start_checkout, request, idempotency_key)

    def read_session(self, session_id):
        return self._moody(super().read_session, session_id)

    def find_session(self, reference, since, until):
        return self._moody(super().find_session, reference, since, until)

    def expire_session(self, session_id):
        return self._moody(super().expire_session, session_id)

    def refund(self, request, idempotency_key):
        return self._moody(super().refund, request, idempotency_key)

    def list_refunds(self, payment_reference):
        return self._moody(super().list_refunds, payment_reference)

    def _moody(self, call, *told):
        mood = self.moods.pop() if self.moods and not self.moods[0].startswith("spent") else ""
        if mood == "silent":
            raise GatewayUnavailable
        answer = call(*told)
        if mood == "lost":
            raise GatewayUnavailable
        return answer


class Visit:
    """One buyer, one Stripe and our shop, and what can happen between them."""

    def __init__(self, app, db):
        self.app, self.db = app, db
        self.gateway = app.extensions["storefront"].gateway = MoodyGateway()
        self.buyer, self.sent_to = app.test_client(), set()
        self.fill(0)

    def fill(self, _which):
        added = self.buyer.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
        assert added.status_code in (303, 409)  # 409: all of it is gone

    def press(self, which):
        answer = check_out(self.buyer, line1=f"Way {which}")
        assert answer.status_code in (303, 409, 422, 503)  # 422: the cart is empty by now
        if "/pay/" in (answer.location or ""):
            self.sent_to.add(answer.location.rpartition("/")[2])

    def pay(self, which):
        self._change(which, "open", status="complete", payment_status="paid", paid=True)

    def debit(self, which):
        self._change(which, "open", status="complete", is_processing=True)

    def debit_comes(self, which):
        self._change(which, "debit", payment_status="paid", is_processing=False, paid=True)

    def debit_fails(self, which):
        self._change(which, "debit", is_processing=False, has_failed=True)

    def expire(self, which):
        self._change(which, "open", status="expired")

    def pay_late(self, which):
        """Let money come for a page that was closed, as only a bank can."""
        self._change(which, "expired", status="complete", payment_status="paid", paid=True)
        for name, now in self.gateway.sessions.items():
            if now.payment_status == "paid":
                self._happened("checkout.session.completed", name)

    def _change(self, which, wanted, *, paid=False, **facts):
        """Change a page that the buyer was sent to, if there is one that stands so."""
        there = [
            name for name, now in self.gateway.sessions.items()
            if name in self.sent_to
            and (now.is_processing if wanted == "debit" else now.status == wanted)
        ]  # fmt: skip
        if there:
            name = there[which % len(there)]
            self.gateway.change(name, **facts)
            if paid:
                self.gateway.change(name, payment_reference=f"pi_{name}")

    def webhook(self, which):
        """Tell of any session, by one of two events that may come again and in any order."""
        for name, now in list(self.gateway.sessions.items())[which % 3 :][:1]:
            hint = {"event_id": f"evt_{name}_{which % 2}", "type": "checkout.session.completed",
                    "object_id": name, "reference": now.reference, "livemode": False}  # fmt: skip
            told = self.buyer.post(
                "/payments/webhook", data=json.dumps(hint),
                headers={"Stripe-Signature": "signed"},
            )  # fmt: skip
            assert told.status_code == 204

    def come_back(self, which):
        self.db.rollback()
        orders = self.db.scalars(select(Order).order_by(Order.id)).all()
        if orders:
            order = orders[which % len(orders)]
            page = self.buyer.get(f"/orders/{order.number}?key={order.key}")
            assert page.status_code == 200

    def gift(self, which):
        """Let a gift card pay a part of what is in the cart, whenever it is ordered."""
        with database.transaction() as db:
            code = gift_cards.issue(db, 500 * (which + 1), self._settings).code
        answer = self.buyer.post("/cart/codes", data={"code": code})
        assert answer.status_code in (303, 409, 422)

    def clear_out(self, _which):
        """Let all pieces that nobody was promised be gone."""
        with database.transaction() as db:
            level = db.scalars(select(StockLevel)).one()
            stock.count(db, level.variant_id, level.held, few=5)

    def fill_up(self, _which):
        with database.transaction() as db:
            stock.receive(db, db.scalars(select(StockLevel)).one().variant_id, 5, few=5)

    def ask_back(self, which):
        """Let the shopkeeper refund a piece, or some money."""
        order = self._order(which, BOUGHT_ORDERS)
        if order is None:
            return
        lines = {order.lines[0].id: 1} if which % 2 else {}
        wanted = Wanted(lines, amount_minor=None if lines else 700 * (which + 1))
        with suppress(Invalid), database.transaction() as db:
            refunds.ask(
                db, db.get_one(Order, order.id), wanted, by="kim", settings=self._settings
            )

    def send_back(self, _which):
        """Let the worker send what waits; twice, as two workers might."""
        self.db.rollback()
        waiting = self.db.scalars(select(Refund.id).where(Refund.state == "prepared")).all()
        for refund_id in [*waiting, *waiting]:
            with suppress(GatewayUnavailable):
                refunds.send(refund_id, self.gateway, self._settings)

    def refund_by_hand(self, which):
        """Let somebody refund at Stripe, as far as Stripe allows it."""
        paid = [now for now in self.gateway.sessions.values() if now.payment_status == "paid"]
        if paid:
            request = {"payment_intent": paid[which % len(paid)].payment_reference,
                       "amount": 300, "metadata": {}}  # fmt: skip
            with suppress(GatewayUnavailable, GatewayRefused):
                self.gateway.refund(request, f"by hand {len(self.gateway.refunds)}")

    def refund_fails(self, which):
        made = [one for one in self.gateway.refunds.values() if one.status == "succeeded"]
        if made:
            one = made[which % len(made)]
            self.gateway.change_refund(one.stripe_id, status="failed", failure="lost card")
            self._happened("refund.failed", one.stripe_id)

    def _order(self, which, states):
        self.db.rollback()
        found = self.db.scalars(select(Order).where(Order.state.in_(states))).all()
        return found[which % len(found)] if found else None

    def _happened(self, kind, object_id):
        told = self.gateway.told
        told.append(Hint(f"evt_list_{len(told)}", kind, object_id, "", False, clock.now()))

    @property
    def _settings(self):
        return self.app.extensions["storefront"].settings

    def sweep(self, _which, later=SOON):
        shop = self.app.extensions["storefront"].settings
        report = reconcile.reconcile(self.gateway, shop, clock.now() + later)
        assert report.failed == 0

    def sweep_late(self, which):
        self.sweep(which, LATE)

    def mood(self, which):
        names = ("silent", "lost", "spent", "spent, nothing made")
        self.gateway.moods = [names[which % 4]]

    def end(self):
        """Let every page close, every bank answer and every sweep be run."""
        self.gateway.moods = []
        for name, now in self.gateway.sessions.items():
            if now.is_processing:
                self.gateway.change(name, is_processing=False, has_failed=True)
        for one in self.gateway.refunds.values():
            self._happened("refund.updated", one.stripe_id)
        for _time in range(3):
            self.sweep_late(0)


STEPS = ("press", "press", "press", "press", "pay", "pay", "pay", "webhook", "webhook", "come_back", "sweep", "sweep_late",
         "expire", "debit", "debit_comes", "debit_fails", "fill", "mood", "gift", "clear_out",
         "fill_up", "ask_back", "ask_back", "send_back", "refund_by_hand", "refund_fails",
         "pay_late")  # fmt: skip
VISITS = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3)), max_size=20)


def in_turn(names):
    return [(name, 0) for name in names.split()]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=VISITS)
@example(steps=in_turn("press debit"))
@example(steps=in_turn("press debit sweep press pay debit_comes"))
@example(steps=in_turn("press debit sweep fill press pay debit_comes"))
@example(steps=in_turn("press expire webhook press pay come_back"))
@example(steps=[("mood", 1), *in_turn("press press pay webhook")])
@example(steps=[("mood", 2), *in_turn("press press pay webhook")])
@example(steps=[("mood", 3), *in_turn("press press press pay")])
@example(steps=[("press", 0), ("mood", 1), ("press", 1), ("pay", 0), ("press", 1), ("pay", 0)])
@example(steps=in_turn("gift press pay webhook ask_back send_back refund_by_hand refund_fails"))
@example(
    steps=in_turn("press pay webhook ask_back mood send_back send_back refund_fails ask_back")
)
@example(steps=in_turn("press expire webhook clear_out pay_late webhook send_back"))
@example(
    steps=in_turn("gift press expire sweep clear_out pay_late sweep send_back refund_fails")
)
@example(steps=[("press", 0), ("pay", 0), ("sweep", 0), ("ask_back", 3), ("refund_by_hand", 0)])
def test_books_and_stripe_agree_in_the_end(app, db, sqlite_template, tmp_path, steps):
    start_afresh(app, db, sqlite_template, tmp_path)
    visit = Visit(app, db)

    for name, which in steps:
        getattr(visit, name)(which)
    visit.end()

    db.rollback()
    assert ledger.problems(db) == []
    assert_money_is_equal_on_both_sides(db, visit)
    assert_nothing_waits(db)
    bought = [order.id for order in orders(db, "paid")]
    parcels = db.scalars(select(Fulfilment.order_id)).all()
    assert sorted(parcels) == bought
    letters = [
        row.payload["letter"] for row in db.scalars(select(OutboxRow)) if row.kind == "mail"
    ]
    assert letters.count("order_paid") == len(parcels)
    late = [order for order in orders(db, "cancelled") if order.paid_minor]
    assert letters.count("late_payment_refunded") == len(late)
    sold = sum(line.quantity for order in orders(db, "paid") for line in order.lines)
    gone = -sum(db.scalars(select(StockMove.quantity).where(StockMove.reason == "sold")))
    assert (gone, db.scalars(select(StockLevel.held)).one()) == (sold, 0)


def assert_money_is_equal_on_both_sides(db, visit):
    stripe = visit.gateway
    paid = [now for now in stripe.sessions.values() if now.payment_status == "paid"]
    ours = {
        row.reference: row.amount_minor
        for row in db.scalars(select(Payment))
        if row.amount_minor
    }
    assert ours == {now.payment_reference: now.amount_minor for now in paid}
    back = {one.stripe_id: one.amount_minor for one in stripe.refunds.values()
            if one.status != "failed"}  # fmt: skip
    rows = select(Refund).where(Refund.state.in_(("pending", "succeeded")))
    assert back == {
        row.stripe_id: row.amount_minor for row in db.scalars(rows) if row.stripe_id
    }


def assert_nothing_waits(db):
    open_attempts = select(PaymentAttempt.id).where(PaymentAttempt.state.in_(OPEN_ATTEMPTS))
    assert db.scalars(open_attempts).all() == []
    assert db.scalars(select(StripeEvent).where(StripeEvent.done_at.is_(None))).all() == []
    assert db.scalars(select(Refund.id).where(Refund.state == "prepared")).all() == []


def orders(db, state):
    return db.scalars(select(Order).where(Order.state == state).order_by(Order.id)).all()


def start_afresh(app, db, template, folder):
    """Put an empty shop in the place of the last one."""
    db.close()
    app.extensions["sqlalchemy"].engine.dispose()
    for file in folder.glob("storefront.sqlite3*"):
        with suppress(FileNotFoundError):
            file.unlink()
    shutil.copy(template, folder / "storefront.sqlite3")
    state = app.extensions["storefront"]
    limits = [name for name in type(state.settings).model_fields if name.startswith("limit_")]
    state.settings = state.settings.model_copy(update=dict.fromkeys(limits, "99999/hour"))
    make_product(db, stock=PIECES)
    db.commit()
