"""Grants as values: what they open, and that nothing else does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routines.videos import grants
from routines.videos.grants import Grant
from storefront.customers.visitor import Visitor
from storefront.errors import Locked
from storefront.tokens import Signer

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SIGNER = Signer(["a key of more than thirty-two characters"])
ANA, BO = grants.fingerprint("ana@example.org"), grants.fingerprint("bo@example.org")
GRANT = Grant("strap", ANA, NOW + timedelta(minutes=30))


def opens(sealed: str, video="strap", viewer=ANA, now=NOW, signer=SIGNER) -> bool:
    return grants.holds(grants.read(signer, sealed), video=video, viewer=viewer, now=now)


def test_a_grant_opens_its_video_for_its_viewer():
    assert opens(grants.seal(SIGNER, GRANT))


@pytest.mark.parametrize(
    "other",
    [{"video": "other"}, {"viewer": BO}, {"viewer": grants.NOBODY}, {"now": GRANT.expires_at},
     {"now": GRANT.expires_at + timedelta(days=9)}, {"signer": Signer(["another key"])}],
)  # fmt: skip
def test_a_grant_opens_nothing_else(other):
    assert not opens(grants.seal(SIGNER, GRANT), **other)


def test_a_grant_works_until_the_last_second():
    assert opens(grants.seal(SIGNER, GRANT), now=GRANT.expires_at - timedelta(seconds=1))


def test_a_grant_for_anybody_opens_for_a_stranger_and_for_a_reader():
    sealed = grants.seal(SIGNER, Grant("strap", grants.ANYBODY, GRANT.expires_at))

    assert opens(sealed, viewer=grants.NOBODY)
    assert opens(sealed, viewer=BO)


def test_a_token_signed_for_another_purpose_is_no_grant():
    assert grants.read(SIGNER, SIGNER.sign("leave", ["strap", ANA, 2**31])) is None


def test_a_grant_of_the_old_key_works_while_the_key_is_kept():
    old, new = "old key, thirty-two characters..", "new key, thirty-two characters.."
    sealed = grants.seal(Signer([old]), GRANT)

    assert opens(sealed, signer=Signer([new, old]))
    assert not opens(sealed, signer=Signer([new]))


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.data())
def test_a_changed_letter_breaks_the_seal(data):
    sealed = grants.seal(SIGNER, GRANT)
    place = data.draw(st.integers(0, len(sealed) - 1))
    letter = data.draw(st.sampled_from("ABCDEFabcdef0123456789-_."))
    changed = sealed[:place] + letter + sealed[place + 1 :]

    found = grants.read(SIGNER, changed)

    assert found is None or found == GRANT


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_other_text_is_no_grant(text):
    assert grants.read(SIGNER, text) is None


@pytest.mark.parametrize(
    ("duration_ms", "least", "seconds"), [(5000, 1800, 1800), (3_600_000, 1800, 7200), (900_000, 1800, 1800)]
)  # fmt: skip
def test_a_grant_lives_twice_the_video_and_never_less_than_the_setting(
    duration_ms, least, seconds
):
    assert grants.life(duration_ms, least) == timedelta(seconds=seconds)


def test_a_fingerprint_does_not_tell_the_address():
    assert "ana" not in ANA
    assert ANA != BO
    assert grants.fingerprint(None) == grants.fingerprint("") == grants.NOBODY


def test_nothing_is_sealed_for_a_stranger_alone():
    with pytest.raises(Locked):
        grants.seal(SIGNER, Grant("strap", grants.NOBODY, GRANT.expires_at))


def test_a_sealed_nobody_of_old_opens_for_no_stranger():
    sealed = SIGNER.sign("media", ["strap", grants.NOBODY, int(GRANT.expires_at.timestamp())])

    assert not opens(sealed, viewer=grants.NOBODY)


def test_staff_without_an_address_is_told_from_strangers():
    staff = grants.fingerprint_of(Visitor(client="", email="", is_staff=True))

    assert staff not in {grants.NOBODY, grants.ANYBODY, ANA}
    assert grants.fingerprint_of(Visitor(client="")) == grants.NOBODY
