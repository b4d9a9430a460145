"""Money that goes back from the backoffice: its sum is shown first, and it goes once."""

import pytest
from sqlalchemy import select, update

from storefront import clock, database
from storefront.aftersales import shipments
from storefront.orders import history
from storefront.orders.models import Fulfilment, Order
from storefront.payments import ledger
from storefront.payments.gateway import PaymentFacts
from storefront.payments.models import Refund
from storefront.staff import sessions
from storefront.staff.models import AuditEntry, StaffSession
from storefront.stock.models import StockLevel
from tests.makers import both
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.backoffice.orders_at_the_desk import make_paid

ONE = "/backoffice/orders/PAID-1"


@pytest.fixture
def order(db, gateway):
    made = make_paid(db)
    gateway.sessions["cs_PAID-1"] = PaymentFacts(
        session_id="cs_PAID-1", reference="", status="complete", payment_status="paid",
        payment_reference="pi_PAID-1", amount_minor=5190, subtotal_minor=4800, currency="EUR",
        livemode=False,
    )  # fmt: skip
    db.commit()
    return made


@pytest.fixture
def keeper(app, order):
    return signed_in(app, role="keeper")


def pieces(order, number=1, **fields):
    return {f"line-{order.lines[0].id}": number, "reason": "damaged", **fields}


def refunds(db):
    db.rollback()
    return [(each.amount_minor, each.state) for each in db.scalars(select(Refund))]


@pytest.fixture
def sent(db, order, settings):
    """The order, when its parcel has left."""
    wanted = {line.id: line.quantity for line in order.lines}
    db.rollback()
    with database.transaction() as inside:
        mine = inside.get_one(Order, order.id)
        shipments.ship(inside, mine, wanted, carrier="dhl", by="ina", settings=settings)
    return order


@both
def test_what_was_not_sent_is_cancelled_and_not_only_refunded(db, order, keeper):
    for path in ("refund/check", "refund"):
        answer = keeper.post(f"{ONE}/{path}", data=pieces(order, turn="0"))

        assert answer.status_code == 422
        assert "not sent yet. Cancel it instead." in answer.text
    assert refunds(db) == []


def test_the_form_offers_no_unsent_piece_and_leads_to_cancelling(db, order, keeper):
    field = f'name="line-{order.lines[0].id}"'

    page = keeper.get(f"{ONE}/refund").text

    assert field not in page
    assert f"Not sent yet: {order.lines[0].name}." in page
    assert f'href="{ONE}/cancel"' in page


def test_the_form_offers_what_was_sent(sent, keeper):
    page = keeper.get(f"{ONE}/refund").text

    assert f'name="line-{sent.lines[0].id}"' in page
    assert "Not sent yet" not in page


@both
def test_a_line_is_refunded_after_its_sum_was_shown(db, sent, keeper):
    order = sent
    shown = keeper.post(f"{ONE}/refund/check", data=pieces(order, shipping="3.90")).text
    assert "Refund €27.90" in shown

    answer = keeper.post(f"{ONE}/refund", data=pieces(order, shipping="3.90", turn="0"))

    assert answer.status_code == 303
    assert refunds(db) == [(2790, "succeeded")]
    assert db.scalars(select(Order.refunded_minor)).one() == 2790
    assert "order.refunded" in db.scalars(select(AuditEntry.action)).all()


@both
def test_two_keepers_who_refund_at_once_refund_once(app, db, sent, keeper):
    order = sent
    other = signed_in(app, role="owner")

    for each in (keeper, other):
        each.post(f"{ONE}/refund", data=pieces(order, turn="0"))

    assert len(refunds(db)) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"reason": ""}, "Choose a reason"), ({"reason": "greed"}, "Choose a reason"),
     ({"amount": "twelve"}, "Enter an amount"), ({"amount": "0.001"}, "Enter an amount"),
     ({"amount": "-5"}, "Enter an amount"), ({"amount": "1e3"}, "Enter an amount"),
     ({"amount": "99"}, "is left to refund"), ({"amount": "9" * 40}, "Enter an amount"),
     ({"shipping": "4"}, "is left of the delivery"), ({"line": "3"}, "At most 2 of it"),
     ({"line": "١"}, "enter a number"), ({"note": "x" * 401}, "At most 400 characters"),
     ({"turn": "x"}, "Look at the order again")],
)  # fmt: skip
def test_what_cannot_be_refunded_is_refused_and_changes_nothing(db, order, keeper, wrong, said):
    sent = pieces(order, turn="0") | {
        name: text for name, text in wrong.items() if name != "line"
    }
    if "line" in wrong:
        sent[f"line-{order.lines[0].id}"] = wrong["line"]

    answer = keeper.post(f"{ONE}/refund", data=sent)

    assert answer.status_code == 422
    assert said in answer.text
    assert refunds(db) == []


@both
def test_what_is_cancelled_goes_back_to_shelf_and_buyer(db, order, keeper):
    before = db.scalars(select(StockLevel.on_hand)).one()
    shown = keeper.post(f"{ONE}/cancel/check", data=pieces(order, 2)).text
    assert "Cancel and refund €51.90" in shown
    assert "The whole order is closed." in shown

    answer = keeper.post(f"{ONE}/cancel", data=pieces(order, 2, turn="0"))

    db.rollback()
    assert answer.status_code == 303
    assert db.scalars(select(Order.state)).one() == "cancelled"
    assert db.scalars(select(Fulfilment.state)).one() == "cancelled"
    assert db.scalars(select(StockLevel.on_hand)).one() == before + 2
    assert [amount for amount, _state in refunds(db)] == [5190]


def test_an_unpaid_order_is_closed(app, db, gateway):
    order = make_paid(db, "OPEN-1")
    db.execute(update(Order).values(state="awaiting_payment", paid_minor=0))
    db.execute(update(Fulfilment).values(state="cancelled"))
    db.commit()
    keeper = signed_in(app, role="keeper")

    assert "Close the order" in keeper.get(f"/backoffice/orders/{order.number}/cancel").text
    assert keeper.post(f"/backoffice/orders/{order.number}/close").status_code == 303

    db.rollback()
    assert db.scalars(select(Order.state)).one() == "cancelled"


@both
def test_what_is_noted_on_a_paid_order_is_dealt_with_once(db, order, keeper):
    db.execute(update(Order).values(attention="The card network takes it for fraud."))
    db.commit()
    assert "/decide" in keeper.get(ONE).text

    assert "It is dealt with" in keeper.get(f"{ONE}/decide").text
    for _press in range(2):
        assert keeper.post(f"{ONE}/decide", data={"wish": "seen"}).status_code == 303

    db.rollback()
    made = db.scalars(select(Order)).one()
    assert (made.state, made.attention) == ("paid", "")
    assert [event.text for event in history.of(db, made) if event.kind == "seen"] == [
        "Dealt with: The card network takes it for fraud."
    ]
    assert "/decide" not in keeper.get(ONE).text


@pytest.mark.parametrize("paid_at", [None, clock.now()])
def test_looking_at_an_order_decides_nothing(db, order, keeper, paid_at):
    db.execute(update(Order).values(state="needs_attention", paid_at=paid_at))
    db.commit()

    assert keeper.post(f"{ONE}/decide", data={"wish": "seen"}).status_code == 422


@both
def test_an_order_that_waits_for_a_decision_is_given_back(db, order, keeper):
    db.execute(
        update(Order).values(
            state="needs_attention", attention="It does not fit.", paid_at=None
        )
    )
    db.execute(Fulfilment.__table__.delete())
    db.commit()

    assert "It does not fit." in keeper.get(f"{ONE}/decide").text
    assert keeper.post(f"{ONE}/decide", data={"wish": "nothing"}).status_code == 422
    assert keeper.post(f"{ONE}/decide", data={"wish": "give_up"}).status_code == 303

    assert [amount for amount, _state in refunds(db)] == [5190]
    assert db.scalars(select(Order.state)).one() == "cancelled"


@pytest.mark.parametrize("role", ["packer", "author"])
@pytest.mark.parametrize("address", ["refund", "cancel", "decide"])
def test_who_may_not_move_money_does_not(app, order, role, address):
    client = signed_in(app, role=role)

    assert client.get(f"{ONE}/{address}").status_code == 403
    assert client.post(f"{ONE}/{address}", data=pieces(order, turn="0")).status_code == 403


def test_money_asks_for_a_fresh_proof(db, order, keeper):
    an_hour = clock.now() - sessions.FRESH_FOR * 6
    db.execute(update(StaffSession).values(proven_at=an_hour))
    db.commit()

    answer = keeper.post(f"{ONE}/refund", data=pieces(order, turn="0"))

    assert answer.status_code == 303
    assert refunds(db) == []


def test_a_payment_that_stripe_does_not_know_is_told_as_refused(db, sent, keeper, gateway):
    order = sent
    gateway.sessions.clear()

    answer = keeper.post(f"{ONE}/refund", data=pieces(order, turn="0"), follow_redirects=True)

    assert answer.status_code == 200
    assert "the refund was refused" in answer.text
    assert refunds(db) == [(2400, "failed")]


def test_a_silent_stripe_leaves_the_refund_to_the_worker(db, sent, keeper, gateway):
    order = sent
    gateway.is_silent = True

    answer = keeper.post(f"{ONE}/refund", data=pieces(order, turn="0"), follow_redirects=True)

    assert "as soon as it does" in answer.text
    assert refunds(db) == [(2400, "prepared")]
    assert [each for each in ledger.problems(db) if "refund" in each.lower()] == []
