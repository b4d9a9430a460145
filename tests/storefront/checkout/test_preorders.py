"""What is sold before it arrives says so from the page to the letter, and never more than the limit."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storefront.errors import Invalid
from storefront.orders.models import Order
from storefront.payments import ledger, settle
from storefront.payments.models import PaymentAttempt
from storefront.stock import levels, preorders, service
from tests.mailbox import letters
from tests.makers import both, check_out, make_kit, make_order, make_product

DAY = (datetime.now(UTC) + timedelta(days=40)).date()
WORDS = f"Preorder: ships from {DAY.day} {DAY:%B %Y}"


@both
def test_a_preorder_is_told_in_cart_checkout_order_and_letter(app, client, db, gateway):
    roller = make_product(db, stock=0)
    preorders.open_until(db, roller.id, 2, DAY, few=5)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "2"})

    assert WORDS in client.get("/cart").text
    assert WORDS in client.get("/checkout").text
    check_out(client)
    attempt = db.scalars(select(PaymentAttempt)).one()
    rate = attempt.request["shipping_options"][0]["shipping_rate_data"]
    assert rate["display_name"].startswith(WORDS)
    assert client.post("/cart/lines", data={"sku": "ROLL-MINI-M"}).status_code == 409

    gateway.pay(attempt.session_id)
    attempt_id = attempt.id
    db.rollback()
    settle.settle(attempt_id, gateway, app.extensions["storefront"].settings)
    order = db.scalars(select(Order)).one()
    assert order.lines[0].ships_from == DAY
    assert WORDS in client.get(f"/orders/{order.number}?key={order.key}").text
    assert ledger.problems(db) == []
    assert levels.shelf(db, [roller.id]) == {roller.id: (-2, 0)}
    db.rollback()
    assert any(WORDS in letter["text"] for letter in letters(app, "ana@example.org"))


@both
def test_what_lies_there_is_no_preorder(client, db, gateway):
    roller = make_product(db, stock=3)
    preorders.open_until(db, roller.id, 5, DAY, few=5)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "3"})

    check_out(client)

    assert db.scalars(select(Order)).one().lines[0].ships_from is None
    assert service.preorder_days(db, {roller.id: 1}) == {roller.id: DAY}


@both
def test_a_kit_waits_for_its_latest_part(db):
    ball, strap = make_product(db, stock=0), make_product(db, "strap", sku="S", stock=9)
    kit = make_kit(db, {ball: 2, strap: 1})
    preorders.open_until(db, ball.id, 5, DAY, few=5)

    assert service.preorder_days(db, {kit.id: 2, strap.id: 1}) == {kit.id: DAY}
    assert levels.free(db, [kit.id]) == {kit.id: 2}
    with pytest.raises(Invalid):
        preorders.open_until(db, kit.id, 5, DAY, few=5)


@both
def test_a_preorder_can_be_closed_but_not_below_what_was_sold(db):
    ball = make_product(db, stock=0)
    preorders.open_until(db, ball.id, 5, DAY, few=5)
    service.take(db, make_order(db).id, {ball.id: 3}, few=5)

    with pytest.raises(Invalid, match="3 pieces are sold already"):
        preorders.open_until(db, ball.id, 2, DAY, few=5)
    preorders.close(db, ball.id, few=5)

    assert levels.bands(db, [ball.id], few=5) == {ball.id: "sold_out"}
    service.receive(db, ball.id, 10, few=5)
    assert levels.free(db, [ball.id]) == {ball.id: 7}
