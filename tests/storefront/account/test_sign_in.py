"""Signing in by mailed digits or link: single use, the same for every address, and no open redirect."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select

from storefront import Storefront, clock, cookies, database
from storefront.account import views
from storefront.customers.agents import device_name
from storefront.customers.models import CustomerSession, CustomerSignIn, VerifiedAddress
from storefront.customers.visitor import HostUser
from storefront.newsletter.suppression import suppress
from tests.mailbox import code, letters, link
from tests.makers import both, make_order, proven, waited
from tests.storefront.backoffice.at_the_desk import signed_in

ANA, BOB = "ana@example.org", "bob@example.org"
LINK = "/account/sign-in/link/"


def ask(client, email=ANA, **fields):
    return client.post("/account/sign-in", data={"email": email} | fields)


def type_code(client, digits):
    return client.post("/account/sign-in/code", data={"code": digits})


def is_in(client, email=ANA) -> bool:
    page = client.get("/account")
    return page.status_code == 200 and email in page.text


def sessions_of(db, email=ANA) -> list[CustomerSession]:
    db.rollback()
    theirs = select(CustomerSession).where(CustomerSession.email == email)
    return list(db.scalars(theirs))


@both
def test_the_code_signs_in_the_device_that_asked(app, client):
    waits = ask(client)
    letter = letters(app)[0]
    digits = code(letter)

    answer = type_code(client, f"{digits[:3]} {digits[3:]}")

    assert (waits.status_code, waits.location) == (303, "/account/sign-in/code")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert letter["to"] == ANA
    assert is_in(client)


@both
def test_an_address_that_does_not_exist_gets_the_same_answer_and_no_letter(app, db, settings):
    with database.transaction() as writing:
        suppress(
            writing, ANA, scope="all", reason="hard_bounce", source="mailbox", now=clock.now(),
            settings=settings,
        )  # fmt: skip
    told, answers, work = [], {}, {}
    event.listen(db.get_bind(), "before_cursor_execute", lambda *say: told.append(say[2]))
    for email in (ANA, BOB):
        told.clear()
        answer = ask(app.test_client(), email)
        answers[email], work[email] = (answer.status_code, answer.location), [*told]

    assert answers[ANA] == answers[BOB]
    assert work[ANA] == work[BOB]
    assert [one["to"] for one in letters(app)] == [BOB]


def test_the_staff_see_why_somebody_gets_no_code(app, settings):
    with app.app_context(), database.transaction() as writing:
        suppress(
            writing, ANA, scope="all", reason="hard_bounce", source="mailbox", now=clock.now(),
            settings=settings,
        )  # fmt: skip

    page = signed_in(app, "keeper").get(f"/backoffice/bounces?email={ANA}").text

    assert "there is no such address (every letter, codes to sign in and receipts too)" in page


def test_the_code_is_for_the_device_that_asked_alone(app, client):
    ask(client)
    other = app.test_client()

    answer = type_code(other, code(letters(app)[0]))

    assert answer.status_code == 410
    assert not is_in(other)


def test_a_link_signs_in_the_device_that_presses_and_says_so(app, client):
    ask(client)
    path = link(letters(app)[0], LINK)
    phone = app.test_client()

    shown = phone.get(path)
    answer = phone.post(path, follow_redirects=True)

    assert "another device" in shown.text
    assert "signed in on this device. The one that asked is not" in answer.text
    assert is_in(phone)
    assert not is_in(client)


def test_a_link_opened_where_it_was_asked_for_says_nothing_of_other_devices(app, client):
    ask(client)
    path = link(letters(app)[0], LINK)

    shown = client.get(path)
    answer = client.post(path, follow_redirects=True)

    assert "another device" not in shown.text
    assert "You are signed in.</p>" in answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_scanners_do_changes_nothing(app, client, db, method):
    ask(client)
    path = link(letters(app)[0], LINK)

    for _ in range(3):
        app.test_client().open(path, method=method)

    assert sessions_of(db) == []
    assert client.post(path).status_code == 303


def test_code_and_link_work_once_between_them(app, client):
    ask(client)
    letter = letters(app)[0]
    type_code(client, code(letter))
    other = app.test_client()

    assert other.get(link(letter, LINK)).status_code == 410
    assert other.post(link(letter, LINK)).status_code == 410
    assert type_code(client, code(letter)).status_code == 410
    assert not is_in(other)


def test_signing_in_makes_the_other_letters_void(app, client):
    ask(client)
    other = app.test_client()
    ask(other)
    newest, first = letters(app)[0], letters(app)[1]
    client.post(link(first, LINK))

    assert type_code(other, code(newest)).status_code == 410


def test_five_wrong_codes_are_all_and_the_link_still_works(app, client):
    ask(client)
    letter = letters(app)[0]
    wrong = "000000" if code(letter) != "000000" else "111111"

    tries = [type_code(client, wrong).status_code for _ in range(5)]
    last = type_code(client, code(letter))

    assert tries == [422] * 5
    assert "Too many wrong codes" in last.text
    assert client.post(link(letter, LINK)).status_code == 303


def test_a_letter_is_good_for_a_quarter_of_an_hour(app, client):
    ask(client)
    letter = letters(app)[0]

    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        assert type_code(client, code(letter)).status_code == 410
        assert client.post(link(letter, LINK)).status_code == 410


@pytest.mark.parametrize(
    "typed", ["", "12345", "abcdef", "1234567", "１２３４５６", "12\x0034"]
)
def test_what_is_no_code_is_told_so(app, client, typed):
    ask(client)

    answer = type_code(client, typed)

    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    "email",
    ["", "ana", "ana@example.org, bob@example.org", "a\r\nBcc: b@example.org", "x" * 300],
)
def test_what_is_no_address_is_refused_and_nothing_is_written(app, client, db, email):
    assert ask(client, email).status_code == 422

    assert letters(app) == []
    assert db.scalars(select(CustomerSignIn)).all() == []


def test_known_and_unknown_addresses_are_answered_and_written_to_alike(app, db):
    with database.transaction():
        make_order(db, email=ANA)
        db.add(VerifiedAddress(email=ANA, verified_at=clock.now()))
    known, unknown = app.test_client(), app.test_client()

    answers = [ask(known, ANA), ask(unknown, BOB)]
    pages = [client.get("/account/sign-in/code").text for client in (known, unknown)]

    assert {(each.status_code, each.location) for each in answers} == {
        (303, "/account/sign-in/code")
    }
    assert pages[0] == pages[1]
    written = letters(app)
    assert len({re.sub(r"\d{6}|link/\S+", "…", each["text"]) for each in written}) == 1
    assert {each["to"] for each in written} == {ANA, BOB}


def test_three_letters_a_day_go_unanswered_to_one_mailbox_in_all_its_spellings(app):
    spellings = [
        ANA,
        "ANA@example.org",
        " ana@Example.org ",
        "a.n.a@example.org",
        "ana+1@example.org",
        "Ana+x.y@example.org",
    ]

    told = [ask(app.test_client(), email).status_code for email in spellings * 3]

    assert told == [303] * 3 + [429] * 15
    assert len(letters(app)) == 3


def test_who_answers_the_letters_is_never_kept_out(app):
    for _ in range(5):
        device = app.test_client()
        ask(device)
        assert type_code(device, code(letters(app)[0])).status_code == 303


@pytest.mark.parametrize(
    "wish",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/" + "x" * 400],
)
def test_signing_in_leads_nowhere_else(app, client, wish):
    ask(client, next=wish)

    assert type_code(client, code(letters(app)[0])).location == "/account"


def test_signing_in_leads_back_to_where_it_was_asked_for(app, client):
    away = client.get("/account/devices?at=1")
    ask(client, next="/account/devices?at=1")

    assert away.location == "/account/sign-in?next=/account/devices?at%3D1"
    assert type_code(client, code(letters(app)[0])).location == "/account/devices?at=1"
    assert client.get("/account/sign-in?next=//evil.example").location == "/account"


def test_a_device_may_change_its_address_and_the_old_session_ends(app, client, db):
    proven(client, BOB)
    ask(client)  # asks for Ana
    path = link(letters(app)[0], LINK)

    assert "signed in as bob@example.org" in client.get(path).text
    client.post(path)

    assert is_in(client)
    assert sessions_of(db, BOB) == []


@pytest.mark.parametrize("path", ["/account", "/account/devices"])
def test_pages_of_an_account_are_nobody_elses(client, path):
    away = client.get(path)
    proven(client)
    page = client.get(path)

    assert away.status_code == 303
    for answer in (away, page):
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "Cookie" in page.headers["Vary"]


@pytest.mark.parametrize(
    "path",
    ["/account/x.css", "/account/.js", "/account/devices/x.css", "/account/orders/.js", "/account.css", "/account/devices;a.css",
     "/account%2Fx.css", "/account/%0a.css"],
)  # fmt: skip
def test_no_address_below_looks_like_a_file(client, path):
    proven(client)

    answer = client.get(path)

    assert answer.status_code == 404
    assert "public" not in answer.headers.get("Cache-Control", "")
    assert ANA not in answer.text


def test_a_content_pass_opens_no_account(app, client):
    waited(client)

    assert client.get("/account").status_code == 303


def test_the_list_names_the_devices_and_signs_one_out(app, client, db):
    phone = app.test_client()
    ask(phone)
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
    phone.post(link(letters(app)[0], LINK), headers={"User-Agent": agent})
    proven(client)
    [theirs] = [row for row in sessions_of(db) if row.agent]

    page = client.get("/account/devices")
    answer = client.post(f"/account/devices/{theirs.id}/sign-out")

    assert "Safari on iPhone" in page.text
    assert page.text.count("this device</span>") == 1
    assert answer.status_code == 303
    assert not is_in(phone)
    assert is_in(client)


def test_nobody_signs_out_the_device_of_another(app, client, db):
    bob = app.test_client()
    proven(bob, BOB)
    proven(client)
    [row] = sessions_of(db, BOB)

    assert client.post(f"/account/devices/{row.id}/sign-out").status_code == 404
    assert is_in(bob, BOB)


def test_sign_out_here_ends_the_key_and_not_the_cookie_alone(app, client, db):
    proven(client)
    kept = client.get_cookie(cookies.PASS).value

    client.post("/account/sign-out")
    client.set_cookie(cookies.PASS, kept)

    assert not is_in(client)
    assert sessions_of(db) == []


def test_sign_out_everywhere_ends_every_device_and_every_letter(app, client):
    phone, tablet = app.test_client(), app.test_client()
    proven(phone)
    proven(client)
    ask(tablet)

    client.post("/account/sign-out-everywhere")

    assert [is_in(each) for each in (client, phone)] == [False, False]
    assert type_code(tablet, code(letters(app)[0])).status_code == 410


def test_a_form_of_another_site_signs_nobody_in_or_out(app, client):
    ask(client)
    path, foreign = link(letters(app)[0], LINK), {"Sec-Fetch-Site": "cross-site"}

    assert client.post(path, headers=foreign).status_code == 403
    proven(client)
    assert client.post("/account/sign-out", headers=foreign).status_code == 403
    assert is_in(client)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140", "Edge on Windows"),
        ("<script>", "A device that does not say what it is"),
        ("", "A device that does not say what it is"),
    ],
)  # fmt: skip
def test_a_device_is_named_in_words_of_ours(agent, name):
    assert device_name(agent) == name


@pytest.fixture
def hosted(settings):
    """A shop in an app that knows its own users."""
    host = Flask("host")
    host.secret_key = "a host's key of more than 32 characters"
    Storefront(host, settings=settings, visitor_from=lambda: HostUser(email="Ana@example.org"))
    yield host
    with host.app_context():
        host.extensions["sqlalchemy"].engine.dispose()


def test_who_is_signed_in_at_the_host_signs_in_and_out_there(hosted):
    client = hosted.test_client()

    page = client.get("/account")

    assert page.status_code == 200
    assert ANA in page.text
    assert "signing out is done there" in page.text
    assert "/account/sign-out" not in page.text
    assert client.get("/account/sign-in").location == "/account"
    assert "signing out is done there" in client.get("/account/devices").text


def test_every_way_on_from_an_account_leads_to_a_page_of_ours(app):
    named = [way[1] for way in (*views.WAYS, *views.MEMBER_WAYS)]

    assert [name for name in named if name not in app.view_functions] == []
