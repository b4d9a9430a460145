"""What is tried with sign-up forms: bombing a victim, finding out who reads, smuggling."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from storefront import clock, database
from storefront.newsletter import addresses, service
from storefront.newsletter import letters as newsletter_letters
from storefront.newsletter.models import SignupRequest
from storefront.outbox import OutboxRow
from tests.mailbox import letters
from tests.makers import both, make_reader

SAME = [
    "ana.lee@gmail.com", "ANA.LEE@GMAIL.COM", " ana.lee@gmail.com ", "analee@gmail.com", "a.n.a.l.e.e@gmail.com",
    "ana.lee+news@gmail.com", "ana.lee+x+y@googlemail.com", "AnaLee+1@GoogleMail.com", "ana..lee@gmail.com",
    "\uff41na.lee@gmail.com",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SAME)
def test_all_spellings_are_one_mailbox(spelling):
    assert addresses.mailbox(spelling) == "analee@gmail.com"


def test_a_domain_with_umlauts_has_two_spellings_and_one_mailbox():
    assert addresses.mailbox("ana@b\u00fccher.example") == addresses.mailbox(
        "ana@xn--bcher-kva.example"
    )


@pytest.mark.parametrize("other", ["bo@gmail.com", "analee@example.org", "+@gmail.com"])
def test_other_people_have_mailboxes_of_their_own(other):
    assert addresses.mailbox(other) != "analee@gmail.com"


@both
def test_two_hundred_sign_ups_of_one_victim_are_at_most_three_letters(app):
    spellings = [
        f"{'.'.join('victim'[:cut])}{'victim'[cut:]}{plus}@{domain}"
        for cut in range(6)
        for plus in ("", *(f"+{n}" for n in range(8)))
        for domain in ("gmail.com", "GoogleMail.com", "GMAIL.com", " Gmail.com "[1:])
    ][:200]  # fmt: skip

    answers = set()
    for number, email in enumerate(spellings):
        elsewhere = {"REMOTE_ADDR": f"198.51.{number // 200}.{number % 200}"}
        answer = app.test_client().post("/newsletter", data={"email": email}, environ_base=elsewhere)  # fmt: skip
        answers.add(answer.status_code)

    assert len(spellings) == 200
    assert len(letters(app)) == 3
    assert answers == {303, 429}


def ask_to_leave(app, *emails):
    return {
        app.test_client().post("/newsletter/leave", data={"email": email}).status_code
        for email in emails
    }


@both
def test_another_spelling_keeps_the_link_to_leave_from_nobody(app):
    with app.app_context(), database.transaction() as db:
        make_reader(db, "ana@example.org")

    answers = ask_to_leave(
        app, *(f"a.n.a+{n}@example.org" for n in range(5)), "ana@example.org"
    )

    assert answers == {303}
    assert [letter["to"] for letter in letters(app)] == ["ana@example.org"]
    ask_to_leave(app, "ana@example.org", "an.a@example.org")
    assert len(letters(app)) == 1


@both
def test_two_people_of_nearly_the_same_name_get_a_link_each_and_a_mailbox_three_a_day(app):
    spellings = ["ana.lee@uni.example", "analee@uni.example", "a.nalee@uni.example", "an.alee@uni.example"]  # fmt: skip
    with app.app_context(), database.transaction() as db:
        for email in spellings:
            make_reader(db, email)

    ask_to_leave(app, *spellings, *spellings)

    assert {letter["to"] for letter in letters(app)} == {*spellings[:3]}
    assert len(letters(app)) == 3
    with app.app_context():
        assert database.session().scalar(select(func.count(OutboxRow.id))) == 4


def test_each_spelling_is_sent_its_own_facts_once_a_day(app, settings):
    now = clock.now()
    with app.app_context():
        for number, email in enumerate(["ana.lee@x.example", "analee@x.example"] * 2):
            with database.transaction() as db:
                newsletter_letters.write_export(db, email, {"number": number}, now)

    found = letters(app)

    assert sorted(letter["to"] for letter in found) == ["ana.lee@x.example", "analee@x.example"]
    with app.app_context(), database.transaction() as db:
        newsletter_letters.write_export(db, "analee@x.example", {}, now + timedelta(days=1))
    assert len(letters(app)) == 3


@both
def test_asking_for_the_link_costs_a_stranger_and_a_reader_the_same(app):
    with app.app_context(), database.transaction() as db:
        make_reader(db, "ana@example.org")
        engine = db.get_bind()
    statements, work = [], {}
    event.listen(engine, "before_cursor_execute", lambda *say: statements.append(say[2]))
    for email in ("bo@example.org", "ana@example.org", "bo@example.org", "ana@example.org"):
        statements.clear()
        ask_to_leave(app, email)
        work.setdefault(email, []).append([*statements])

    assert work["ana@example.org"] == work["bo@example.org"]


def test_one_domain_is_not_flooded_from_many_clients(app):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"limit_signup_domain": "5/hour"})
    codes = []
    for number in range(7):
        elsewhere = {"REMOTE_ADDR": f"198.51.100.{number}"}
        sent = {"email": f"n{number}@small.example"}
        codes.append(
            app.test_client().post("/newsletter", data=sent, environ_base=elsewhere).status_code
        )

    assert codes == [303] * 5 + [429] * 2
    assert len(letters(app)) == 5


@pytest.mark.parametrize(
    "email",
    [
        "a@example.org,b@example.org", "a@example.org;b@example.org", "a@example.org b@example.org",
        "a@example.org\r\nBcc: b@example.org", "a@example.org%0aBcc:b@example.org\n", "<a@example.org>",
        "a@example.org\x00", "a@b@example.org", '"a b"@example.org',
    ],
)  # fmt: skip
def test_two_addresses_and_smuggled_lines_are_refused(app, client, email):
    answer = client.post("/newsletter", data={"email": email})

    assert answer.status_code in (400, 422)
    assert letters(app) == []


STATES = ("new", "pending", "confirmed", "left", "suppressed", "complained")


def prepare(app, settings):
    """Make an address in every state there is."""
    with app.app_context(), database.transaction() as db:
        now = clock.now()
        make_reader(db, "confirmed@example.org")
        make_reader(db, "left@example.org")
        service.leave(db, "left@example.org", client="", settings=settings, now=now)
        make_reader(db, "suppressed@example.org", state="suppressed")
        service.suppress(
            db, "complained@example.org", scope="marketing", reason="complaint", source="test",
            now=now, settings=settings,
        )  # fmt: skip
    app.test_client().post("/newsletter", data={"email": "pending@example.org"})
    app.test_client().post("/newsletter", data={"email": "warm@example.org"})


@both
def test_every_state_costs_the_same_statements_and_gives_the_same_answer(app, settings):
    prepare(app, settings)
    with app.app_context():
        engine = database.session().get_bind()
    statements, work, answers = [], {}, {}
    event.listen(engine, "before_cursor_execute", lambda *say: statements.append(say[2]))
    for state in STATES:
        statements.clear()
        answer = app.test_client().post("/newsletter", data={"email": f"{state}@example.org"})
        work[state], answers[state] = [*statements], (answer.status_code, answer.location)

    assert len(set(answers.values())) == 1
    assert all(work[state] == work["new"] for state in STATES), {
        state: len(made) for state, made in work.items()
    }


def test_only_those_who_may_be_asked_get_the_letter(app, settings):
    prepare(app, settings)
    for state in STATES:
        app.test_client().post("/newsletter", data={"email": f"{state}@example.org"})

    to = {letter["to"].partition("@")[0] for letter in letters(app)}

    assert to == {"new", "pending", "confirmed", "left", "warm"}
    with app.app_context():
        asked = select(func.count(func.distinct(SignupRequest.email)))
        assert database.session().scalar(asked) == len(STATES) + 1


def test_all_clients_and_domains_together_have_a_limit_that_the_page_tells_alike(app):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"limit_signup_global": "4/hour"})
    answers = []
    for number in range(6):
        elsewhere = {"REMOTE_ADDR": f"198.51.100.{number}"}
        sent = {"email": f"ana@shop{number}.example"}
        answers.append(app.test_client().post("/newsletter", data=sent, environ_base=elsewhere))

    assert [answer.status_code for answer in answers] == [303] * 4 + [429] * 2
    assert len(letters(app)) == 4
    assert answers[4].headers["Retry-After"]
    first, second = (answer.text.replace(f"shop{number}", "shop") for number, answer in enumerate(answers[4:], 4))  # fmt: skip
    assert first == second  # nothing of it depends on who asks
