"""An address of its own for each letter to come back to, and what a report without a quote then tells."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial

import pytest
from pydantic import ValidationError

from storefront import clock, database, mail
from storefront.bounces import reading, service
from storefront.bounces.notices import Notice
from storefront.dispatch import recipients
from storefront.dispatch.lines import NOT_TRIED, SMTPLine
from storefront.dispatch.models import Delivery
from storefront.issues.models import Issue
from storefront.newsletter import suppression
from storefront.sent_log import SentLetter
from storefront.settings import Settings
from tests.makers import both, make_reader

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANA = "ana@example.org"
NAME = "0123456789abcdef" * 2
OURS = f"<{NAME}@pressline.example>"
OLD = """\
From: MAILER-DAEMON@old.example
To: {to}
Subject: failure notice
Message-ID: <old-1@old.example>

Hi. This is the qmail-send program.
<ana@example.org>:
192.0.2.1 does not like recipient. Remote host said: {said}
"""


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"bounce_address": "bounces@shop.example"})


def test_an_issues_letter_leaves_with_its_own_address(settings, monkeypatch):
    senders, line = [], SMTPLine(settings)
    monkeypatch.setattr(line, "_connected", lambda: None)
    monkeypatch.setattr(line, "_envelope", lambda _, sender, *_rest, **_more: senders.append(sender) or NOT_TRIED)  # fmt: skip

    line.hand_over(ANA, f"Subject: x\r\nMessage-ID: {OURS}\r\n\r\nBody".encode(), lambda: True)

    assert senders == [f"bounces+{NAME}@shop.example"]


def test_any_other_letter_does_so_too(settings, monkeypatch):
    senders = []

    class Server:
        def send_message(self, _message, from_addr):
            senders.append(from_addr)

    monkeypatch.setattr(mail, "connect", lambda _settings: nullcontext(Server()))
    message = EmailMessage()
    message["Message-ID"] = OURS

    mail.SMTP(settings).deliver(message)

    assert senders == [f"bounces+{NAME}@shop.example"]


def read(settings, raw):
    return reading.read(raw.encode(), partial(mail.returned_letter, settings))


def old(said="550 5.1.1 no such user", to=f"bounces+{NAME}@shop.example"):
    return OLD.format(said=said, to=to)


def test_each_letter_has_an_address_of_its_own_and_is_found_by_it(settings):
    path = mail.return_path(settings, OURS)

    assert path == f"bounces+{NAME}@shop.example"
    assert len(path.partition("@")[0]) <= 64  # RFC 5321
    assert mail.returned_letter(settings, f"<{path.upper()}>") == OURS.strip("<>")


def test_without_the_setting_letters_come_back_to_the_sender(settings):
    off = settings.model_copy(update={"bounce_address": ""})

    assert mail.return_path(off, OURS) == "hello@pressline.example"
    assert mail.returned_letter(off, f"+{NAME}@") == ""


@pytest.mark.parametrize(
    "text",
    [f"bounces+{NAME}@other.example", f"xbounces+{NAME}@shop.example", f"bounces+{NAME}@shop.example-evil",
     f"bounces+{NAME[:-1]}@shop.example", "bounces@shop.example"],
)  # fmt: skip
def test_other_addresses_name_no_letter(settings, text):
    assert mail.returned_letter(settings, text) == ""


@pytest.mark.parametrize(
    "text", ["no address", "a+b@x.org", "a@x", f"{'a' * 31}@x.org", "a@x.org\nRCPT"]
)
def test_an_address_that_cannot_carry_a_mark_is_refused(text):
    with pytest.raises(ValidationError):
        Settings(bounce_address=text)


@pytest.mark.parametrize(
    ("said", "kind"),
    [("550 5.1.1 none", "hard"), ("552 4.2.2 full", "soft"), ("550 no", "unknown")],
)
def test_a_report_in_words_alone_is_understood_at_the_letters_address(settings, said, kind):
    [notice] = read(settings, old(said))

    assert (notice.kind, notice.message_id) == (kind, OURS.strip("<>"))


def test_the_same_words_at_another_address_tell_nothing(settings):
    [notice] = read(settings, old(to="hello@pressline.example"))

    assert (notice.kind, notice.message_id) == ("unknown", "")


def test_a_person_who_writes_to_that_address_is_no_report(settings):
    [notice] = read(settings, old().replace("MAILER-DAEMON@old.example", ANA))

    assert notice.kind == "unknown"


def test_a_vacation_note_to_that_address_is_an_automatic_answer(settings):
    raw = f"From: {ANA}\nDelivered-To: bounces+{NAME}@shop.example\nAuto-Submitted: auto-replied\n\nAway until 5.1.1"

    [notice] = read(settings, raw)

    assert (notice.kind, notice.message_id) == ("auto_reply", OURS.strip("<>"))


@both
def test_a_report_that_quotes_nothing_stops_whom_the_letter_went_to(db, settings):
    with database.transaction() as writing:
        make_reader(writing)
        writing.add(sent(NOW))
        for notice in read(settings, old()):
            service.take(writing, notice, source="mailbox", settings=settings, now=NOW)

    assert [one["reason"] for one in suppression.reasons(db, ANA, settings)] == ["hard_bounce"]


# What has passed


def sent(at, number=0) -> SentLetter:
    return SentLetter(
        message_id=OURS if not number else f"<{number}@pressline.example>", letter="newsletter_welcome",
        key=str(number), to=ANA, subject="x", sent_at=at, payload=None,
    )  # fmt: skip


def soft(settings, number, at):
    notice = Notice("soft", f"n{number}", "", ANA, "4.2.2")
    with database.transaction() as db:
        service.take(db, notice, source="webhook", settings=settings, now=at)


def is_stopped(db, settings):
    db.rollback()
    return suppression.is_suppressed(db, ANA, settings=settings)


def forgive(now, *letters):
    with database.transaction() as db:
        return service.forgive_arrived(db, now, letters)


@both
@pytest.mark.parametrize(("days", "is_arrived"), [(4, False), (6, True)])
def test_a_later_letter_that_did_not_come_back_lets_the_count_begin_anew(
    db, settings, days, is_arrived
):
    for number in range(3):
        soft(settings, number, NOW + timedelta(days=number))
    with database.transaction() as writing:
        writing.add(sent(NOW + timedelta(days=3)))

    forgiven = forgive(NOW + timedelta(days=3 + days))

    assert forgiven == (3 if is_arrived else 0)
    soft(settings, 3, NOW + timedelta(days=10))
    assert is_stopped(db, settings) is not is_arrived


@both
def test_a_letter_that_came_back_itself_forgives_nothing(db, settings):
    with database.transaction() as writing:
        writing.add(sent(NOW))
    for number in range(3):
        soft(settings, number, NOW + timedelta(days=number))

    assert forgive(NOW + timedelta(days=20)) == 0


@both
def test_an_issue_that_arrived_counts_as_well(db, settings):
    soft(settings, 0, NOW)
    with database.transaction() as writing:
        reader = make_reader(writing)
        issue = Issue(list_slug="letter", period="2026-W47", slug="x", created_at=NOW)
        writing.add(issue)
        writing.flush()
        writing.add(
            Delivery(
                issue_id=issue.id, subscriber_id=reader.id, domain="example.org", state="accepted",
                ended_at=NOW + timedelta(days=1), next_try_at=NOW,
            )
        )  # fmt: skip

    assert forgive(NOW + timedelta(days=7)) == 0
    assert forgive(NOW + timedelta(days=7), recipients.handed_over()) == 1


def test_four_letters_of_a_newsletter_each_two_weeks_add_up(db, settings):
    for number in range(4):
        soft(settings, number, NOW + timedelta(days=14 * number))

    assert is_stopped(db, settings)


def test_nothing_is_asked_of_those_whose_letters_arrive(db):
    with database.transaction() as writing:
        writing.add(sent(clock.now() - timedelta(days=10)))

    assert forgive(clock.now()) == 0
