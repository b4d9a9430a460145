"""An unpaid order is paid after all: the same order, the same prices, the pieces held once more."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storefront import clock, worker
from storefront.catalog.models import Variant
from storefront.orders.models import Order
from storefront.outbox import OutboxRow
from storefront.payments import ledger
from storefront.payments.models import PaymentAttempt
from storefront.stock.models import StockLevel
from tests.makers import both, check_out, make_product, make_promotion
from tests.storefront.checkout.test_at_once import at_once, same_browser


@pytest.fixture
def roller(db):
    variant = make_product(db, stock=3)
    db.commit()
    return variant


@pytest.fixture
def expired(app, client, db, gateway, roller):
    """Give an order whose pay page closed unpaid."""
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "2"})
    check_out(client)
    close(app, db, gateway)
    return db.scalars(select(Order)).one()


def close(app, db, gateway):
    for session_id in list(gateway.sessions):
        gateway.expire_session(session_id)
    with app.app_context():
        worker.run("reconcile", clock.now() + timedelta(hours=1))
    db.rollback()


def pay(client, order, key=None):
    return client.post(f"/orders/{order.number}/pay", data={"key": key or order.key})


def page(client, order):
    return client.get(f"/orders/{order.number}?key={order.key}")


def attempts(db):
    db.rollback()
    return db.scalars(select(PaymentAttempt).order_by(PaymentAttempt.id)).all()


def remind(app, hours=4):
    with app.app_context():
        return worker.run("pay_links", clock.now() + timedelta(hours=hours))["letters"]


def test_an_offer_for_a_first_order_is_not_paid_later_beside_another_one(
    app, client, db, gateway, roller
):
    assert roller.sku == "ROLL-MINI-M"
    make_promotion(db, basis_points=5000, first_order_only=True)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    close(app, db, gateway)
    first = db.scalars(select(Order)).one()
    other = app.test_client()
    other.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    assert check_out(other).status_code == 303

    answer = pay(client, first)

    assert answer.status_code == 409
    assert "an offer for a first order" in answer.text
    assert len(attempts(db)) == 2


@both
def test_it_opens_another_page_for_the_same_order_at_the_same_prices(
    app, client, db, gateway, expired
):
    db.execute(update(Variant).values(price_minor=9900))
    db.commit()
    assert db.scalar(select(StockLevel.held)) == 0
    assert "Pay this order now" in page(client, expired).text

    answer = pay(client, expired)

    old, new = attempts(db)
    assert (answer.status_code, answer.location) == (303, new.pay_url)
    assert (old.state, new.state, new.order_id) == ("expired", "created", old.order_id)
    assert (expired.state, db.scalar(select(StockLevel.held))) == ("awaiting_payment", 2)
    request = gateway.requests[-1][0]
    assert request["line_items"][0]["price_data"]["unit_amount"] == 2400
    assert request["shipping_options"] == gateway.requests[0][0]["shipping_options"]
    gateway.pay(new.session_id)
    page(client, expired)
    db.rollback()
    assert db.scalars(select(Order)).one().state == "paid"
    assert ledger.problems(db) == []


@both
def test_pressing_at_once_opens_one_page(app, client, db, gateway, expired):
    tabs = [same_browser(app, client) for _ in range(5)]

    answers = at_once(*(lambda tab=tab: pay(tab, expired) for tab in tabs))

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert len(attempts(db)) == 2
    assert db.scalar(select(StockLevel.held)) == 2


def test_what_is_sold_out_meanwhile_is_told_and_nothing_changes(client, db, expired):
    db.execute(update(StockLevel).values(on_hand=1))
    db.commit()

    refused = pay(client, expired)

    assert refused.status_code == 409
    assert "Only 1 of Mini foam roller" in refused.text
    db.rollback()
    assert db.scalars(select(Order)).one().state == "expired"
    assert len(attempts(db)) == 1


def test_what_is_not_sold_any_more_is_told(client, db, roller, expired):
    roller.product.is_published = False
    db.commit()

    refused = pay(client, expired)

    assert refused.status_code == 422
    assert "not sold any more" in refused.text


def test_after_some_days_it_is_too_late(client, db, expired):
    expired.placed_at -= timedelta(days=8)
    db.commit()

    assert "Pay this order now" not in page(client, expired).text
    refused = pay(client, expired)
    assert refused.status_code == 422
    assert "can be paid for 7 days" in refused.text


def test_nobody_pays_without_the_key(client, db, expired):
    assert pay(client, expired, key="wrong").status_code == 404
    assert client.post(f"/orders/{expired.number}/pay").status_code == 404
    assert len(attempts(db)) == 1


def test_an_order_that_was_replaced_cannot_be_paid(client, db, gateway, roller):
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    check_out(client, city="Bremen")
    old = db.scalars(select(Order).order_by(Order.id)).first()

    assert "Pay this order now" not in page(client, old).text
    assert pay(client, old).status_code == 422


def test_a_page_whose_time_is_over_is_closed_before_another_is_opened(
    client, db, gateway, roller
):
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    [first] = attempts(db)
    first.expires_at = clock.now()
    db.commit()

    answer = pay(client, first.order)

    old, new = attempts(db)
    assert (old.state, new.state, answer.location) == ("expired", "created", new.pay_url)
    assert gateway.sessions[old.session_id].status == "expired"
    assert db.scalar(select(StockLevel.held)) == 1


def test_the_open_page_is_offered_with_its_time_only_when_stripe_says_it_is_unpaid(
    client, db, gateway, roller
):
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "2"})
    check_out(client)
    order = db.scalars(select(Order)).one()

    known = page(client, order).text
    gateway.is_silent = True
    unknown = page(client, order).text

    assert "Go to the pay page" in known
    scarce = "There are only a few of Mini foam roller, Medium. Yours are held until"
    assert scarce in known
    assert gateway.requests[0][0]["custom_text"]["submit"]["message"].startswith(scarce)
    assert "Go to the pay page" not in unknown
    gateway.is_silent = False
    assert pay(client, order).location == attempts(db)[0].pay_url


def test_plenty_is_never_called_scarce(client, db, gateway):
    make_product(db, stock=500)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)

    text = page(client, db.scalars(select(Order)).one()).text

    assert "only a few" not in text
    assert "The pay page is open until" in text
    assert "custom_text" not in gateway.requests[0][0]


def test_while_a_bank_is_at_work_nobody_is_asked_to_pay_again(client, db, gateway, roller):
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    [session_id] = gateway.sessions
    gateway.change(session_id, status="complete", is_processing=True)
    order = db.scalars(select(Order)).one()

    text = page(client, order).text
    answer = pay(client, order)

    assert "Your bank is at work" in text
    assert f"/orders/{order.number}/pay" not in text
    assert answer.location.startswith(f"/orders/{order.number}")
    assert len(attempts(db)) == 1


def test_the_letter_is_written_once_some_time_after_the_page_closed(app, client, db, expired):
    assert remind(app, hours=1) == 0
    assert remind(app) == 1
    assert remind(app, hours=9) == 0

    db.rollback()
    [letter] = db.scalars(select(OutboxRow).where(OutboxRow.key.like("pay_link:%")))
    assert letter.payload["to"] == "ana@example.org"
    assert letter.payload["context"]["order_url"].endswith(f"key={expired.key}")
    assert letter.payload["context"]["total"] == "€48.00"


@pytest.mark.parametrize("reason", ["off", "sold_out", "ordered_again", "too_old"])
def test_no_letter_is_written_where_it_would_be_wrong(app, client, db, expired, reason):
    state = app.extensions["storefront"]
    if reason == "off":
        state.settings = state.settings.model_copy(update={"pay_link_letter": False})
    if reason == "sold_out":
        db.execute(update(StockLevel).values(on_hand=1))
    if reason == "too_old":
        expired.placed_at -= timedelta(days=8)
    db.commit()
    if reason == "ordered_again":
        check_out(client)

    assert remind(app) == 0


def test_a_cart_and_its_unpaid_order_are_never_both_open(client, db, gateway, expired):
    again = pay(client, expired)

    same, other = check_out(client), check_out(client, city="Bremen")

    assert same.location == again.location != other.location
    assert [each.state for each in attempts(db)] == ["expired", "superseded", "created"]
    assert db.scalar(select(StockLevel.held)) == 2
