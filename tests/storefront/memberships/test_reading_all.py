"""`reconcile` reads everything, however much there is; the job takes its turn."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from storefront import clock
from storefront.memberships import bills, joining, sweep, sync
from storefront.memberships.models import Membership, MembershipAttempt
from tests.storefront.memberships.membership_makers import make_plan

MANY = 10_050


@pytest.fixture
def asked(monkeypatch):
    """Note which of Stripe's things are asked for, and change none."""
    seen = {"memberships": set(), "bills": set(), "wishes": set()}

    def note(kind, answer):
        return lambda what, *_rest: seen[kind].add(what) or answer

    monkeypatch.setattr(sync, "sync", note("memberships", "active"))
    monkeypatch.setattr(bills, "fill", note("bills", bills.KEPT))
    monkeypatch.setattr(joining, "settle", note("wishes", "open"))
    return seen


@pytest.fixture
def crowd(app, db):
    make_plan(db)
    now = clock.now()
    before = now - timedelta(days=2)
    db.execute(insert(Membership), [
        {
            "email": f"{number}@example.org", "plan_slug": "monthly", "source": "stripe", "status": "active",
            "stripe_subscription_id": f"sub_{number}", "period_end": now, "created_at": before, "read_at": before,
        }
        for number in range(MANY)
    ])  # fmt: skip
    db.execute(insert(MembershipAttempt), [
        {
            "reference": f"r{number}", "kind": "gift", "email": "ana@example.org", "plan_slug": "monthly",
            "state": "open", "request": {}, "idempotency_key": "k", "created_at": before, "expires_at": now,
        }
        for number in range(sweep.MOST + 5)
    ])  # fmt: skip
    db.commit()


def test_everything_is_read_however_much_there_is(crowd, asked, settings):
    report = sweep.run(None, settings, clock.now(), everything=True)

    assert {kind: len(found) for kind, found in asked.items()} == {
        "memberships": MANY, "bills": MANY, "wishes": sweep.MOST + 5,
    }  # fmt: skip
    assert report["unchanged"] == 2 * MANY + sweep.MOST + 5


def test_the_job_takes_at_most_so_many_in_one_run(crowd, asked, settings):
    sweep.run(None, settings, clock.now())

    assert {kind: len(found) for kind, found in asked.items()} == {
        "memberships": sweep.MOST, "bills": 0, "wishes": sweep.MOST,
    }  # fmt: skip
