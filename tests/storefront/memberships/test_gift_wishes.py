"""Whose wish to give a gift is: anybody may type anybody's address."""

import pytest

from storefront import clock
from storefront.privacy import blockers
from tests.makers import both, proven

ANA = "ana@example.org"


def begin(client, email=ANA):
    answer = client.post("/membership/gift/buy", data={"plan": "monthly", "email": email})
    assert answer.status_code == 303


def kept(db, settings):
    db.rollback()
    return blockers.of(db, ANA, settings, clock.now())


@both
def test_a_stranger_keeps_nobody_from_erasing(client, db, till, plans, settings):
    begin(client)
    proven(client, "bo@example.org")
    begin(client)

    assert kept(db, settings) == []


@pytest.mark.parametrize("typed", [ANA, "Ana@Example.org"])
def test_an_own_gift_that_may_still_be_paid_has_to_end_first(
    client, db, till, plans, settings, typed
):
    proven(client, ANA)
    begin(client, typed)

    assert kept(db, settings) == [blockers.OPEN]
