"""A sum that changed is refused with every reason that it can have."""

from types import SimpleNamespace

import pytest

from storefront.checkout import agreed
from storefront.errors import CodeUsed, Invalid, PriceChanged
from storefront.pricing.reasons import Refused

BIG = Refused("BIG50", "too_little", "BIG50 needs €176.00 more.")
FIRST = Refused("FIRST", "not_first", "FIRST is for a first order.")
ONCE = Refused("ONCE", "used_up", "ONCE was used up.")
BETTER = Refused("TEN", "better", "A better offer counts.")


def priced(*refused):
    return SimpleNamespace(
        sums=SimpleNamespace(charge_minor=2790, total_minor=2790), refused=refused
    )


def test_each_code_that_does_not_count_is_named():
    with pytest.raises(Invalid) as told:
        agreed.check_total(priced(BIG, BETTER, FIRST), 2310)

    assert str(told.value) == f"{BIG.text} {FIRST.text}"


def test_a_code_that_never_counted_stops_nobody():
    agreed.check_total(priced(BIG, BETTER), 2790)


def test_a_used_up_code_among_others_is_told_as_one():
    with pytest.raises(CodeUsed, match="ONCE was used up"):
        agreed.check_total(priced(BIG, ONCE), 2310)


def test_what_is_harmless_is_no_reason():
    with pytest.raises(PriceChanged):
        agreed.check_total(priced(BETTER), 2310)
