"""Somebody follows a programme: on a device, or by letters that each leave exactly once."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine
from sqlalchemy import select

from routines.library import service as library
from routines.library.publishing import publish, retire
from routines.programmes import upkeep
from routines.programmes.models import Enrolment
from storefront import database, outbox, worker
from storefront.customers.models import VerifiedAddress
from storefront.newsletter.models import Subscriber
from tests.mailbox import letters, link
from tests.makers import both, letters_written
from tests.routines.made import phase_of, publish_programme

PAGE, MINE = "/programmes/glutes", "/programmes/glutes/mine"
START = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANA = "ana@example.org"


@pytest.fixture(autouse=True)
def programme(db):
    return publish_programme(db)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def main(page) -> str:
    return page.text[page.text.index("<main") : page.text.index("</main>")]


def begin_by_letter(client, app, email: str = ANA, zone: str = "Europe/Berlin"):
    """Ask, and give the path of the mailed link."""
    client.post(PAGE, data={"how": "letter", "email": email, "zone": zone})
    return link(letters(app, email)[0], "/mine/")


def follow(client, app, **fields) -> str:
    """Begin by letter and confirm."""
    path = begin_by_letter(client, app, **fields)
    client.post(path, data={"do": "confirm"})
    return path


def press(client, do: str, path: str = MINE, **fields):
    return client.post(path, data={"do": do, **fields})


def work(app) -> dict[str, int]:
    """Let the worker do what is due."""
    with app.test_request_context():
        found = worker.run("programmes")
        outbox.drain(app.extensions["storefront"].outbox_handlers)
    return found


def letter_of(app, part: str) -> dict:
    return next(letter for letter in letters(app, ANA) if part in letter["subject"])


def told(app, email: str = ANA) -> list[str]:
    """Give the subjects of the letters about phases, in the order of their phases."""
    found = [letter["subject"] for letter in letters(app, email)]
    return sorted(subject for subject in found if "Glutes: phase" in subject)


def test_a_device_begins_without_an_address_and_sees_its_dates(client, clock, db):
    answer = client.post(PAGE, data={"zone": "Europe/Berlin"})

    assert (answer.status_code, answer.location) == (303, MINE)
    mine = main(client.get(MINE))
    assert "Opens Friday 4 December." in mine
    assert "Opens Friday 18 December." in mine
    assert mine.count('aria-current="step"') == 1
    assert db.scalars(select(Enrolment.email)).all() == [""]
    assert "You follow this programme" in client.get(PAGE).text
    assert "Opens Friday 4 December." in main(client.get(PAGE))


def test_to_begin_twice_on_one_device_keeps_what_is_there(client, clock, db):
    for _ in range(2):
        client.post(PAGE, data={})

    assert len(db.scalars(select(Enrolment.id)).all()) == 1


def test_a_strangers_page_stays_the_same_for_everybody(client, app):
    answer = app.test_client().get(PAGE)

    assert "public" in answer.headers["Cache-Control"]
    client.post(PAGE, data={})
    assert client.get(PAGE).headers["Cache-Control"] == "private, no-store"
    assert app.test_client().get(PAGE).data == answer.data


def test_the_buttons_of_a_device(client, clock):
    client.post(PAGE, data={"zone": "Europe/Berlin"})
    clock.shift(2 * DAY)
    press(client, "pause")
    assert "Nothing opens and no letter comes" in main(client.get(MINE))
    clock.shift(10 * DAY)
    press(client, "go_on")
    assert "Opens Monday 14 December." in main(client.get(MINE))
    press(client, "own_pace")
    assert "Opens when you say so." in main(client.get(MINE))
    press(client, "open", phase="use")
    assert "Phase 2 of 3" in main(client.get(MINE))
    press(client, "done", phase="use")
    assert main(client.get(MINE)).count("Not done after all") == 2
    press(client, "calendar")
    assert "Opens Wednesday 16 December." in main(client.get(MINE))
    press(client, "move", zone="Pacific/Auckland")
    assert "Opens Thursday 17 December." in main(client.get(MINE))
    press(client, "restart")
    assert "Phase 1 of 3" in main(client.get(MINE))
    assert press(client, "leave").location == PAGE
    assert client.get(MINE).location == PAGE
    assert "Begin on this device" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"do": "fly"}, 422, "Choose one of the buttons"),
        ({"do": "open", "phase": "drive"}, 422, "this is not the next one"),
        ({"do": "done", "phase": "nothing"}, 422, "not open yet"),
        ({"do": "move", "zone": "Mars/Olympus"}, 422, "Choose a time zone"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(client, clock, fields, status, words):
    client.post(PAGE, data={"zone": "Europe/Berlin"})
    client.get(MINE)  # which shows its notice once
    before = main(client.get(MINE))

    answer = client.post(MINE, data=fields, headers={"Accept": "application/json"})

    assert answer.status_code == status
    assert words in answer.text
    assert main(client.get(MINE)) == before


def test_nobody_opens_what_was_not_signed_here(client, clock):
    assert client.get(f"{MINE}/forged").status_code == 410
    assert press(client, "pause", f"{MINE}/forged").status_code == 410
    assert press(client, "pause").status_code == 410
    client.set_cookie("storefront_programmes", "forged")
    assert client.get(MINE).location == PAGE
    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, data={"zone": "No/Where"}).status_code == 422
    assert client.post("/programmes/none", data={}).status_code == 404


@both
def test_an_address_is_proven_before_anything_begins(client, app, db, clock):
    path = begin_by_letter(client, app)

    assert client.get(path).status_code == 200
    assert "Begin Glutes?" in client.get(path).text
    assert press(client, "pause", path).status_code == 410
    assert db.scalars(select(Enrolment.state)).all() == ["asked"]
    client.post(path, data={"do": "confirm"})

    assert "Phase 1 of 3" in client.get(path).text
    assert client.get(path).headers["Referrer-Policy"] == "no-referrer"
    assert told(app) == ["Glutes: phase 1 is open"]
    db.rollback()
    assert db.get(VerifiedAddress, ANA) is not None
    assert db.scalars(select(Subscriber)).all() == []  # no consent to marketing


def test_only_the_first_press_proves_the_address_to_a_device(client, app, clock):
    path = follow(client, app)
    friend = app.test_client()

    friend.post(path, data={"do": "confirm"})

    assert friend.get_cookie("storefront_pass") is None
    assert client.get_cookie("storefront_pass") is not None


def test_the_answer_tells_nothing_about_an_address(client, app, db, clock):
    follow(client, app)
    db.add(
        Subscriber(email="no@example.org", locale="en", state="suppressed", confirmed_at=START)
    )
    db.commit()
    answers = []
    for email in (ANA, "new@example.org", "no@example.org"):
        visitor = app.test_client()
        clock.shift(timedelta(minutes=2))
        answer = visitor.post(PAGE, data={"how": "letter", "email": email})
        answers.append((answer.status_code, answer.location, answer.headers.get("Set-Cookie")))

    assert answers == [(303, f"{PAGE}/asked", None)] * 3
    assert letters(app, "no@example.org") == []
    assert letter_of(app, "Your programme: Glutes")["to"] == ANA
    assert letters(app, "new@example.org")[0]["subject"] == "Begin: Glutes"


def test_a_wrong_address_is_said_beside_its_field(client):
    answer = client.post(PAGE, data={"how": "letter", "email": "no"})

    assert answer.status_code == 422
    assert 'aria-describedby="begin-purpose begin-error"' in answer.text


def test_a_program_that_fills_the_hidden_field_gets_the_same_answer_and_no_row(client, db):
    answer = client.post(PAGE, data={"how": "letter", "email": ANA, "website": "x"})

    assert answer.location == f"{PAGE}/asked"
    assert db.scalars(select(Enrolment)).all() == []


@both
def test_each_phase_is_told_once_in_the_morning_of_its_day(client, app, clock):
    follow(client, app)

    for minutes in range(0, 30 * 1440, 1131):  # the worker comes by once or twice a day
        clock.move_to(START + timedelta(minutes=minutes))
        work(app)

    assert told(app) == ["Glutes: phase 1 is open", "Glutes: phase 2 is open", "Glutes: phase 3 is open"]  # fmt: skip
    second = letter_of(app, "phase 2")
    assert datetime.fromisoformat(second["at"]) >= datetime(2026, 12, 4, 6, tzinfo=UTC)
    assert datetime.fromisoformat(second["at"]) < datetime(2026, 12, 5, 6, tzinfo=UTC)
    assert second["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Calf loosener" in second["text"]


@both
def test_a_worker_that_slept_for_weeks_tells_all_of_it_once(client, app, clock):
    follow(client, app)
    clock.shift(60 * DAY)

    work(app)
    work(app)

    assert told(app)[1:] == ["Glutes: phase 2 is open", "Glutes: phase 3 is open"]


@both
def test_a_crash_between_opening_and_the_letter_loses_and_doubles_nothing(
    client, app, db, clock, monkeypatch
):
    follow(client, app)
    clock.shift(15 * DAY)
    with monkeypatch.context() as broken:
        broken.setattr(
            "routines.programmes.letters.mail.write", lambda *_args, **_fields: 1 / 0
        )
        assert work(app)["failed"] == 1
    assert letters_written(db, "programme_phase") == []

    work(app)
    work(app)

    assert told(app)[1:] == ["Glutes: phase 2 is open"]


@both
def test_no_letter_leaves_during_a_pause(client, app, clock):
    path = follow(client, app)
    clock.move_to(datetime(2026, 12, 4, 0, tzinfo=UTC))  # open since an hour, told at seven
    work(app)
    press(client, "pause", path)
    clock.shift(20 * DAY)
    work(app)
    assert told(app) == ["Glutes: phase 1 is open"]

    press(client, "go_on", path)
    work(app)

    assert told(app) == ["Glutes: phase 1 is open", "Glutes: phase 2 is open"]
    clock.shift(13 * DAY)
    assert "Opens Thursday 7 January" in main(client.get(path))


def test_a_letter_that_no_server_took_is_held_back_by_a_pause(client, app, clock, monkeypatch):
    path = follow(client, app)
    clock.shift(15 * DAY)
    transport = app.extensions["storefront"].transport

    def refuse(_self, _message: EmailMessage) -> None:
        raise ConnectionError

    with monkeypatch.context() as away:
        away.setattr(type(transport), "deliver", refuse)
        work(app)
    press(client, "pause", path)
    clock.shift(DAY)
    work(app)

    assert told(app) == ["Glutes: phase 1 is open"]


def test_one_press_stops_the_letters_and_the_programme_goes_on(client, app, clock):
    path = follow(client, app)
    stop = link(letter_of(app, "phase 1"), "/stop/")

    assert "<button" in main(app.test_client().get(stop))  # looking changes nothing
    clock.shift(15 * DAY)
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"}
    for token in (stop, stop, f"{PAGE}/stop/forged"):
        answer = app.test_client().post(token, data="List-Unsubscribe=One-Click", headers=elsewhere)  # fmt: skip
        assert answer.status_code == 200
    work(app)

    assert told(app) == ["Glutes: phase 1 is open"]
    assert "Phase 2 of 3" in client.get(path).text


def test_to_leave_erases_the_address_and_its_waiting_letters(client, app, db, clock):
    path = follow(client, app)
    clock.move_to(datetime(2026, 12, 4, 0, tzinfo=UTC))
    with app.test_request_context():
        worker.run("programmes")
    press(client, "leave", path)
    clock.shift(30 * DAY)
    work(app)

    db.rollback()
    assert db.scalars(select(Enrolment)).all() == []
    assert told(app) == ["Glutes: phase 1 is open"]
    assert client.get(path).status_code == 410


def test_what_somebody_follows_does_not_change_under_them(client, db, clock):
    client.post(PAGE, data={"zone": "Europe/Berlin"})
    newer = publish_programme(db, phase_of("jump", 0), phase_of("land", 1))
    old = library.find_routine(db, "calf").document
    publish(db, "routine", "calf", old.model_copy(update={"title": "Calf, newer"}))
    db.commit()

    mine = main(client.get(MINE))

    assert "Calf loosener</h1>" in client.get("/routines/calf?revision=1").text
    assert "Calf, newer</h1>" in client.get("/routines/calf").text
    for unknown in ("0", "99", "999999999999", "-1", "x", ""):
        assert client.get(f"/routines/calf?revision={unknown}").status_code == 404
    assert len(newer.phases) == 2
    assert "Find them" in mine
    assert "Jump them" not in mine
    assert "/routines/calf?revision=1" in mine
    assert "Calf loosener" in mine
    assert "Calf, newer" not in mine
    assert "Jump them" in main(client.get(PAGE))
    press(client, "restart")
    assert "Jump them" in main(client.get(MINE))
    assert "?revision=" not in main(client.get(MINE))


def test_what_is_retired_stays_with_whoever_is_in_the_middle_of_it(client, db, clock):
    client.post(PAGE, data={"zone": "Europe/Berlin"})
    retire(db, "programme", "glutes")
    retire(db, "routine", "calf")
    db.commit()

    mine = main(client.get(MINE))

    assert "/routines/calf?revision=1" in mine
    assert "A newer one has come out" not in mine
    assert client.get("/routines/calf?revision=1").status_code == 200
    assert client.get(PAGE).status_code == 410
    assert press(client, "restart").status_code == 410
    assert "Phase 1 of 3" in main(client.get(MINE))


def test_a_phase_opened_by_its_reader_needs_no_letter(client, app, clock):
    path = follow(client, app)
    press(client, "open", path, phase="use")
    clock.shift(DAY)
    work(app)

    assert told(app) == ["Glutes: phase 1 is open"]


@both
def test_what_nobody_confirmed_and_what_is_long_over_is_forgotten(client, app, db, clock):
    begin_by_letter(client, app)
    app.test_client().post(PAGE, data={})
    clock.shift(8 * DAY)
    assert work(app)["forgotten"] == 1
    clock.shift(300 * DAY)
    assert work(app)["forgotten"] == 0
    clock.shift(200 * DAY)
    assert work(app)["forgotten"] == 1


def test_two_workers_at_once_take_one_reader_each(client, app, db, clock):
    follow(client, app)
    clock.shift(15 * DAY)
    with app.app_context(), database.transaction() as write:
        due = upkeep.due(write, START + 15 * DAY)

    assert len(due) == 1
    work(app)
    with app.app_context():
        assert upkeep.due(database.session(), START + 15 * DAY) == []


def test_who_waits_to_be_done_is_not_looked_at_each_minute(client, app, db, clock):
    publish_programme(
        db,
        phase_of("find", 0, criterion="It is firm."),
        phase_of("use", needs_previous_done=True),
    )
    client.post(PAGE, data={"zone": "Europe/Berlin"})
    clock.shift(30 * DAY)

    assert work(app)["readers"] == 0
    assert "not before" in main(client.get(MINE))
    press(client, "done", phase="find")
    assert "Phase 2 of 2" in main(client.get(MINE))
