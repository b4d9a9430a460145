"""An order that takes the place of another keeps its pieces; nobody gets in between."""

from sqlalchemy import select

from storefront.catalog.models import Variant
from storefront.orders.models import Order
from storefront.payments import ledger
from storefront.payments.models import PaymentAttempt
from storefront.stock.models import StockLevel
from tests.makers import both, check_out, make_product
from tests.storefront.checkout.test_at_once import at_once


@both
def test_the_last_piece_stays_with_the_cart_that_is_ordered_again(app, client, db, gateway):
    make_product(db, stock=1)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    other = app.test_client()
    other.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)

    for round_ in range(5):
        mine, theirs = at_once(
            lambda name=f"Ana {round_}": check_out(client, name=name),
            lambda: check_out(other, email="bo@example.org"),
        )
        assert (mine.status_code, theirs.status_code) == (303, 409)

    db.rollback()
    assert ledger.problems(db) == []
    assert db.scalars(select(StockLevel.held)).one() == 1
    states = db.scalars(select(PaymentAttempt.state).order_by(PaymentAttempt.id)).all()
    assert states == ["superseded"] * 5 + ["created"]


def test_the_cart_page_does_not_call_sold_out_what_the_cart_itself_holds(client, db, gateway):
    make_product(db, stock=1)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)

    page = client.get("/cart").text

    assert "old out" not in page
    assert client.get("/checkout?back=1").status_code == 200


@both
def test_a_new_order_that_is_refused_gives_the_pieces_back(client, db, gateway):
    make_product(db, stock=1)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    db.scalars(select(Variant)).one().price_minor = 2500
    db.commit()

    answer = check_out(client, name="Ana Other", expected_total="2790")

    assert answer.status_code == 409
    db.rollback()
    assert db.scalars(select(StockLevel.held)).one() == 0
    assert db.scalars(select(Order.state)).one() == "cancelled"
    assert ledger.problems(db) == []


def test_an_order_that_was_paid_meanwhile_is_not_replaced(client, db, gateway):
    make_product(db, stock=5)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    session_id = db.scalars(select(PaymentAttempt.session_id)).one()
    db.rollback()
    gateway.pay(session_id)

    answer = check_out(client, name="Ana Other")

    assert "/orders/" in answer.location
    db.rollback()
    assert db.scalars(select(Order.state)).all() == ["paid"]
    assert ledger.problems(db) == []


def test_hoarding_is_refused_in_words_at_the_checkout(app, client, db, gateway):
    shop = app.extensions["storefront"]
    shop.settings = shop.settings.model_copy(update={"hold_max_pieces": 2})
    make_product(db, stock=50)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "3"})

    answer = check_out(client)

    assert answer.status_code == 429
    assert "one buyer may have 2 pieces" in answer.text
    assert answer.headers["Retry-After"] == "600"
