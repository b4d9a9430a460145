"""The newsletter's pages as browsers, scanners and mail programs meet them."""

import re
import threading

import pytest
from sqlalchemy import func, select

from storefront import clock, database, web
from storefront.newsletter import consent, links
from storefront.newsletter.models import ConsentEvent, SignupRequest, Subscriber
from tests.mailbox import code, letters, link
from tests.makers import both, make_reader, passes_of

ANA = "ana@example.org"


def sign_up(client, email=ANA, **fields):
    return client.post("/newsletter", data={"email": email, "source": "page"} | fields)


def readers(app) -> list[str]:
    with app.app_context():
        found = select(Subscriber.email).where(Subscriber.state == "confirmed")
        return list(database.session().scalars(found))


def pass_of(app, client):
    """Tell whose device this is, and how much is proven on it."""
    headers = passes_of(client)
    if not headers:
        return None
    with app.test_request_context(headers=headers):
        visitor = web.visitor()
    return {"email": visitor.email, "scope": visitor.email_scope}


def leave_path(app, email=ANA) -> str:
    with app.test_request_context():
        return links.leave_url(email).removeprefix("http://localhost")


def test_the_form_is_a_page_that_caches_may_keep(client):
    page = client.get("/newsletter")

    assert page.status_code == 200
    assert "s-maxage" in page.headers["Cache-Control"]
    assert "Set-Cookie" not in page.headers
    assert 'name="stamp"' not in page.text


def test_the_words_beside_the_button_are_the_words_in_the_ledger(app, client):
    shown = client.get("/newsletter").text

    sign_up(client)

    assert consent.NEWSLETTER in shown
    with app.app_context():
        line = database.session().scalar(select(ConsentEvent))
    assert (line.text, line.form) == (consent.NEWSLETTER, "page")


def test_the_macro_shows_the_stored_words_where_a_page_names_none(app):
    with app.test_request_context():
        macro = app.jinja_env.get_template("storefront/macros/forms.html")
        shown = str(macro.make_module(web.page_context()).newsletter("/newsletter"))

    assert consent.NEWSLETTER in shown


def test_signing_up_leads_back_and_waits(app, client):
    answer = sign_up(client, next="/newsletter?from=home")

    assert answer.status_code == 303
    assert answer.location == "/newsletter?from=home"
    assert client.get_cookie(web.WAITING) is not None
    assert readers(app) == []
    page = client.get("/newsletter").text
    assert "a…@example.org" in page
    assert ANA not in page


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/" + "x" * 400,
    ],
)
def test_nobody_is_led_out_of_the_shop(client, url):
    assert sign_up(client, next=url).location == "/newsletter"


def test_new_known_and_suppressed_addresses_are_answered_alike(app):
    with app.app_context(), database.transaction() as db:
        now = clock.now()
        db.add(Subscriber(email="known@example.org", locale="en", confirmed_at=now))
        db.add(
            Subscriber(
                email="never@example.org", state="suppressed", locale="en", confirmed_at=now
            )
        )

    answers = []
    for name in ("fresh", "known", "never"):
        client = app.test_client()
        answer = sign_up(client, f"{name}@example.org")
        page = client.get("/newsletter").text.replace(f"{name[0]}…", "x…")
        answers.append(
            (answer.status_code, answer.location, re.sub(r'value="[^"]+\.[^"]+"', "", page))
        )

    assert answers[0] == answers[1] == answers[2]
    assert sorted(letter["to"] for letter in letters(app)) == [
        "fresh@example.org",
        "known@example.org",
    ]


def test_a_reader_is_told_by_letter_and_the_link_opens_the_device(app, client):
    with app.app_context(), database.transaction() as db:
        make_reader(db)
    sign_up(client)
    letter = letters(app)[0]

    client.post(link(letter))

    assert "on the list already" in letter["text"]
    assert pass_of(app, client) == {"email": ANA, "scope": "verified"}


def test_a_confirmation_letter_is_no_bulk_mail_and_the_welcome_is(app, client):
    sign_up(client)
    first = letters(app)[0]
    client.post(link(first))

    welcome = letters(app)[0]

    assert "List-Unsubscribe" not in first["headers"]
    assert first["html"].count("<a ") == 1
    assert welcome["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert welcome["headers"]["List-Unsubscribe"].startswith(
        "<http://localhost/newsletter/leave/"
    )


def test_scanners_may_follow_the_link_as_often_as_they_like(app, client):
    sign_up(client)
    path = link(letters(app)[0])
    scanner = app.test_client()

    for method in ("GET", "HEAD", "GET", "GET"):
        answer = scanner.open(path, method=method)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert readers(app) == []

    client.post(path)
    assert readers(app) == [ANA]


def test_confirming_opens_this_device_and_leads_to_where_one_waited(app, client):
    sign_up(client, next="/newsletter?at=gate")

    answer = client.post(link(letters(app)[0]))

    assert (answer.status_code, answer.location) == (303, "/newsletter?at=gate")
    assert pass_of(app, client) == {"email": ANA, "scope": "verified"}
    assert client.get_cookie(web.WAITING) is None
    assert "You are on the list" in client.get("/newsletter").text


def test_a_page_that_hears_of_it_late_takes_no_proof_away(app, client):
    sign_up(client)
    late = app.test_client()
    late.set_cookie(web.WAITING, client.get_cookie(web.WAITING).value)
    client.post(link(letters(app)[0]))

    for told in late.get("/newsletter/waiting.json").headers.getlist("Set-Cookie"):
        name, _, rest = told.partition("=")
        client.set_cookie(name, rest.partition(";")[0])

    assert pass_of(app, client) == {"email": ANA, "scope": "verified"}
    assert client.get("/account").status_code == 200
    client.post("/account/sign-out")
    assert pass_of(app, client) is None


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_used_link_says_how_to_get_a_new_one(app, client, method):
    sign_up(client)
    path = link(letters(app)[0])
    client.post(path)

    answer = app.test_client().open(path, method=method)

    assert answer.status_code == 410
    assert 'action="/newsletter"' in answer.text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_foreign_token_is_refused(app, client, method):
    foreign = leave_path(app).rpartition("/")[2]  # signed by us, for something else

    for token in ("nonsense", foreign):
        answer = client.open(f"/newsletter/confirm/{token}", method=method)
        assert answer.status_code == 410
    assert client.get_cookie(web.PASS) is None


def test_the_code_confirms_the_device_that_waits(app, client):
    sign_up(client, next="/newsletter?at=gate")
    digits = code(letters(app)[0])

    answer = client.post("/newsletter/code", data={"code": f" {digits[:3]} {digits[3:]} "})

    assert (answer.status_code, answer.location) == (303, "/newsletter?at=gate")
    assert pass_of(app, client) == {"email": ANA, "scope": "verified"}
    assert readers(app) == [ANA]


def test_wrong_codes_are_counted_although_nothing_else_is_written(app, client):
    sign_up(client)
    right = code(letters(app)[0])
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"

    answers = [client.post("/newsletter/code", data={"code": wrong}) for _ in range(5)]
    last = client.post("/newsletter/code", data={"code": right})

    assert [answer.status_code for answer in answers] == [422] * 5
    assert "Error:" in answers[0].text
    assert last.status_code == 422
    assert "The link in the letter still works" in last.text
    assert readers(app) == []


def test_a_code_without_a_waiting_device_opens_nothing(app, client):
    sign_up(app.test_client())

    answer = client.post("/newsletter/code", data={"code": code(letters(app)[0])})

    assert answer.status_code == 410
    assert readers(app) == []


def test_tries_of_the_code_are_bounded_for_one_client(client):
    for _ in range(30):
        client.post("/newsletter/code", data={"code": "000000"})

    answer = client.post("/newsletter/code", data={"code": "000000"})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_one_client_may_not_sign_up_the_whole_town(app, client):
    for number in range(20):
        assert sign_up(client, f"n{number}@example.org").status_code == 303

    answer = sign_up(client, "n20@example.org")

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert len(letters(app)) == 20


def test_the_fourth_letter_to_one_address_is_refused_for_any_client(app):
    for last in range(3):
        elsewhere = {"REMOTE_ADDR": f"203.0.113.{last}"}
        app.test_client().post("/newsletter", data={"email": ANA}, environ_base=elsewhere)

    answer = app.test_client().post("/newsletter", data={"email": " ANA@example.org"})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 3600
    assert len(letters(app)) == 3


def test_a_robot_gets_the_same_answer_and_no_letter(app, client):
    robot = app.test_client()

    caught = sign_up(robot, website="https://spam.example")
    person = sign_up(client)

    assert (caught.status_code, caught.location) == (person.status_code, person.location)
    assert robot.get_cookie(web.WAITING) is not None
    assert [letter["to"] for letter in letters(app)] == [ANA]
    with app.app_context():
        assert database.session().scalar(select(func.count()).select_from(SignupRequest)) == 1


def test_a_stamped_form_that_is_filled_too_fast_is_a_robots(app, client):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"signup_fill_seconds": 3000})
    client.set_cookie(web.TOOLS, state.signer.sign(web.TOOLS, ["mini-roller"]))
    stamp = re.search(r'name="stamp" value="([^"]+)"', client.get("/newsletter").text)[1]

    sign_up(client, stamp=stamp)

    assert letters(app) == []


def test_an_address_that_cannot_be_one_comes_back_in_the_form(client):
    answer = sign_up(client, "ana at example.org")

    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert 'value="ana at example.org"' in answer.text
    assert 'href="#newsletter-email"' in answer.text


def test_sign_ups_sent_from_another_site_are_refused(app, client):
    answer = client.post(
        "/newsletter", data={"email": ANA}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 403
    assert letters(app) == []


def test_another_device_opens_once_the_letter_is_confirmed_elsewhere(app, client):
    sign_up(client)
    assert client.get("/newsletter/waiting.json").json == {"state": "waiting"}
    phone = app.test_client()
    phone.post(link(letters(app)[0]))

    answer = client.get("/newsletter/waiting.json")

    assert answer.json == {"state": "open"}
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert pass_of(app, client) == {"email": ANA, "scope": "content"}
    assert client.get_cookie(web.WAITING) is None
    assert pass_of(app, phone)["scope"] == "verified"


def test_without_scripts_the_waiting_page_opens_the_device(app, client):
    sign_up(client)
    waits = client.get("/newsletter/waiting?next=/newsletter")
    app.test_client().post(link(letters(app)[0]))

    answer = client.get("/newsletter/waiting?next=/newsletter?at=gate")

    assert waits.status_code == 200
    assert 'http-equiv="refresh"' in waits.text
    assert (answer.status_code, answer.location) == (303, "/newsletter?at=gate")
    assert pass_of(app, client) == {"email": ANA, "scope": "content"}


def test_a_device_that_waits_for_nothing_is_told_so(client):
    assert client.get("/newsletter/waiting.json").json == {"state": "gone"}
    assert client.get("/newsletter/waiting").status_code == 410


def test_a_device_never_loses_what_it_has_proven(app, client):
    sign_up(client)
    client.post(link(letters(app)[0]))
    sign_up(client)
    app.test_client().post(link(letters(app)[0]))

    client.get("/newsletter/waiting.json")

    assert pass_of(app, client) == {"email": ANA, "scope": "verified"}


def test_the_letter_can_be_sent_again_only_after_a_pause(client):
    sign_up(client)

    answer = client.post("/newsletter/again")

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 61


def test_a_wrong_address_can_be_typed_anew(client):
    sign_up(client, "ann@example.org")

    answer = client.post("/newsletter/start-again", data={"next": "/newsletter"})

    assert answer.location == "/newsletter"
    assert 'id="newsletter-email"' in client.get("/newsletter").text


def joined(app, client) -> None:
    sign_up(client)
    client.post(link(letters(app)[0]))


def test_looking_at_the_leave_link_changes_nothing(app, client):
    joined(app, client)
    scanner = app.test_client()

    for method in ("GET", "HEAD", "GET"):
        assert scanner.open(leave_path(app), method=method).status_code == 200

    assert readers(app) == [ANA]


def test_a_mail_program_leaves_with_one_click(app, client):
    joined(app, client)
    welcome = letters(app)[0]
    path = link(welcome, "/newsletter/leave/")

    answer = app.test_client().post(
        path, data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    )  # fmt: skip

    assert answer.status_code == 200
    assert readers(app) == []


@pytest.mark.parametrize("token", ["nonsense", "ImFuYUBleGFtcGxlLm9yZyI.x.y"])
def test_leaving_answers_alike_for_tokens_that_are_not_ours(app, client, token):
    joined(app, client)

    ours = app.test_client().post(leave_path(app, "nobody@example.org"))
    forged = app.test_client().post(f"/newsletter/leave/{token}")

    assert ours.status_code == forged.status_code == 200
    assert readers(app) == [ANA]


def test_leaving_can_be_taken_back_on_the_same_page(app, client):
    joined(app, client)
    page = client.post(leave_path(app))
    back = re.search(r'action="(/newsletter/come-back/[^"]+)"', page.text)[1]

    answer = client.post(back)

    assert answer.status_code == 303
    assert readers(app) == [ANA]


@pytest.mark.parametrize(("keeps", "words"), [(True, "stays open"), (False, "closes with it")])
def test_the_leave_page_tells_the_truth_about_what_was_open(app, client, keeps, words):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"gate_keep_after_leaving": keeps})

    assert words in client.get(leave_path(app)).text


def at_once(calls) -> list[int]:
    """Send requests from as many threads and give their statuses."""
    start, statuses = threading.Barrier(len(calls)), []

    def send(call) -> None:
        start.wait()
        statuses.append(call().status_code)

    threads = [threading.Thread(target=send, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


@both
def test_five_sign_ups_at_once_send_three_letters(app):
    statuses = at_once([lambda: sign_up(app.test_client())] * 5)

    assert statuses == [303, 303, 303, 429, 429]
    assert len(letters(app)) == 3


@both
def test_pressing_confirm_twice_at_once_confirms_once(app, client):
    sign_up(client)
    path = link(letters(app)[0])

    statuses = at_once([lambda: app.test_client().post(path)] * 2)

    assert statuses == [303, 410]
    with app.app_context():
        events = database.session().scalars(select(ConsentEvent.event)).all()
    assert sorted(events) == ["confirmed", "requested"]
