"""Signing in by mail: who learns what, what works once, and what a device keeps."""

import re

import pytest
import time_machine

from storefront import clock
from storefront.backoffice.entrance import COOKIE
from storefront.backoffice.sign_in_links import link_of
from storefront.staff import codes
from storefront.staff.models import AuditEntry, SignInCode, StaffSession
from tests.mailbox import code, letters, link
from tests.storefront.backoffice.at_the_desk import make_member, signed_in

OWNER = "owner@example.org"
LINK = "/backoffice/sign-in/link/"


@pytest.fixture
def owner(db):
    made = make_member(db, "owner")
    db.commit()
    return made


def ask(client, email=OWNER, **fields):
    return client.post("/backoffice/sign-in", data={"email": email, **fields})


def type_code(client, digits):
    return client.post("/backoffice/sign-in/code", data={"code": digits})


def is_in(client) -> bool:
    return client.get("/backoffice").status_code == 200


def test_the_code_of_the_letter_signs_in(app, client, owner, db):
    ask(client)
    answer = type_code(client, code(letters(app, OWNER)[0]))

    assert (answer.status_code, answer.location) == (303, "/backoffice")
    assert is_in(client)
    assert db.query(AuditEntry).one().action == "signed_in"


def test_signing_in_leads_on_to_where_somebody_wanted_to_go(app, client, owner):
    refused = client.get("/backoffice/none/such?state=paid")
    next_url = re.search('name="next" value="([^"]*)"', client.get(refused.location).text)[1]
    ask(client, next=next_url)

    answer = type_code(client, code(letters(app, OWNER)[0]))

    assert answer.location == "/backoffice/none/such?state=paid"


@pytest.mark.parametrize(
    "wish",
    ["//evil.example", "https://evil.example/backoffice", "/\\evil", "/backofficex", "/cart",
     "javascript:alert(1)", "/backoffice\r\nX: y", "/backoffice/" + "x" * 400],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(app, client, owner, wish):
    ask(client, next=wish)

    assert type_code(client, code(letters(app, OWNER)[0])).location == "/backoffice"


def test_known_unknown_and_deactivated_addresses_are_answered_alike(app, client, owner, db):
    gone = make_member(db, "packer", "gone@example.org")
    gone.is_active = False
    db.commit()
    answers = []
    for email in (OWNER, "nobody@example.org", "gone@example.org"):
        device = app.test_client()
        answer, wrong = ask(device, email), type_code(device, "000000")
        kept = {name: value for name, value in answer.headers if name != "Set-Cookie"}
        answers.append((answer.status_code, answer.text, kept, wrong.status_code, wrong.text))

    assert answers[0] == answers[1] == answers[2]
    assert [letter["to"] for letter in letters(app)] == [OWNER]


def test_known_and_unknown_addresses_cost_the_same_statements(app, client, owner, db):
    from tests.house.test_public_pages import counted

    counts = []
    for email in (OWNER, "nobody@example.org"):
        with counted(app) as statements:
            ask(app.test_client(), email)
        counts.append([re.sub(r"\s+", " ", statement) for statement in statements])

    assert counts[0] == counts[1]


def test_a_scanner_that_follows_the_link_signs_nobody_in(app, client, owner, db):
    ask(client)
    path = link(letters(app, OWNER)[0], LINK)

    for _ in range(3):
        assert app.test_client().get(path).status_code == 200
        assert app.test_client().head(path).status_code == 200

    assert db.query(StaffSession).count() == 0
    other = app.test_client()
    assert other.post(path).status_code == 303
    assert is_in(other)


def test_a_link_works_once_and_the_other_letters_die_with_it(app, client, owner):
    ask(client)
    ask(client)
    newest, oldest = (link(letter, LINK) for letter in letters(app, OWNER))

    assert app.test_client().post(newest).status_code == 303
    for path in (newest, oldest):
        device = app.test_client()
        assert device.post(path).status_code == 410
        assert device.get(path).status_code == 410
        assert not is_in(device)


def test_link_and_code_die_after_fifteen_minutes(app, client, owner):
    ask(client)
    letter = letters(app, OWNER)[0]

    with time_machine.travel(clock.now() + codes.LIFE):
        assert app.test_client().post(link(letter, LINK)).status_code == 410
        assert type_code(client, code(letter)).status_code == 410
        assert not is_in(client)


def test_five_wrong_codes_close_the_code_but_not_the_link(app, client, owner):
    ask(client)
    letter = letters(app, OWNER)[0]
    wrong = f"{(int(code(letter)) + 1) % 1_000_000:06}"
    assert [type_code(client, wrong).status_code for _ in range(5)] == [422] * 5

    assert type_code(client, code(letter)).status_code == 422
    assert not is_in(client)

    device = app.test_client()
    device.post(link(letter, LINK))
    assert is_in(device)


def test_a_forged_link_opens_nothing(app, client, owner, db):
    wish_id = codes.make(db, OWNER, clock.now()).id
    db.commit()
    for token in ("x", "InNvbWV0aGluZyI.x.y", wish_id):
        assert client.post(LINK + token).status_code == 410
    assert not is_in(client)


def test_codes_tried_from_many_places_are_slowed_down_for_one_address(app, owner):
    """Ten letters an hour, five tries each, ten tries a minute: however many clients share them."""
    answers = []
    for number in range(40):
        device = app.test_client()
        device.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        ask(device)
        answers += [type_code(device, "000000").status_code for _ in range(5)]

    assert answers.count(422) <= 10
    assert set(answers) <= {422, 429, 410}


def test_one_client_that_tries_addresses_in_turn_is_slowed_down(app, client):
    states = [ask(client, f"somebody{number}@example.org").status_code for number in range(40)]

    assert states.count(303) == 20
    assert states[20:] == [429] * 20


def test_a_closed_code_cannot_be_used_to_keep_the_owner_from_typing_theirs(app, owner):
    """Tries at a code that is closed anyway do not count against the address."""
    thief, mine = app.test_client(), app.test_client()
    thief.environ_base["REMOTE_ADDR"] = "198.51.100.9"
    ask(thief)
    for _ in range(25):
        type_code(thief, "000000")
    ask(mine)

    type_code(mine, code(letters(app, OWNER)[0]))

    assert is_in(mine)


def test_letters_to_one_address_are_bound_and_the_owner_still_gets_in(app, owner):
    for number in range(10):
        device = app.test_client()
        device.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        assert ask(device).status_code == 303
    assert ask(app.test_client()).status_code == 429

    mine = app.test_client()
    mine.post(link(letters(app, OWNER)[0], LINK))

    assert is_in(mine)


def test_a_new_key_is_given_at_sign_in_and_the_old_session_ends(app, owner, db):
    device = signed_in(app)
    before = device.get_cookie(COOKIE, path="/backoffice").value
    with app.test_request_context():
        wish = codes.make(db, OWNER, clock.now())
        db.commit()
        path = link_of(wish.id).removeprefix("http://localhost")

    device.post(path)

    after = device.get_cookie(COOKIE, path="/backoffice").value
    assert after != before
    assert is_in(device)
    assert db.query(StaffSession).count() == 1
    device.set_cookie(COOKIE, before, path="/backoffice")
    assert not is_in(device)


def test_a_key_that_somebody_planted_is_never_taken_over(app, client, owner):
    planted = app.extensions["storefront"].signer.sign(COOKIE, "planted-key")
    client.set_cookie(COOKIE, planted, path="/backoffice")
    ask(client)
    type_code(client, code(letters(app, OWNER)[0]))

    assert client.get_cookie(COOKIE, path="/backoffice").value != planted


def test_the_cookie_is_for_the_backoffice_alone(app, client, owner):
    ask(client)
    answer = type_code(client, code(letters(app, OWNER)[0]))
    given = next(each for each in answer.headers.getlist("Set-Cookie") if COOKIE + "=" in each)

    assert "HttpOnly" in given
    assert "SameSite=Lax" in given
    assert "Path=/backoffice" in given
    assert client.get("/shop/").headers["Cache-Control"].startswith("public")


def test_the_cookie_is_secure_where_the_shop_is(app, client, owner):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"base_url": "https://shop.example"})
    ask(client)

    answer = client.post(link(letters(app, OWNER)[0], LINK), base_url="https://shop.example")

    given = [each for each in answer.headers.getlist("Set-Cookie") if COOKIE + "=" in each]
    assert given
    assert [each for each in given if "Secure" not in each] == []


def test_signing_out_ends_the_session_itself(app, db):
    device = signed_in(app)
    key = device.get_cookie(COOKIE, path="/backoffice").value

    device.post("/backoffice/sign-out")
    device.set_cookie(COOKIE, key, path="/backoffice")

    assert not is_in(device)
    assert db.query(StaffSession).count() == 0


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])  # fmt: skip
def test_another_site_can_neither_sign_in_nor_out(app, headers, db):
    device = signed_in(app)

    for path in ("/backoffice/sign-in", "/backoffice/sign-out", "/backoffice/sign-in/code"):
        assert device.post(path, headers=headers).status_code == 403

    assert is_in(device)
    assert db.query(SignInCode).count() == 0
