"""`memberships`: facts, prices and a look at everything that lives; and the books of memberships."""

import json
from datetime import timedelta

import pytest

from storefront import clock
from storefront.errors import Unavailable
from storefront.memberships import ledger, notes, trials
from storefront.memberships.models import MembershipGift, TrialUse
from storefront.payments.stripe_gateway import StripeGateway
from storefront.payments.subscription_gateway import PriceFound
from storefront.settings import Settings
from tests.storefront.memberships.membership_makers import make_membership, make_plan


@pytest.fixture
def type_(app):
    def run(*words, code=0):
        result = app.test_cli_runner().invoke(args=["storefront", "memberships", *words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_facts_are_listed_and_shown_for_people_and_programs(db, type_):
    made = make_membership(db, stripe_subscription_id="sub_1")
    notes.add(db, made, clock.now(), "It has begun.")
    db.commit()

    assert "ana@example.org" in type_("list")
    assert json.loads(type_("list", "--state", "canceled", "--json")) == []
    assert "It has begun." in type_("show", "--email", "Ana@example.org")
    assert json.loads(type_("show", "--email", "ana@example.org", "--json"))["is_member"]
    assert "is no member" in type_("show", "--email", "nobody@example.org")


def test_prices_are_found_or_made_for_every_plan_that_is_offered(app, db, type_):
    make_plan(db, "monthly")
    make_plan(db, "old", is_offered=False)
    db.commit()

    class Prices:
        def ensure_price(self, wanted):
            return PriceFound(f"price_{wanted.lookup_key}", is_new=True)

    silent = app.extensions["storefront"].gateway
    app.extensions["storefront"].gateway = Prices()
    assert json.loads(type_("prices", "sync", "--json")) == {
        "monthly": {"price": "price_test_monthly", "made": True}
    }
    assert "made" in type_("prices", "sync")
    app.extensions["storefront"].gateway = silent
    with pytest.raises(Unavailable):
        type_("prices", "sync")


def test_prices_name_the_address_that_did_not_answer(app, db, type_):
    make_plan(db, "monthly")
    db.commit()
    base = "http://127.0.0.1:9"
    app.extensions["storefront"].gateway = StripeGateway(
        Settings(stripe_api_base=base, stripe_max_retries=0)
    )

    with pytest.raises(Unavailable) as silent:
        type_("prices", "sync")

    assert silent.value.detail == f"No price was asked for: {base} did not answer."


def test_reconcile_fails_when_stripe_does_not_answer(db, type_):
    """It is asked about the subscription and about its invoices."""
    make_membership(db, stripe_subscription_id="sub_1")
    db.commit()

    assert json.loads(type_("reconcile", "--json", code=1))["unanswered"] == 2


def test_the_books_of_a_healthy_shop_say_nothing(app, db, settings):
    made = make_membership(db, status="trialing", stripe_subscription_id="sub_1")
    trials.claim(db, made.email, "card", "sub_1", settings, clock.now())
    make_membership(db, "bea@example.org", source="gift")
    db.commit()

    assert ledger.problems(db) == []
    assert app.test_cli_runner().invoke(args=["storefront", "ledger", "check"]).exit_code == 0


def broken(db, breach):
    now = clock.now()
    if breach == "nameless":
        make_membership(db).stripe_subscription_id = None
    elif breach == "gift with a subscription":
        make_membership(db, source="gift", stripe_subscription_id="sub_1")
    elif breach == "two live":
        for name in ("sub_1", "sub_2"):
            make_membership(db, stripe_subscription_id=name)
    elif breach == "endless":
        make_membership(db, period_end=None)
    elif breach == "uncounted trial":
        make_membership(db, status="trialing")
    elif breach == "lost trial":
        db.add(TrialUse(kind="card", fingerprint="x", subscription_id="sub_none", at=now))
    else:
        make_plan(db)
        row = (
            make_membership(db, source="gift")
            if breach == "open after it was taken back"
            else None
        )
        db.add(MembershipGift(
            code_fingerprint="x", plan_slug="monthly", months=1, created_at=now, redeemed_at=now,
            expires_at=now + timedelta(days=9), revoked_at=now if row else None,
            membership_id=row.id if row else None,
        ))  # fmt: skip
    db.commit()


@pytest.mark.parametrize(
    "breach",
    ["nameless", "gift with a subscription", "two live", "endless", "uncounted trial", "lost trial",
     "redeemed without a membership", "open after it was taken back"],
)  # fmt: skip
def test_each_breach_is_one_sentence_and_fails_the_check(app, db, breach):
    broken(db, breach)

    found = ledger.problems(db)

    assert len(found) == 1
    answer = app.test_cli_runner().invoke(args=["storefront", "ledger", "check"])
    assert (answer.exit_code, found[0] in answer.output) == (1, True)
