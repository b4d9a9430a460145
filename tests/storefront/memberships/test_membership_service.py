"""Who is a member: the rows and the rule say the same, for one and for many."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from storefront import clock
from storefront.catalog.pack_models import PlanFile
from storefront.errors import Invalid
from storefront.memberships import pack, rules, service
from storefront.memberships.models import STATUSES, Membership, MembershipPlan
from storefront.resources import data_folder
from tests.makers import both
from tests.storefront.memberships.membership_makers import make_membership, make_plan

DAY = timedelta(days=1)


@both
def test_the_clause_in_sql_says_what_the_rule_says(db, settings):
    now, number = clock.now(), 0
    edges = (-8 * DAY, -DAY, timedelta(hours=-1), timedelta(minutes=-59), timedelta(0), DAY)
    for status in STATUSES:
        for edge in edges:
            for source, why in (("stripe", ""), ("gift", ""), ("stripe", "trial_used")):
                number += 1
                make_membership(
                    db, f"{number}@example.org", status=status, source=source, ends_because=why,
                    period_end=now + edge, past_due_since=now + edge,
                )  # fmt: skip

    grace = service.grace(settings)
    open_rows = set(
        db.scalars(select(Membership.id).where(service.is_member_clause(now, settings)))
    )

    by_rule = {row.id for row in db.scalars(select(Membership)) if rules.opens(row, grace, now)}
    assert open_rows == by_rule
    assert 0 < len(by_rule) < number


def test_somebody_is_a_member_by_what_lasts_longest(db, settings):
    now = clock.now()
    make_plan(db, "yearly")
    make_membership(db, now=now, status="canceled", stripe_subscription_id="sub_old")
    make_membership(db, now=now, status="trialing", period_end=now + DAY)
    make_membership(db, now=now, source="gift", plan_slug="yearly", period_end=now + 30 * DAY)

    told = service.standing(db, "ana@example.org", now, settings)

    assert (told.plan_slug, told.name, told.source, told.until) == (
        "yearly",
        "Yearly",
        "gift",
        now + 30 * DAY,
    )
    assert told.ends
    assert not told.is_trial


def test_who_never_joined_or_whose_time_is_over_is_no_member(db, settings):
    now = clock.now()
    make_membership(db, now=now, period_end=now - DAY)

    assert service.standing(db, "ana@example.org", now, settings) is None
    assert service.standing(db, "nobody@example.org", now, settings) is None


def test_a_cancelled_membership_stays_open_until_its_period_is_over(db, settings):
    now = clock.now()
    made = make_membership(db, now=now, cancel_at_period_end=True, period_end=now + DAY)

    told = service.standing(db, made.email, now, settings)

    assert (told.ends, told.until) == (True, now + DAY)
    assert service.standing(db, made.email, now + 2 * DAY, settings) is None


def test_many_addresses_cost_one_statement(db, settings):
    now = clock.now()
    emails = [f"{number}@example.org" for number in range(200)]
    for email in emails[:50]:
        make_membership(db, email, now=now)
    db.flush()
    told = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *said: told.append(said[2]))

    found = service.members(db, emails, now, settings)

    assert set(found) == set(emails[:50])
    assert len(told) == 1


def test_the_demo_brings_a_monthly_and_a_yearly_plan_with_a_trial(db):
    folder = data_folder("config") / "demo" / "catalog"

    assert pack.load(db, folder, "EUR") == 2
    assert pack.load(db, folder, "EUR") == 2

    offered = service.plans(db)
    assert [(plan.slug, plan.rhythm, plan.trial_days, plan.currency) for plan in offered] == [
        ("monthly", "month", 14, "EUR"), ("yearly", "year", 14, "EUR"),
    ]  # fmt: skip


def test_two_plans_are_never_found_by_one_lookup_key(db):
    first = PlanFile(slug="a", name="A", lookup_key="same", amount_minor=900, rhythm="month")
    second = first.model_copy(update={"slug": "b"})

    with pytest.raises(Invalid, match="one lookup key"):
        pack.write(db, [first, second], "EUR")

    assert db.scalars(select(MembershipPlan)).all() == []


def test_a_plan_that_is_not_offered_cannot_be_joined(db):
    make_plan(db, is_offered=False)

    assert service.plans(db) == []
    with pytest.raises(Exception, match="no such membership"):
        service.plan(db, "monthly")
