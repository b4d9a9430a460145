"""A member's gate, asked as the pages ask it: rows, rule and grace together."""

from datetime import timedelta

import pytest

from routines.access import service, words
from routines.access.decide import Resource, decide
from storefront import clock
from storefront.customers.visitor import Visitor
from tests.makers import both
from tests.storefront.memberships.membership_makers import make_membership

ANA = "ana@example.org"
VIDEO = Resource("video:strap", ("member",))
MINUTE = timedelta(minutes=1)


def ask(db, settings, now):
    visitor = Visitor(client="1", email=ANA, email_scope="verified")
    return decide(service.viewer(db, visitor, settings, now), VIDEO, now)


@both
def test_a_renewal_that_is_told_late_shuts_nobody_out(db, settings):
    end = clock.now()
    make_membership(db, now=end - 30 * 1440 * MINUTE, period_end=end)

    for later in (-MINUTE, 0 * MINUTE, 59 * MINUTE):
        told = ask(db, settings, end + later)
        assert told.allowed
        assert told.expires_at == end + 60 * MINUTE
        assert words.moment(end, "UTC") in words.why(told, "UTC")
        [reader] = service.viewers(db, [ANA], settings, end + later).values()
        assert decide(reader, VIDEO, end + later).allowed
    assert not ask(db, settings, end + 60 * MINUTE).allowed


@both
def test_a_gift_and_a_renewal_open_until_the_later_of_both(db, settings):
    end = clock.now()
    make_membership(db, period_end=end)
    make_membership(db, source="gift", period_end=end + 5 * MINUTE)

    assert ask(db, settings, end - MINUTE).expires_at == end + 60 * MINUTE


@pytest.mark.parametrize("source", ["stripe", "gift"])
def test_what_ends_for_good_says_an_end_that_has_not_passed(db, settings, source):
    end = clock.now()
    make_membership(db, source=source, period_end=end, cancel_at_period_end=True)

    assert words.moment(end, "UTC") in words.why(ask(db, settings, end - MINUTE), "UTC")
    after = ask(db, settings, end + MINUTE)
    assert after.allowed == (source == "stripe")
    assert after.told_until is None
