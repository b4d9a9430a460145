"""Memberships in the backoffice: who is one, what happened, ending it, and gifts made by hand."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock
from storefront.memberships import ledger, notes
from storefront.memberships.models import Membership, MembershipGift
from storefront.staff.models import AuditEntry
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.memberships.membership_makers import make_membership, make_plan

LIST = "/backoffice/memberships"
GIFTS = f"{LIST}/gifts"
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


@pytest.fixture
def keeper(app):
    return signed_in(app, "keeper")


@pytest.fixture
def ana(db):
    made = make_membership(db, stripe_subscription_id="sub_ana", stripe_customer_id="cus_ana")
    notes.add(db, made, clock.now(), "It has begun.")
    make_membership(db, "bea@example.org", status="past_due", past_due_since=clock.now())
    db.commit()
    return made.id


def actions(db):
    db.rollback()
    return db.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


def test_the_list_is_narrowed_by_address_and_state(keeper, ana):
    assert all(name in keeper.get(LIST).text for name in ("ana@example.org", "bea@example.org"))
    assert "ana@example.org" not in keeper.get(f"{LIST}?state=past_due").text
    assert "bea@example.org" not in keeper.get(f"{LIST}?words=ana").text
    assert "Nothing fits" in keeper.get(f"{LIST}?words=nobody").text


def test_one_member_shows_status_history_and_others_of_the_address(keeper, db, ana):
    make_membership(db, source="gift", period_end=clock.now() + timedelta(days=3))
    db.commit()

    page = keeper.get(f"{LIST}/{ana}").text

    for words in (
        "sub_ana",
        "cus_ana",
        "It has begun.",
        "opens",
        "Others of this address",
        "End it now",
    ):
        assert words in page
    assert keeper.get(f"{LIST}/999").status_code == 404


def test_a_silent_stripe_changes_nothing_and_is_told(keeper, db, ana, app):
    for path in ("read", "end"):
        answer = keeper.post(f"{LIST}/{ana}/{path}", data={"when": "now"})
        assert (answer.status_code, "Nothing was changed" in answer.text) == (503, True)

    db.rollback()
    assert db.get(Membership, ana).status == "active"
    gift = make_membership(db, "cem@example.org", source="gift")
    db.commit()
    assert keeper.post(f"{LIST}/{gift.id}/end").status_code == 404


def test_a_gift_is_made_once_its_code_is_shown_once_and_it_is_taken_back(keeper, db):
    make_plan(db, "yearly", rhythm="year")
    db.commit()
    sent = {"plan": "yearly", "note": "Sorry", "turn": "0"}

    first, second = keeper.post(GIFTS, data=sent), keeper.post(GIFTS, data=sent)

    code = CODE.search(first.text)[0]
    assert (first.status_code, second.status_code) == (200, 422)
    page = keeper.get(GIFTS).text
    assert ("one year" in page, "Sorry" in page, code in page) == (True, True, False)
    gift = db.scalars(select(MembershipGift)).one()
    for _ in range(2):
        assert keeper.post(f"{GIFTS}/{gift.id}/revoke").status_code == 303
    assert "Taken back" in keeper.get(GIFTS).text
    assert keeper.post(f"{GIFTS}/99/revoke").status_code == 404
    assert keeper.post(GIFTS, data={"plan": "none", "turn": "1"}).status_code == 422
    assert actions(db).count("membership_gift.made") == 1
    assert ledger.problems(db) == []
