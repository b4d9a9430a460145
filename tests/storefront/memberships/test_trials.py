"""A trial is given once, and a new key for hashes takes it from nobody."""

from sqlalchemy import select

from storefront import clock
from storefront.memberships import trials
from storefront.memberships.models import TrialUse
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


def cards(db):
    return sorted(db.scalars(select(TrialUse.fingerprint).where(TrialUse.kind == trials.CARD)))


def claim(db, settings, card, subscription="sub_1", email=ANA):
    return trials.claim(db, email, card, subscription, settings, clock.now())


def test_another_card_takes_no_trial_back_and_counts_as_used(db, settings):
    claim(db, settings, "old", "sub_0", "bo@example.org")
    assert claim(db, settings, "first") == ""

    assert claim(db, settings, "old") == ""  # had one before: this one was given to the first
    assert claim(db, settings, "second") == ""

    assert cards(db) == ["first", "old", "second"]
    for used in ("first", "old", "second"):
        assert claim(db, settings, used, "sub_2", "cem@example.org") == trials.CARD


def test_a_trial_that_began_without_a_card_is_asked_for_the_first_one(db, settings):
    claim(db, settings, "old", "sub_0", "bo@example.org")
    assert claim(db, settings, "") == ""

    assert claim(db, settings, "old") == trials.CARD
