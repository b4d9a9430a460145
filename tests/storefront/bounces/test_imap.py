"""An ordinary mailbox that mail comes back to: reports are taken, and letters of people are left alone."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from storefront import clock, database
from storefront.bounces import imap, service
from storefront.bounces.models import Bounce
from storefront.newsletter import suppression
from storefront.sent_log import SentLetter
from tests.makers import both, make_reader
from tests.pretend_imap import PretendIMAP
from tests.returned import COMPLAINT, nested, report

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANA = "ana@example.org"
PERSON = b"From: Bob <bob@example.org>\r\nTo: hello@pressline.example\r\nSubject: My order\r\n\r\nA private question.\r\n"
DEEP_HEAD = b"From: " + b"(" * 2000 + b"eve@evil.example\r\nSubject: x\r\n\r\nHello.\r\n"
NOTE = b"From: shop@elsewhere.example\r\nAuto-Submitted: auto-generated\r\nSubject: Your parcel\r\n\r\nIt is on its way.\r\n"


@pytest.fixture
def server():
    with PretendIMAP() as server:
        yield server


@pytest.fixture
def settings(settings, server):
    return settings.model_copy(
        update={
            "bounce_imap_host": "127.0.0.1", "bounce_imap_port": server.port, "bounce_imap_user": server.user,
            "bounce_imap_password": server.password,
        }
    )  # fmt: skip


@pytest.fixture(autouse=True)
def letter(db):
    with database.transaction() as writing:
        make_reader(writing)
        writing.add(
            SentLetter(
                message_id="<abc@pressline.example>", letter="newsletter_welcome", key="1", to=ANA,
                subject="x", sent_at=clock.now(), payload=None,
            )
        )  # fmt: skip
    return db


def why(db, settings):
    db.rollback()
    return [each["reason"] for each in suppression.reasons(db, ANA, settings)]


def fetched(server, uid):
    return [words for words in server.asked if words.startswith(f"UID FETCH {uid} ")]


@both
def test_a_report_is_taken_and_marked_as_seen(db, server, settings):
    server.put(report(), 3)

    assert imap.work(settings, NOW) == {"messages": 1, "new": 1, "unknown": 0}

    assert why(db, settings) == ["hard_bounce"]
    assert server.folders["INBOX"][3].flags == {r"\Seen"}


def test_letters_of_people_are_neither_read_nor_marked(db, server, settings):
    server.put(PERSON, 3)

    imap.work(settings, NOW)

    assert server.folders["INBOX"][3].flags == set()
    assert fetched(server, 3) == ["UID FETCH 3 (BODY.PEEK[HEADER])"]
    assert db.scalars(select(Bounce)).all() == []


def test_automatic_letters_about_something_else_are_not_marked(db, server, settings):
    server.put(NOTE, 3)

    imap.work(settings, NOW)

    assert server.folders["INBOX"][3].flags == set()
    assert db.scalars(select(Bounce)).all() == []


PRIVATE = report().replace(b"<abc@pressline.example>", b"<to-my-aunt@mail.example>")
COMPLAINED = COMPLAINT.format(kind="abuse").replace("<abc@pressline.example>", "<mine@x.org>")


@both
@pytest.mark.parametrize("raw", [PRIVATE, COMPLAINED.encode()])
def test_what_came_back_of_a_persons_own_letter_is_neither_marked_nor_kept(
    db, server, settings, raw
):
    server.put(raw, 3)
    server.put(report(), 4)

    done = imap.work(settings.model_copy(update={"bounce_imap_done": "Done"}), NOW)

    assert done == {"messages": 2, "new": 1, "unknown": 0}
    assert server.folders["INBOX"][3].flags == set()
    assert [*server.folders["Done"]] == [4]
    assert [one.email for one in db.scalars(select(Bounce))] == [ANA]


@both
def test_only_what_came_since_is_looked_at(db, server, settings):
    server.put(PERSON, 3)
    imap.work(settings, NOW)
    server.asked.clear()
    server.put(report(), 4)

    assert imap.work(settings, NOW)["messages"] == 1

    assert fetched(server, 3) == []
    assert imap.work(settings, NOW)["messages"] == 0


def test_numbers_that_were_given_anew_are_read_from_the_beginning(db, server, settings):
    server.put(PERSON, 30)
    imap.work(settings, NOW)
    server.folders["INBOX"].clear()
    server.validity = 8
    server.put(report(), 2)

    assert imap.work(settings, NOW)["new"] == 1


def test_what_was_taken_goes_to_its_folder(db, server, settings):
    server.put(report(), 3)
    server.put(PERSON, 4)

    imap.work(settings.model_copy(update={"bounce_imap_done": "Done"}), NOW)

    assert [*server.folders["INBOX"]] == [4]
    assert [*server.folders["Done"]] == [3]


def test_a_folder_that_is_not_there_keeps_the_message_marked(db, server, settings, caplog):
    server.put(report(), 3)

    imap.work(settings.model_copy(update={"bounce_imap_done": "Nowhere"}), NOW)

    assert server.folders["INBOX"][3].flags == {r"\Seen"}
    assert "could not be moved" in caplog.text


@both
@pytest.mark.parametrize("poison", [nested(), DEEP_HEAD])
def test_a_message_that_cannot_be_read_stops_none_behind_it(
    db, server, settings, caplog, poison
):
    server.put(poison, 3)
    server.put(report(), 4)

    assert imap.work(settings, NOW) == {"messages": 2, "new": 1, "unknown": 0}

    assert why(db, settings) == ["hard_bounce"]
    assert server.folders["INBOX"][3].flags == set()
    assert "could not be read: RecursionError" in caplog.text
    assert "eve@" not in caplog.text
    assert imap.work(settings, NOW)["messages"] == 0


def test_a_message_is_marked_only_after_what_it_says_was_committed(
    db, server, settings, monkeypatch
):
    server.put(report(), 3)
    real = service.take

    def breaks(*words, **options):
        real(*words, **options)
        raise KeyError

    monkeypatch.setattr(service, "take", breaks)
    with pytest.raises(KeyError):
        imap.work(settings, NOW)
    assert server.folders["INBOX"][3].flags == set()
    monkeypatch.setattr(service, "take", real)

    assert imap.work(settings, NOW)["new"] == 1


@both
def test_a_connection_that_is_cut_before_the_mark_counts_nothing_twice(db, server, settings):
    server.put(PERSON, 2)
    server.put(report(), 3)
    server.dies_at = "STORE"
    assert imap.work(settings, NOW)["away"] == 1
    server.dies_at = ""

    assert imap.work(settings, NOW) == {"messages": 1, "new": 0, "unknown": 0}

    assert server.folders["INBOX"][3].flags == {r"\Seen"}
    db.rollback()
    assert len(db.scalars(select(Bounce)).all()) == 1


def test_a_wrong_password_is_told_without_it(db, server, settings, caplog):
    wrong = settings.model_copy(update={"bounce_imap_password": "not-this-one"})

    assert imap.work(wrong, NOW)["away"] == 1

    assert "name and password" in caplog.text
    assert "not-this-one" not in caplog.text


def test_a_server_that_is_away_or_has_no_such_folder_stops_nothing(db, server, settings):
    no_folder = settings.model_copy(update={"bounce_imap_folder": "None"})
    assert imap.work(no_folder, NOW)["away"] == 1
    server.shutdown()
    server.server_close()

    assert imap.work(settings, NOW)["away"] == 1


def test_no_password_travels_in_the_open_to_another_machine(
    db, server, settings, monkeypatch, caplog
):
    monkeypatch.setattr(imap, "NEAR", ())

    assert imap.work(settings, NOW)["away"] == 1

    assert "offers no encryption" in caplog.text
    assert not [words for words in server.asked if "LOGIN" in words]


def test_without_a_server_nothing_is_asked(db, server, settings):
    off = settings.model_copy(update={"bounce_imap_host": ""})

    assert imap.work(off, NOW) == {"messages": 0, "new": 0, "unknown": 0}
    assert server.asked == []
