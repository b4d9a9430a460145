"""A trial is given once, and a new key for hashes takes it from nobody."""

from storefront import clock
from storefront.memberships import trials
from tests.makers import both

ANA = "ana@example.org"


@both
def test_a_trial_goes_on_when_the_key_of_the_hashes_is_another(db, settings):
    old = settings.model_copy(update={"secret_key": "a" * 32, "suppression_key": ""})
    new = old.model_copy(update={"suppression_key": "b" * 32})
    assert trials.claim(db, ANA, "card", "sub_1", old, clock.now()) == ""

    assert trials.claim(db, ANA, "card", "sub_1", new, clock.now()) == ""
    assert trials.claim(db, ANA, "other", "sub_2", new, clock.now()) == trials.ADDRESS
    assert trials.claim(db, "bo@example.org", "card", "sub_3", new, clock.now()) == trials.CARD
