"""Tax that Stripe worked out is written into the order when the money comes."""

from types import SimpleNamespace

import pytest

from storefront.orders.models import Order
from storefront.payments import settle
from storefront.payments.models import PaymentAttempt
from storefront.pricing import told_tax
from tests.makers import both, check_out, make_product


def order(*totals, shipping=390):
    lines = [
        SimpleNamespace(total_minor=each, tax_minor=0, tax_basis_points=0) for each in totals
    ]
    return SimpleNamespace(
        lines=lines, shipping_minor=shipping, total_minor=sum(totals) + shipping, tax_minor=0
    )


def test_what_is_told_is_split_over_lines_and_delivery():
    mine = order(2400, 900)

    told_tax.note(mine, mine.lines, 589, "DE")

    assert mine.tax_minor == 589
    assert [line.tax_minor for line in mine.lines] == [383, 144]  # 62 is the tax of delivery
    assert {line.tax_basis_points for line in mine.lines} == {1900}


def test_another_rate_than_the_published_one_is_told_as_near_as_can_be():
    mine = order(10_000, shipping=0)

    told_tax.note(mine, mine.lines, 654, "DE")

    assert mine.lines[0].tax_basis_points == 700


@pytest.mark.parametrize(("told", "kept"), [(-5, 0), (9999, 2790)])
def test_more_tax_than_there_is_total_is_held_to_it(told, kept):
    mine = order(2400)

    told_tax.note(mine, mine.lines, told, "DE")

    assert mine.tax_minor == kept


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"tax_mode": "stripe"})


@both
def test_stripe_is_asked_for_tax_and_what_it_says_is_kept(client, db, gateway, settings):
    make_product(db)
    db.commit()
    client.post("/cart/lines", data={"sku": "ROLL-MINI-M"})
    check_out(client)
    attempt = db.query(PaymentAttempt).one()
    attempt_id = attempt.id
    assert attempt.request["automatic_tax"] == {"enabled": True}
    assert attempt.order.tax_minor == 0
    gateway.pay(attempt.session_id, tax_minor=445)
    db.rollback()

    settle.settle(attempt_id, gateway, settings)

    db.rollback()
    paid = db.query(Order).one()
    assert (paid.state, paid.total_minor, paid.tax_minor, paid.lines[0].tax_minor) == (
        "paid",
        2790,
        445,
        383,
    )
