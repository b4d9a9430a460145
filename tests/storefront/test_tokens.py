"""Signed values: for one purpose, for a time, with keys that can be changed."""

import time_machine

from storefront.tokens import ALPHABET, Signer, digits, key, number


def test_a_value_comes_back_for_its_own_purpose_only():
    signer = Signer(["first key"])

    token = signer.sign("cart", {"id": 1})

    assert signer.read("cart", token) == {"id": 1}
    assert signer.read("pass", token) is None
    other = "A" if token[-9] != "A" else "B"  # every bit of it counts, those of the last do not
    assert signer.read("cart", token[:-9] + other + token[-8:]) is None
    assert signer.read("cart", "") is None


def test_what_is_signed_to_last_reads_the_same_each_time_and_stands_for_nothing_else():
    old, signer = Signer(["old"]), Signer(["new", "old"])
    with time_machine.travel("2026-11-20T10:00:00Z"):
        token = old.sign_lasting("share", 1)
    assert old.sign_lasting("share", 1) == token

    assert signer.read_lasting("share", token) == 1
    assert signer.read_lasting("media", token) is None
    assert signer.read("share", token) is None
    assert signer.read_lasting("share", signer.sign("share", 1)) is None
    for wrong in ("", "x", token[:-4], f"A{token}"):
        assert signer.read_lasting("share", wrong) is None


def test_an_old_key_still_reads_after_a_new_one_signs():
    old = Signer(["old"]).sign("cart", 1)

    rotated = Signer(["new", "old"])

    assert rotated.read("cart", old) == 1
    assert Signer(["old"]).read("cart", rotated.sign("cart", 2)) is None
    assert Signer(["new"]).read("cart", rotated.sign("cart", 2)) == 2


def test_a_value_is_refused_after_its_time():
    signer = Signer(["key"])
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False):
        token = signer.sign("grant", 1)
    with time_machine.travel("2026-11-20T10:01:00Z", tick=False):
        assert signer.read("grant", token, max_age_seconds=60) == 1
    with time_machine.travel("2026-11-20T10:01:01Z", tick=False):
        assert signer.read("grant", token, max_age_seconds=60) is None


def test_keys_are_long_and_numbers_can_be_read_aloud():
    assert len({key() for _ in range(100)}) == 100
    assert len(key()) >= 26
    assert set(number().replace("-", "")) <= set(ALPHABET)
    assert len(digits()) == 6
    assert digits().isdigit()
