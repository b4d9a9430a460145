"""The ledger check finds what must never be."""

import pytest
from sqlalchemy import select

from storefront import clock, tokens
from storefront.orders.models import Fulfilment, OrderLine, Shipment, ShipmentLine
from storefront.payments import ledger
from storefront.payments.models import Dispute, Payment, Refund
from storefront.pricing.models import GiftCard, GiftMove
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


def take_back_what_never_left(db):
    level = db.scalars(select(StockLevel)).one()
    level.on_hand += 1
    db.add(
        StockMove(
            variant_id=level.variant_id, quantity=1, reason="cancelled",
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


def paid(db, **fields):
    """Make an order with a payment of 2790 that is noted as it should be."""
    order = make_order(db, state="cancelled", paid_minor=2790, **fields)
    attempt = make_attempt(db, order, state="paid")
    payment = Payment(
        order_id=order.id, attempt_id=attempt.id, reference="pi_1", amount_minor=2790,
        currency="EUR", received_at=clock.now(),
    )  # fmt: skip
    db.add(payment)
    db.flush()
    return order, payment


def refund(db, order, payment, amount, turn=0, **fields):
    made = Refund(
        reference=tokens.key(), idempotency_key=tokens.key(), order_id=order.id,
        payment_id=payment.id, turn=turn, amount_minor=amount, currency="EUR", reason="other",
        created_at=clock.now(), **fields,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def refund_more_than_came(db):
    order, payment = paid(db)
    for turn in range(2):
        refund(db, order, payment, 2000, turn)


def refund_without_noting(db):
    refund(db, *paid(db), 500)


def note_without_refunding(db):
    paid(db, refunded_minor=500)


def lose_without_noting(db):
    order, payment = paid(db)
    db.add(
        Dispute(
            stripe_id="dp_1", order_id=order.id, payment_id=payment.id, amount_minor=2790,
            currency="EUR", status="lost", created_at=clock.now(),
        )
    )  # fmt: skip


def note_refunded_pieces(db):
    order = make_order(db)
    order.lines.append(
        OrderLine(
            sku="A", name="Tool", quantity=2, unit_price_minor=1200, total_minor=2400,
            tax_basis_points=0, tax_minor=0, refunded_quantity=1,
        )
    )  # fmt: skip


def ship_more_than_was_ordered(db):
    note_refunded_pieces(db)
    db.flush()
    line = db.scalars(select(OrderLine)).one()
    shipment = Shipment(order_id=line.order_id, shipped_at=clock.now(), by="kim")
    db.add(shipment)
    db.flush()
    db.add(ShipmentLine(shipment_id=shipment.id, order_line_id=line.id, quantity=3))


def keep_a_second_payment(db):
    _order, payment = paid(db)
    payment.is_surplus = True


def keep_money_of_an_order_that_was_never_filled(db):
    paid(db)


def take_too_little_from_a_card(db):
    make_order(db, state="paid", gift_minor=500)


def use_a_card(db, order, minor):
    """Let a gift card pay a part of an order."""
    card = GiftCard(
        code_hash=tokens.key(),
        ends="WXYZ",
        currency="EUR",
        balance_minor=0,
        issued_at=clock.now(),
    )
    db.add(card)
    db.flush()
    for order_id, signed, reason in ((None, minor, "issued"), (order.id, -minor, "reserved")):
        db.add(
            GiftMove(
                card_id=card.id, order_id=order_id, amount_minor=signed, reason=reason,
                at=clock.now(),
            )
        )  # fmt: skip


def keep_the_card_of_an_order_closed_unpaid(db):
    use_a_card(db, make_order(db, state="cancelled", gift_minor=500), 500)


def forget_the_card_of_a_cancelled_order(db):
    make_order(db, state="cancelled", gift_minor=500, paid_at=clock.now())


@both
def test_a_refund_on_its_way_to_a_gift_card_is_no_breach(db):
    order = make_order(
        db, state="cancelled", gift_minor=500, gift_back_minor=500, paid_at=clock.now()
    )
    use_a_card(db, order, 500)
    db.add(
        Refund(
            reference=tokens.key(), idempotency_key=tokens.key(), order_id=order.id, turn=0,
            amount_minor=0, gift_minor=500, currency="EUR", reason="other",
            created_at=clock.now(),
        )
    )  # fmt: skip
    db.flush()

    assert ledger.problems(db) == []


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
        (take_back_what_never_left, "came back than left"),
        (pay_without_payment, "payments"),
        (send_what_is_not_paid, "is to be sent"),
        (receive_without_noting, "received"),
        (refund_more_than_came, "came, 4000 goes back"),
        (refund_without_noting, "noted as refunded, the rows say 500"),
        (note_without_refunding, "500 noted as refunded"),
        (lose_without_noting, "lost to a bank"),
        (note_refunded_pieces, "pieces noted as refunded"),
        (ship_more_than_was_ordered, "3 shipped"),
        (keep_a_second_payment, "does not go back"),
        (keep_money_of_an_order_that_was_never_filled, "neither bought nor went back"),
        (take_too_little_from_a_card, "0 is taken"),
        (keep_the_card_of_an_order_closed_unpaid, "500 is taken"),
        (forget_the_card_of_a_cancelled_order, "0 is taken"),
    ],
)
def test_every_breach_is_a_sentence(db, break_it, word):
    make_product(db)
    break_it(db)
    db.flush()

    found = ledger.problems(db)

    assert any(word in sentence for sentence in found)
