"""Promotion codes and coupons on the pay page: what they take off, and when they do not apply."""

import pytest
import stripe

from tests.storefront.till.till_makers import BREAKDOWN, opened, press, read


def code_of(client, **changes):
    off = client.v1.coupons.create({"percent_off": 10, "duration": "once"})
    promotion = {"type": "coupon", "coupon": off.id}
    return client.v1.promotion_codes.create(
        {"promotion": promotion, "code": "HELLO", **changes}
    )


def test_a_code_lowers_the_total_and_is_counted_when_paid(client):
    made = code_of(client)
    session = opened(client, allow_promotion_codes=True)

    page = press(session.url, action="update", code="hello")
    assert (page.status_code, "21.60 EUR" in page.text) == (200, True)
    assert press(session.url, code="hello").status_code == 303

    paid = read(client, session, **BREAKDOWN)
    assert (paid.amount_total, paid.total_details.amount_discount) == (2160, 240)
    assert [one.promotion_code for one in paid.discounts] == [made.id]
    assert paid.total_details.breakdown.discounts[0].amount == 240
    assert paid.line_items.data[0].discounts[0].discount.promotion_code == made.id
    assert client.v1.promotion_codes.retrieve(made.id).times_redeemed == 1
    assert client.v1.coupons.retrieve(made.promotion.coupon).times_redeemed == 1


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"code": "OTHER"}, "not valid"),
        ({"active": False}, "not valid"),
        ({"expires_at": 1}, "no longer valid"),
        ({"max_redemptions": 0}, "no longer valid"),
        (
            {"restrictions": {"minimum_amount": 2401, "minimum_amount_currency": "eur"}},
            "too small",
        ),
        (
            {"restrictions": {"minimum_amount": 1, "minimum_amount_currency": "usd"}},
            "another currency",
        ),
    ],
)
def test_a_code_that_does_not_apply_says_why_and_nothing_is_paid(client, limits, words):
    code_of(client, **limits)
    session = opened(client, allow_promotion_codes=True)

    page = press(session.url, code="HELLO")

    assert page.status_code == 422
    assert words in page.text
    assert read(client, session).payment_status == "unpaid"


def test_a_code_that_takes_everything_needs_no_payment(client):
    off = client.v1.coupons.create({"percent_off": 100, "duration": "once"})
    facts = {"promotion": {"type": "coupon", "coupon": off.id}, "code": "ALL"}
    client.v1.promotion_codes.create(facts)
    session = opened(client, allow_promotion_codes=True)

    page = press(session.url, action="update", code="all")
    assert "card_number" not in page.text
    assert press(session.url, code="all").status_code == 303

    done = read(client, session)
    assert (done.payment_status, done.payment_intent) == ("no_payment_required", None)


def test_a_total_too_small_to_charge_is_refused_and_nothing_changes(client):
    off = client.v1.coupons.create({"amount_off": 2380, "currency": "eur", "duration": "once"})
    facts = {"promotion": {"type": "coupon", "coupon": off.id}, "code": "MUCH"}
    client.v1.promotion_codes.create(facts)
    session = opened(client, allow_promotion_codes=True)

    for action in ("update", "pay"):
        page = press(session.url, action=action, code="MUCH")
        assert (page.status_code, "at least 50 EUR" in page.text) == (422, True)

    after = read(client, session)
    assert (after.status, after.amount_total, after.discounts) == ("open", 2400, [])


def test_one_active_code_of_a_name_and_lists_by_coupon(client):
    made = code_of(client)
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        code_of(client)

    client.v1.promotion_codes.update(made.id, {"active": False})
    again = code_of(client)

    listed = client.v1.promotion_codes.list({"coupon": again.promotion.coupon})
    assert [one.id for one in listed.data] == [again.id]
    assert len(client.v1.promotion_codes.list({"code": "HELLO"}).data) == 2


def test_a_session_takes_a_promotion_code_of_its_own(client):
    made = code_of(client)

    session = opened(client, discounts=[{"promotion_code": made.id}])

    assert session.amount_total == 2160
    with pytest.raises(stripe.InvalidRequestError):
        opened(client, discounts=[{"promotion_code": "promo_none"}])


def test_a_coupon_that_is_used_up_is_refused(client):
    off = client.v1.coupons.create(
        {"percent_off": 10, "duration": "once", "max_redemptions": 1}
    )
    first = opened(client, discounts=[{"coupon": off.id}])
    press(first.url)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        opened(client, discounts=[{"coupon": off.id}])

    assert refused.value.code == "coupon_expired"
