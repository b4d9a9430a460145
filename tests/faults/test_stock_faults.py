"""Crowds, counts and vanished products: nothing is sold twice, every piece is explained, no page breaks."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from storefront import clock, database, worker
from storefront.catalog.models import Product, Variant
from storefront.errors import Invalid
from storefront.orders.models import Order
from storefront.payments import ledger, reconcile, settle
from storefront.payments.models import PaymentAttempt
from storefront.stock import service
from storefront.stock.models import StockHold, StockLevel, StockMove
from tests.makers import both, check_out, make_product
from tests.storefront.checkout.test_at_once import at_once

BUYERS = 14
LATE = timedelta(hours=1)


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def crowd(app, db, gateway):
    """Buyers who have the same thing in their carts."""

    def make(count, prefix):
        found = []
        for number in range(count):
            client = app.test_client()
            client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
            found.append((client, f"{prefix}{number}@example.org"))
        return found

    return make


def press(buyers):
    calls = [lambda c=client, e=email: check_out(c, email=e).status_code for client, email in buyers]  # fmt: skip
    return at_once(*calls)


def pay_all(db, gateway, shop, most=None):
    db.rollback()
    waiting = select(PaymentAttempt.id, PaymentAttempt.session_id).order_by(PaymentAttempt.id)
    for attempt in db.execute(
        waiting.where(PaymentAttempt.state == "created").limit(most)
    ).all():
        db.rollback()
        gateway.pay(attempt.session_id)
        settle.settle(attempt.id, gateway, shop)


@both
def test_pieces_of_those_who_leave_are_sold_to_the_second_wave_and_never_one_more(
    db, gateway, shop, crowd
):
    make_product(db, stock=6)
    db.commit()
    first, second = crowd(BUYERS, "first"), crowd(BUYERS, "second")

    answers = press(first)
    assert sorted(set(answers)) == [303, 409]
    assert answers.count(303) == 6
    pay_all(db, gateway, shop, most=3)
    db.rollback()
    for session_id in db.scalars(
        select(PaymentAttempt.session_id).where(PaymentAttempt.state == "created")
    ).all():  # the others leave, and their pages lapse
        gateway.change(session_id, status="expired")
    db.rollback()
    reconcile.reconcile(gateway, shop, clock.now() + LATE)
    again = press(second)
    pay_all(db, gateway, shop)

    assert again.count(303) == 3
    assert db.scalar(select(func.count()).where(Order.state == "paid")) == 6
    assert db.scalars(select(StockLevel.on_hand)).one() == 0
    assert ledger.problems(db) == []


@both
@pytest.mark.parametrize("gone", ["unpublished", "blocked", "deleted from the shelf"])
def test_a_product_that_vanishes_between_cart_pay_and_webhook_breaks_no_page(
    app, client, db, gateway, shop, gone
):
    variant_id = make_product(db, name="Mini foam roller", stock=5).id
    db.commit()
    late = app.test_client()
    for each in (client, late):
        each.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    attempt_id, session_id = db.execute(
        select(PaymentAttempt.id, PaymentAttempt.session_id)
    ).one()
    with database.transaction():
        vanish(db, variant_id, gone)

    gateway.pay(session_id)
    settle.settle(attempt_id, gateway, shop)

    order = db.scalars(select(Order)).one()
    assert order.state == "paid"
    page = client.get(f"/orders/{order.number}?key={order.key}")
    assert (page.status_code, "Mini foam roller, Medium" in page.text) == (200, True)
    assert (order.lines[0].unit_price_minor, order.lines[0].sku) == (2400, "ROLL-MINI-M")
    db.rollback()
    worker.run("mail")
    assert late.get("/cart").status_code == 200
    assert check_out(late, email="bo@example.org").status_code in (409, 422)
    assert late.get("/shop/mini-foam-roller").status_code in (200, 404)
    assert late.get("/api/v1/products/mini-foam-roller").status_code in (200, 404)
    db.rollback()
    assert ledger.problems(db) == []


def vanish(db, variant_id, how):
    variant = db.get_one(Variant, variant_id)
    if how == "unpublished":
        variant.product.is_published = False
    elif how == "blocked":
        service.block(db, variant_id, "Recalled.")
    else:  # with its moves in the ledger it cannot be deleted: it is renamed and taken away
        variant.product.slug, variant.product.is_published = "was-once", False
        variant.product.name, variant.price_minor = "Another name", 1


@both
def test_a_variant_with_a_history_cannot_be_deleted(db):
    variant = make_product(db, stock=5)
    db.commit()

    with pytest.raises(Exception, match=r"(?i)foreign|constraint|null"), database.transaction():
        db.execute(delete(Product).where(Product.id == variant.product_id))

    assert db.scalar(select(func.count(StockMove.id))) == 1


@both
def test_counts_and_deliveries_while_buyers_buy_are_all_explained(
    app, db, gateway, shop, crowd
):
    variant_id = make_product(db, stock=30).id
    db.commit()
    buyers = crowd(BUYERS, "b")

    def keeper(work):
        def run():
            with app.app_context(), database.transaction() as own:
                try:
                    work(own)
                except Invalid:
                    return "refused"
                return "done"

        return run

    changes = [
        keeper(lambda own: service.count(own, variant_id, 20, few=5)),
        keeper(lambda own: service.receive(own, variant_id, 7, few=5)),
        keeper(lambda own: service.receive(own, variant_id, -3, few=5)),
        keeper(lambda own: service.count(own, variant_id, 25, few=5)),
    ]
    calls = [lambda c=client, e=email: check_out(c, email=e).status_code for client, email in buyers]  # fmt: skip
    answers = at_once(*calls[:7], *changes, *calls[7:])

    assert {each for each in answers if isinstance(each, int)} == {303}
    pay_all(db, gateway, shop)
    db.rollback()
    on_hand, held = db.execute(select(StockLevel.on_hand, StockLevel.held)).one()
    assert on_hand == db.scalar(select(func.sum(StockMove.quantity)))
    assert held == 0
    assert db.scalar(select(func.count()).where(StockMove.reason == "sold")) == BUYERS
    assert ledger.problems(db) == []


@both
def test_one_client_cannot_hold_the_shelf_however_many_carts_it_opens(app, db, gateway, crowd):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"hold_max_pieces": 4})
    make_product(db, stock=50)
    db.commit()

    answers = press(crowd(BUYERS, "same"))  # all from one address on the net

    assert answers.count(303) == 4
    assert set(answers) == {303, 429}
    db.rollback()
    assert db.scalar(select(func.sum(StockHold.quantity)).where(StockHold.state == "held")) == 4
