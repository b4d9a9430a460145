"""What came back, read: reports, complaints and automatic answers, broken ones too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.bounces import reading
from storefront.bounces.notices import bare, kind_of, status_of
from tests.returned import COMPLAINT, nested, report


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("5.1.1", "hard"), ("5.1.2", "hard"), ("5.1.10", "hard"), ("5.1.8", "soft"), ("5.2.2", "soft"),
        ("5.7.1", "soft"), ("4.4.7", "soft"), ("4.2.2", "soft"), ("2.1.5", "delivered"), ("", "unknown"),
        ("5.1", "unknown"),
    ],
)  # fmt: skip
def test_only_an_address_that_does_not_exist_is_hard(status, kind):
    assert kind_of(status) == kind


@pytest.mark.parametrize("copy", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_our_letter_its_status_and_its_kind(copy):
    (notice,) = reading.read(report(copy=copy))

    assert (notice.kind, notice.message_id) == ("hard", "abc@pressline.example")
    assert notice.status_code == "5.1.1"
    assert notice.email == ""  # whom a report names is not believed


def test_the_same_report_has_the_same_key_and_another_has_another():
    first, again = reading.read(report())[0].key, reading.read(report())[0].key
    other = reading.read(report().replace(b"report-1", b"report-2"))[0].key

    assert first == again != other


@pytest.mark.parametrize("action", ["delayed", "relayed", "expanded", ""])
def test_what_was_only_put_off_did_not_fail(action):
    assert reading.read(report(action=action))[0].kind == "unknown"


@pytest.mark.parametrize("kind", ["abuse", "fraud", "other"])
def test_a_feedback_report_is_a_complaint(kind):
    (notice,) = reading.read(COMPLAINT.format(kind=kind).encode())

    assert (notice.kind, notice.message_id) == ("complaint", "abc@pressline.example")


def test_that_it_was_no_spam_is_no_complaint():
    assert reading.read(COMPLAINT.format(kind="not-spam").encode())[0].kind == "unknown"


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied\nSubject: Re: Hello", "Auto-Submitted: auto-generated; type=x\nSubject: x",
        "X-Autoreply: yes\nSubject: x", "Subject: Out of Office until Monday", "Subject: Automatische Antwort: Hello",
        "Precedence: auto_reply\nSubject: x", "Subject: =?utf-8?q?x?=\nX-Autorespond: Away",
    ],
)  # fmt: skip
def test_an_automatic_answer_is_no_bounce(headers):
    raw = f"From: ana@example.org\n{headers}\nIn-Reply-To: <abc@pressline.example>\n\nI am away. 550 5.1.1"

    (notice,) = reading.read(raw.encode())

    assert (notice.kind, notice.status_code) == ("auto_reply", "")


def test_a_letter_that_somebody_wrote_is_nothing_we_know():
    raw = b"From: ana@example.org\nAuto-Submitted: no\nSubject: Thanks\n\nGreat letter!"

    assert reading.read(raw)[0].kind == "unknown"


@given(st.binary(max_size=600))
def test_reading_never_fails(raw):
    assert reading.read(raw)


def test_parts_within_parts_without_end_are_nothing_we_know():
    (notice,) = reading.read(nested())

    assert (notice.kind, notice.message_id) == ("unknown", "")


@given(st.binary(max_size=600))
def test_looking_at_a_head_never_fails(raw):
    assert reading.is_returned(raw) in (True, False)


@given(st.data())
def test_reading_spoiled_reports_never_fails(data):
    whole = data.draw(st.sampled_from([report(), COMPLAINT.format(kind="abuse").encode()]))
    at = data.draw(st.integers(0, len(whole)))
    spoiled = whole[:at] + data.draw(st.binary(max_size=20)) + whole[at + data.draw(st.integers(0, 40)) :]  # fmt: skip

    for notice in reading.read(spoiled):
        assert notice.message_id.isascii()


def test_a_message_id_holds_nothing_that_cannot_stand_in_one():
    assert bare(" <a\x00b\r\nc@x.org> ") == "abc@x.org"
    assert status_of("smtp; 550 5.1.1 <a@b>") == "5.1.1"
    assert status_of("550 no such user") == ""
