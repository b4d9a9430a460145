"""Several things at the same moment: two presses, two buyers, a payment beside a checkout."""

import threading

from sqlalchemy import func, select

from storefront.orders.models import Order
from storefront.payments import ledger, settle
from storefront.payments.models import PaymentAttempt
from storefront.stock.models import StockLevel
from tests.makers import both, check_out, make_product, make_promotion


def at_once(*calls):
    """Run calls in threads that start together; give their answers."""
    start, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        start.wait(10)
        answers[place] = call()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def same_browser(app, client):
    """Open another tab of a browser."""
    tab = app.test_client()
    tab.set_cookie("storefront_cart", client.get_cookie("storefront_cart").value)
    return tab


def count(db, model):
    db.rollback()
    return db.scalar(select(func.count()).select_from(model))


@both
def test_two_presses_at_once_make_one_order_and_one_session(app, client, db, gateway):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    tabs = [same_browser(app, client) for _ in range(3)]

    answers = at_once(*(lambda tab=tab: check_out(tab) for tab in tabs))

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert len({answer.location for answer in answers}) == 1
    assert (count(db, Order), count(db, PaymentAttempt), len(gateway.sessions)) == (1, 1, 1)


@both
def test_two_buyers_at_once_never_share_the_last_piece(app, db, gateway):
    make_product(db, stock=1)
    db.commit()
    buyers = [app.test_client() for _ in range(3)]
    for buyer in buyers:
        buyer.post("/cart/lines", data={"sku": "ROLL-MINI-M"})

    answers = at_once(*(lambda buyer=buyer: check_out(buyer) for buyer in buyers))

    assert sorted(answer.status_code for answer in answers) == [303, 409, 409]
    assert db.scalars(select(StockLevel.held)).one() == 1
    assert len(gateway.sessions) == 1


@both
def test_only_one_of_several_first_orders_has_the_offer_for_it(app, db, gateway):
    make_product(db)
    make_promotion(db, basis_points=5000, first_order_only=True)
    db.commit()
    buyers = [app.test_client() for _ in range(3)]
    for buyer in buyers:
        buyer.post("/cart/lines", data={"sku": "ROLL-MINI-M"})

    answers = at_once(*(lambda buyer=buyer: check_out(buyer) for buyer in buyers))

    assert {answer.status_code for answer in answers} <= {303, 409}
    db.rollback()
    orders = db.scalars(select(Order.discount_minor)).all()
    assert orders.count(1200) == 1
    assert len(orders) == len(gateway.sessions)


@both
def test_a_payment_beside_a_changed_checkout_is_never_lost(app, client, db, gateway):
    make_product(db, stock=5)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    first = db.scalars(select(PaymentAttempt)).one()
    first_id, settings = first.id, app.extensions["storefront"].settings
    gateway.pay(first.session_id)
    db.rollback()
    tab = same_browser(app, client)

    def settle_first():
        with app.app_context():
            return settle.settle(first_id, gateway, settings)

    state, answer = at_once(settle_first, lambda: check_out(tab, line1="Another way 2"))

    db.rollback()
    assert state == "paid"
    assert answer.status_code in (303, 409, 422)
    assert db.get(PaymentAttempt, first_id).order.state == "paid"
    assert ledger.problems(db) == []
