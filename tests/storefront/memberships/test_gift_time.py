"""How long gifts last: beside what is paid, after it went back, and after one another."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storefront.memberships import bills, gifts, ledger, service
from storefront.memberships.models import Membership, MembershipSpared
from storefront.payments.subscription_gateway import InvoiceFacts
from tests.makers import both
from tests.storefront.memberships.membership_makers import MONTH, make_membership, make_plan

ANA = "ana@example.org"
DAY, YEAR = timedelta(days=1), timedelta(days=365)


def give(db, settings, now, months=1) -> str:
    return gifts.issue(
        db, make_plan(db, "monthly"), months, note="", by="", settings=settings, now=now
    )


def redeem(db, settings, now, months=1):
    return gifts.redeem(db, give(db, settings, now, months), ANA, now, settings)


def invoice(made, until, number=1, paid=900):
    return InvoiceFacts(
        stripe_id=f"in_{number}", subscription_id="sub_1", number=str(number), status="paid",
        amount_minor=900, paid_minor=paid, currency="EUR", made_at=made, until=until, page="",
    )  # fmt: skip


def ends(db):
    db.flush()
    wanted = select(Membership.period_end).where(
        Membership.source == "gift", Membership.status == "active"
    )
    return list(db.scalars(wanted.order_by(Membership.id)))


@pytest.fixture
def now():
    return datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def paying(db, settings, now):
    """Ana has a gift of a month, pays for a year beside it, and the gift waits for its end."""
    redeem(db, settings, now)
    make_membership(db, now=now, stripe_subscription_id="sub_1")
    before, told = ends(db), invoice(now, now + YEAR)
    bills.keep_known(db, told, now)
    assert ends(db) == [end + YEAR for end in before]
    return before, told


def take_back(db, told, now):
    bills.given_back(db, told, 900, now)


def dispute(db, told, now):
    bills.disputed(db, told, now, money_is_gone=True)


@both
@pytest.mark.parametrize("back", [take_back, dispute])
def test_a_gift_keeps_no_time_whose_money_went_back(db, settings, now, paying, back):
    before, told = paying

    for _again in range(2):
        back(db, told, now)
        assert ends(db) == before
    bills.keep_known(db, told, now + DAY)
    assert ends(db) == before
    assert list(db.scalars(select(MembershipSpared))) == []


def test_both_at_once_take_the_time_off_once(db, settings, now, paying):
    before, told = paying

    take_back(db, told, now)
    dispute(db, told, now)
    bills.disputed(db, told, now, money_is_gone=False)  # won, and still paid back

    assert ends(db) == before


def test_money_that_went_back_in_part_leaves_the_time_and_a_won_dispute_gives_it_again(
    db, settings, now, paying
):
    before, told = paying

    bills.given_back(db, told, 899, now)
    assert ends(db) == [end + YEAR for end in before]
    dispute(db, told, now)
    assert ends(db) == before
    bills.disputed(db, told, now, money_is_gone=False)
    assert ends(db) == [end + YEAR for end in before]


def test_what_was_paid_from_a_balance_spares_a_gift_too(db, settings, now):
    redeem(db, settings, now)
    make_membership(db, now=now, stripe_subscription_id="sub_1")
    [before] = ends(db)

    bills.keep_known(db, invoice(now, now + YEAR, paid=0), now)

    assert ends(db) == [before + YEAR]


def test_another_payment_takes_nothing_off(db, settings, now, paying):
    before, told = paying
    bills.keep_known(db, invoice(now + YEAR, now + 2 * YEAR, 2), now)
    assert ends(db) == [end + 2 * YEAR for end in before]

    take_back(db, told, now)

    assert ends(db) == [end + YEAR for end in before]


def test_a_gift_that_was_to_follow_the_longer_one_comes_earlier_too(db, settings, now, paying):
    [first], told = paying
    db.scalars(
        select(Membership).where(Membership.source == "stripe")
    ).one().status = "canceled"
    redeem(db, settings, now + timedelta(minutes=1))
    assert ends(db)[1] > first + YEAR

    take_back(db, told, now + timedelta(minutes=2))

    [again, second] = ends(db)
    assert again == first
    assert timedelta(days=27) < second - first < timedelta(days=32)


@both
def test_a_gift_that_is_taken_back_leaves_nothing_in_the_next_one(db, settings, now):
    code = give(db, settings, now, 12)
    gifts.redeem(db, code, ANA, now, settings)
    redeem(db, settings, now)
    redeem(db, settings, now)
    later = now + 40 * DAY

    for _again in range(2):
        gifts.revoke(db, gifts.find(db, code), later, settings)
        second, third = ends(db)
        assert later + 27 * DAY < second < later + 33 * DAY
        assert second + 27 * DAY < third < second + 33 * DAY
    assert service.standing(db, ANA, later, settings).until == third
    assert ledger.problems(db) == []


def test_one_between_two_leaves_its_time_alone_and_the_first_its_own(db, settings, now):
    redeem(db, settings, now)
    code = give(db, settings, now, 12)
    gifts.redeem(db, code, ANA, now, settings)
    redeem(db, settings, now)
    [first, *_rest] = ends(db)

    gifts.revoke(db, gifts.find(db, code), now, settings)

    [same, last] = ends(db)
    assert same == first
    assert first + 27 * DAY < last < first + 32 * DAY


def test_a_gift_that_has_run_down_takes_nothing_from_the_next(db, settings, now):
    code = give(db, settings, now)
    gifts.redeem(db, code, ANA, now, settings)
    redeem(db, settings, now)
    before = ends(db)

    gifts.revoke(db, gifts.find(db, code), now + 45 * DAY, settings)

    assert ends(db) == before[1:]
    assert before[1] > now + 58 * DAY


def test_a_gift_that_waits_for_a_paid_membership_still_waits_for_its_end(db, settings, now):
    make_membership(db, now=now, cancel_at_period_end=True, period_end=now + 10 * MONTH)
    code = give(db, settings, now, 12)
    gifts.redeem(db, code, ANA, now, settings)
    redeem(db, settings, now)

    gifts.revoke(db, gifts.find(db, code), now, settings)

    [left] = ends(db)
    assert timedelta(days=27) < left - now - 10 * MONTH < timedelta(days=33)
