"""Whatever happens in whatever order, the books agree with Stripe and nothing is sent twice."""

import json
import shutil
from contextlib import suppress
from datetime import timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from storefront import clock
from storefront.orders.models import Fulfilment, Order
from storefront.orders.states import OPEN_ATTEMPTS
from storefront.outbox import OutboxRow
from storefront.payments import ledger, reconcile
from storefront.payments.gateway import GatewayUnavailable, KeySpent
from storefront.payments.models import Payment, PaymentAttempt, StripeEvent
from storefront.stock.models import StockLevel
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
        self.buyer, self.filled, self.sent_to = app.test_client(), 0, set()
        self.fill(0)

    def fill(self, _which):
        added = self.buyer.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
        assert added.status_code == 303
        self.filled += 1

    def press(self, which):
        answer = check_out(self.buyer, line1=f"Way {which}")
        assert answer.status_code in (303, 409, 503)
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
        for _time in range(2):
            self.sweep_late(0)


STEPS = ("press", "press", "pay", "pay", "webhook", "webhook", "come_back", "sweep", "sweep_late",
         "expire", "debit", "debit_comes", "debit_fails", "fill", "mood")  # fmt: skip
VISITS = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3)), max_size=14)


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
def test_books_and_stripe_agree_in_the_end(app, db, sqlite_template, tmp_path, steps):
    start_afresh(app, db, sqlite_template, tmp_path)
    visit = Visit(app, db)

    for name, which in steps:
        getattr(visit, name)(which)
    visit.end()

    db.rollback()
    assert ledger.problems(db) == []
    paid = [now for now in visit.gateway.sessions.values() if now.payment_status == "paid"]
    received = db.scalars(select(Payment.reference)).all()
    assert sorted(received) == sorted(now.payment_reference for now in paid)
    assert len(paid) <= visit.filled  # nobody pays for the same cart twice
    sums = db.scalar(select(func.coalesce(func.sum(Payment.amount_minor), 0)))
    assert sums == sum(now.amount_minor for now in paid)
    open_attempts = select(PaymentAttempt.id).where(PaymentAttempt.state.in_(OPEN_ATTEMPTS))
    assert db.scalars(open_attempts).all() == []
    assert db.scalars(select(StripeEvent).where(StripeEvent.done_at.is_(None))).all() == []
    sold = sum(line.quantity for order in orders(db, "paid") for line in order.lines)
    level = db.scalars(select(StockLevel)).one()
    assert (level.on_hand, level.held) == (PIECES - sold, 0)
    parcels = db.scalars(select(Fulfilment.order_id)).all()
    assert sorted(parcels) == [order.id for order in orders(db, "paid")]
    thanks = [
        row for row in db.scalars(select(OutboxRow)) if row.payload["letter"] == "order_paid"
    ]
    assert len(thanks) == len(parcels) == len(paid)


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
