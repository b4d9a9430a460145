"""Passkeys through the addresses that the pages' script uses, with an authenticator in memory."""

import pytest
from sqlalchemy import update

from storefront.staff.models import AuditEntry, Passkey, StaffSession
from tests.mailbox import code, letters
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.staff.soft_passkey import SoftPasskey

OWNER = "owner@example.org"
ME = "/backoffice/me/passkeys"
SCRIPT = {"Accept": "application/json"}


def make_passkey(client) -> SoftPasskey:
    device = SoftPasskey()
    asked = client.post(f"{ME}/options", json={}).json
    sent = {"challenge": asked["challenge"], "credential": device.make(asked["options"])}
    answer = client.post(ME, json=sent | {"name": "Phone"})
    assert answer.json == {"next": "/backoffice/me/recovery-codes"}
    return device


def sign_in(client, device, *, next_url="", place="/backoffice/sign-in/passkey"):
    asked = client.post(f"{place}/options", json={}).json
    sent = {"challenge": asked["challenge"], "credential": device.sign(asked["options"])}
    return client.post(f"{place}?next={next_url}", json=sent, headers=SCRIPT)


@pytest.fixture
def strict(app):
    """A shop that wants the passkey of whoever has one."""
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"staff_passkey_required": True})


def test_a_passkey_signs_in_without_a_letter_and_leads_on(app, client, db):
    device = make_passkey(signed_in(app))

    answer = sign_in(client, device, next_url="/backoffice/me")

    assert answer.json == {"next": "/backoffice/me"}
    assert client.get("/backoffice/me").status_code == 200
    assert db.query(StaffSession).order_by(StaffSession.id.desc()).first().way == "passkey"
    assert letters(app) == []


def test_an_unknown_passkey_is_refused_as_json(app, client):
    make_passkey(signed_in(app))

    answer = sign_in(client, SoftPasskey())

    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert client.get("/backoffice").status_code == 303


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{}", b'{"challenge": {}, "credential": []}', b"\xff", b"[" * 99])  # fmt: skip
def test_rubbish_is_refused_and_never_breaks(app, client, body):
    for place in ("/backoffice/sign-in/passkey", ME, "/backoffice/fresh/passkey"):
        answer = signed_in(app).post(place, data=body, content_type="application/json")

        assert answer.status_code in {410, 422}


def test_a_passkey_is_made_only_after_a_fresh_proof(app, db):
    owner = signed_in(app)
    db.execute(update(StaffSession).values(proven_at=None))
    db.commit()

    for path in (f"{ME}/options", ME):
        assert owner.post(path, json={}, headers=SCRIPT).json["code"] == "forbidden"
    assert owner.get(f"{ME}/new").location.startswith("/backoffice/fresh?")
    assert db.query(Passkey).count() == 0


def test_a_passkey_is_a_fresh_proof_of_its_own_member_only(app):
    owner, packer = signed_in(app), signed_in(app, "packer")
    mine, theirs = make_passkey(owner), make_passkey(packer)
    place = "/backoffice/fresh/passkey"

    assert sign_in(owner, theirs, place=place).status_code == 422
    assert sign_in(owner, mine, place=place, next_url="/backoffice/me").json == {"next": "/backoffice/me"}  # fmt: skip


def test_where_it_is_required_a_code_alone_no_longer_does(app, client, strict):
    device = make_passkey(signed_in(app))
    client.post("/backoffice/sign-in", data={"email": OWNER, "next": "/backoffice/me"})

    answer = client.post("/backoffice/sign-in/code", data={"code": code(letters(app, OWNER)[0])})  # fmt: skip

    assert answer.location == "/backoffice/sign-in/passkey"
    assert client.get("/backoffice").status_code == 303
    assert "passkey" in client.get(answer.location).text
    assert sign_in(client, device).status_code == 200
    assert client.get("/backoffice").status_code == 200


def test_where_it_is_required_who_has_none_still_signs_in_by_code(app, client, strict):
    signed_in(app)
    client.post("/backoffice/sign-in", data={"email": OWNER})

    answer = client.post("/backoffice/sign-in/code", data={"code": code(letters(app, OWNER)[0])})  # fmt: skip

    assert answer.location == "/backoffice"


def test_a_recovery_code_stands_in_for_a_lost_passkey_after_the_letter(app, client, strict):
    owner = signed_in(app)
    make_passkey(owner)
    made = owner.post("/backoffice/me/recovery-codes").text
    spare = made.partition("<code>")[2].partition("</code>")[0]
    assert spare not in owner.get("/backoffice/me/recovery-codes").text

    assert client.post("/backoffice/sign-in/recovery", data={"recovery": spare}).status_code == 303  # fmt: skip
    assert client.get("/backoffice").status_code == 303
    client.post("/backoffice/sign-in", data={"email": OWNER})
    client.post("/backoffice/sign-in/code", data={"code": code(letters(app, OWNER)[0])})
    assert client.post("/backoffice/sign-in/recovery", data={"recovery": "0000-0000-0000"}).status_code == 422  # fmt: skip
    assert client.post("/backoffice/sign-in/recovery", data={"recovery": spare}).status_code == 303  # fmt: skip
    assert client.get("/backoffice").status_code == 200


def test_the_device_that_asked_gains_nothing_from_a_link_pressed_elsewhere(app, client, strict):
    """Who asks for a letter to another's address waits in vain, also for the second step."""
    owner = signed_in(app)
    make_passkey(owner)
    client.post("/backoffice/sign-in", data={"email": OWNER})
    text = letters(app, OWNER)[0]["text"]
    link = text[text.index("/backoffice/sign-in/link/") :].split()[0]

    assert app.test_client().post(link).location == "/backoffice/sign-in/passkey"
    assert client.get("/backoffice/sign-in/passkey").location == "/backoffice/sign-in"


def test_removing_a_passkey_ends_it(app, client, db):
    owner = signed_in(app)
    device = make_passkey(owner)
    number = db.query(Passkey).one().id
    db.rollback()

    assert signed_in(app, "packer").post(f"{ME}/{number}/remove").status_code == 404
    assert owner.post(f"{ME}/{number}/remove").status_code == 303
    assert sign_in(client, device).status_code == 422


def test_a_refused_answer_uses_its_challenge_up(app, client):
    device = make_passkey(signed_in(app))
    asked = client.post("/backoffice/sign-in/passkey/options", json={}).json
    wrong = {"challenge": asked["challenge"], "credential": {"id": "x"}}
    right = wrong | {"credential": device.sign(asked["options"])}

    assert client.post("/backoffice/sign-in/passkey", json=wrong).status_code == 422
    assert client.post("/backoffice/sign-in/passkey", json=right).status_code == 410


def test_a_copy_of_an_answer_works_no_second_time(app, client):
    device = make_passkey(signed_in(app))
    asked = client.post("/backoffice/sign-in/passkey/options", json={}).json
    sent = {"challenge": asked["challenge"], "credential": device.sign(asked["options"])}

    assert client.post("/backoffice/sign-in/passkey", json=sent).status_code == 200
    thief = app.test_client()
    assert thief.post("/backoffice/sign-in/passkey", json=sent).status_code == 410


def test_every_step_is_in_the_log(app, db):
    make_passkey(signed_in(app))

    found = [entry.action for entry in db.query(AuditEntry).order_by(AuditEntry.id)]
    assert found == ["passkey.asked", "passkey.made"]
