"""The ledger check finds what must never be."""

import pytest
from sqlalchemy import select

from storefront import clock
from storefront.orders.models import Fulfilment
from storefront.payments import ledger
from storefront.payments.models import Payment
from storefront.stock.models import StockHold, StockLevel, StockMove
from tests.makers import both, make_attempt, make_order, make_product


def lose_a_piece(db):
    db.scalars(select(StockLevel)).one().on_hand -= 1


def promise_without_hold(db):
    db.scalars(select(StockLevel)).one().held += 1


def hold_for_a_closed_attempt(db):
    level = db.scalars(select(StockLevel)).one()
    level.held = 1
    attempt = make_attempt(db, state="expired")
    db.add(
        StockHold(
            attempt_id=attempt.id, variant_id=level.variant_id, quantity=1,
            expires_at=clock.now(),
        )
    )  # fmt: skip


def sell_without_hold(db):
    level = db.scalars(select(StockLevel)).one()
    level.on_hand -= 1
    db.add(
        StockMove(
            variant_id=level.variant_id, quantity=-1, reason="sold",
            order_id=make_order(db).id, moved_at=clock.now(),
        )
    )  # fmt: skip


def pay_without_payment(db):
    order = make_order(db, state="paid")
    db.add(Fulfilment(order_id=order.id, created_at=clock.now()))


def send_what_is_not_paid(db):
    db.add(Fulfilment(order_id=make_order(db).id, created_at=clock.now()))


def receive_without_noting(db):
    attempt = make_attempt(db, state="paid")
    db.add(
        Payment(
            order_id=attempt.order_id, attempt_id=attempt.id, reference="pi_1",
            amount_minor=2790, currency="EUR", received_at=clock.now(),
        )
    )  # fmt: skip


@both
def test_a_healthy_shop_has_no_problems(db):
    make_product(db)
    make_attempt(db)

    assert ledger.problems(db) == []


@both
@pytest.mark.parametrize(
    ("break_it", "word"),
    [
        (lose_a_piece, "lie on the shelf"),
        (promise_without_hold, "are promised"),
        (hold_for_a_closed_attempt, "still holds"),
        (sell_without_hold, "left the shelf"),
        (pay_without_payment, "payments"),
        (send_what_is_not_paid, "is to be sent"),
        (receive_without_noting, "received"),
    ],
)
def test_every_breach_is_a_sentence(db, break_it, word):
    make_product(db)
    break_it(db)
    db.flush()

    found = ledger.problems(db)

    assert any(word in sentence for sentence in found)
