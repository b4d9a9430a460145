"""Passkeys are taken only from the right name, for a challenge of ours, once, the person verified."""

from datetime import timedelta

import pytest

from storefront import clock
from storefront.errors import Invalid, LinkExpired, NotFound
from storefront.settings import Settings
from storefront.staff import passkeys, recovery
from tests.storefront.backoffice.at_the_desk import make_member
from tests.storefront.staff.soft_passkey import PRESENT, VERIFIED, SoftPasskey

SITE = passkeys.Site("localhost", "Pressline", ("http://localhost",))


@pytest.fixture
def owner(db):
    return make_member(db, "owner")


def register(db, member, device, **fields):
    now = clock.now()
    challenge_id, options = passkeys.ask_to_register(db, member, SITE, now)
    sent = {"credential": device.make(options)} | fields
    challenge = passkeys.take(db, challenge_id, "register", now, member.id)
    return passkeys.register(db, member.id, challenge, sent["credential"], "Phone", SITE, now)


def sign(db, device, **fields):
    now = clock.now()
    challenge_id, options = passkeys.ask_to_sign(db, "sign_in", SITE, now)
    challenge = passkeys.take(db, challenge_id, "sign_in", now)
    return passkeys.signed_by(db, challenge, device.sign(options), SITE, now)


def test_a_passkey_that_was_registered_signs_its_member_in(db, owner):
    device = SoftPasskey()
    register(db, owner, device)

    assert sign(db, device).id == owner.id
    assert passkeys.has_any(db, owner.id)


@pytest.mark.parametrize("wrong", [
    {"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"flags": PRESENT}, {"flags": VERIFIED},
])  # fmt: skip
def test_a_passkey_of_another_site_or_without_the_person_is_refused(db, owner, wrong):
    with pytest.raises(Invalid):
        register(db, owner, SoftPasskey(**wrong))

    device = SoftPasskey()
    register(db, owner, device)
    for name, value in wrong.items():
        setattr(device, name, value)
    with pytest.raises(Invalid):
        sign(db, device)


def test_a_challenge_is_taken_once_and_only_for_what_it_was_made(db, owner):
    now = clock.now()
    challenge_id, _ = passkeys.ask_to_sign(db, "sign_in", SITE, now)

    for purpose, member_id in (("fresh", None), ("sign_in", owner.id)):
        with pytest.raises(LinkExpired):
            passkeys.take(db, challenge_id, purpose, now, member_id)
    passkeys.take(db, challenge_id, "sign_in", now)
    with pytest.raises(LinkExpired):
        passkeys.take(db, challenge_id, "sign_in", now)


def test_an_answer_to_another_challenge_is_refused(db, owner):
    device, now = SoftPasskey(), clock.now()
    register(db, owner, device)
    _, options = passkeys.ask_to_sign(db, "sign_in", SITE, now)
    other_id, _ = passkeys.ask_to_sign(db, "sign_in", SITE, now)
    other = passkeys.take(db, other_id, "sign_in", now)

    with pytest.raises(Invalid):
        passkeys.signed_by(db, other, device.sign(options), SITE, now)


def test_a_challenge_lives_for_five_minutes(db, owner):
    now = clock.now()
    challenge_id, _ = passkeys.ask_to_sign(db, "sign_in", SITE, now)

    with pytest.raises(LinkExpired):
        passkeys.take(db, challenge_id, "sign_in", now + passkeys.LIFE)


def test_a_copied_passkey_shows_by_its_counter(db, owner):
    device = SoftPasskey(count=5)
    register(db, owner, device)
    sign(db, device)
    device.count = 3

    with pytest.raises(Invalid):
        sign(db, device)


def test_one_passkey_is_registered_once_and_by_one_member(db, owner):
    device = SoftPasskey()
    register(db, owner, device)

    with pytest.raises(Invalid):
        register(db, make_member(db, "packer"), device)


def test_a_challenge_to_register_belongs_to_its_member(db, owner):
    packer, now = make_member(db, "packer"), clock.now()
    challenge_id, _ = passkeys.ask_to_register(db, owner, SITE, now)

    with pytest.raises(LinkExpired):
        passkeys.take(db, challenge_id, "register", now, packer.id)


@pytest.mark.parametrize("rubbish", [
    None, [], "x", 7, {}, {"id": None}, {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": 7},
    {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "x", "attestationObject": "x"}},
])  # fmt: skip
def test_rubbish_is_refused_in_a_sentence(db, owner, rubbish):
    with pytest.raises(Invalid):
        register(db, owner, SoftPasskey(), credential=rubbish)


def test_a_deactivated_member_has_no_passkey_that_works(db, owner):
    device = SoftPasskey()
    register(db, owner, device)
    owner.is_active = False
    db.flush()

    with pytest.raises(Invalid):
        sign(db, device)


def test_a_member_removes_only_their_own(db, owner):
    made = register(db, owner, SoftPasskey())

    with pytest.raises(NotFound):
        passkeys.remove(db, owner.id + 1, made.id)
    passkeys.remove(db, owner.id, made.id)

    assert not passkeys.has_any(db, owner.id)


@pytest.mark.parametrize(
    ("base_url", "rp_id", "origin"),
    [
        ("https://shop.example/store", "shop.example", "https://shop.example"),
        ("http://127.0.0.1:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_passkeys_are_bound_to_the_name_of_the_shop(base_url, rp_id, origin):
    site = passkeys.site(Settings(base_url=base_url))

    assert (site.rp_id, site.origins) == (rp_id, (origin,))


def test_a_recovery_code_works_once_however_it_is_typed(db, owner):
    made = recovery.renew(db, owner.id, clock.now())
    typed = made[0].replace("-", " ").lower()

    assert recovery.use(db, owner.id, typed, clock.now())
    assert not recovery.use(db, owner.id, made[0], clock.now())
    assert recovery.left(db, owner.id) == recovery.HOW_MANY - 1


def test_new_recovery_codes_make_the_old_ones_void_and_are_nobody_elses(db, owner):
    old = recovery.renew(db, owner.id, clock.now())
    new = recovery.renew(db, owner.id, clock.now() + timedelta(seconds=1))
    other = make_member(db, "packer")

    assert not recovery.use(db, owner.id, old[0], clock.now())
    assert not recovery.use(db, other.id, new[0], clock.now())
    assert recovery.use(db, owner.id, new[0], clock.now())
