"""A letter as it travels says what was written, in lines that every mail server takes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.issues.frozen import Frozen
from storefront.issues.letter import Envelope
from storefront.issues.rendering import Rendered, _part
from storefront.settings import Settings

AT = datetime(2026, 11, 20, tzinfo=UTC)
MARKS = {"leave_url": "hole-one", "preferences_url": "hole-two"}
LINKS = {"leave_url": "https://x.example/leave/.a=b", "preferences_url": "https://x.example/p"}
SETTINGS = Settings(secret_key="k" * 40)


def envelope(**fields) -> Envelope:
    issue = {"issue_id": 7, "slug": "s", "list_slug": "letters", "list_name": "Letters", "subject": "News", "preheader": "", "intro": ""}  # fmt: skip
    return Envelope(Frozen(**issue | fields, at=AT, slots=()), SETTINGS, AT)


def rendered(text: str, html: str = "<p>Good morning.</p>") -> Rendered:
    return Rendered(_part(text, MARKS, False), _part(html, MARKS, True), len(html))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=300))
def test_every_text_arrives_as_it_was_written_with_the_readers_links_in_it(text):
    written = f".{text}\nhole-one.\nand hole-two{text}\n."
    made = envelope().message(
        1, "ana@example.org", rendered(written, f"<p>{text}</p>\n"), LINKS
    )

    parts = (made.get_body((kind,)).get_content() for kind in ("plain", "html"))
    plain, html = (part.replace("\r\n", "\n") for part in parts)

    said = written.replace("hole-one", LINKS["leave_url"])
    assert plain.rstrip("\n") == said.replace("hole-two", LINKS["preferences_url"])
    assert html == f"<p>{text}</p>\n"


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_every_line_of_it_ends_as_mail_servers_want_and_is_short(text):
    wire = envelope().wire(1, "ana@example.org", rendered(f"{text} hole-one {text}"), LINKS)

    assert wire.isascii()
    assert wire.endswith(b"\r\n")
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert b"\r" not in wire.replace(b"\r\n", b"")
    assert max(map(len, wire.split(b"\r\n"))) < 998


def test_long_and_foreign_headers_are_folded():
    subject = "Größe und Übung " * 30
    made = envelope(subject=subject, list_name="Für Füße")

    wire = made.wire(1, "ana@example.org", rendered("Hello"), LINKS)
    read = made.message(1, "ana@example.org", rendered("Hello"), LINKS)

    assert read["Subject"] == subject.strip()
    assert read["List-Id"] == "Für Füße <letters.pressline.example>"
    assert max(map(len, wire.split(b"\r\n"))) < 100


def test_an_address_in_letters_of_its_own_stays_as_it_is():
    wire = envelope().wire(1, "jörg@example.org", rendered("Hello"), LINKS)

    assert "\r\nTo: jörg@example.org\r\n" in wire.decode()


@pytest.mark.parametrize("email", ["a@b.example\r\nBcc: all@b.example", "a@b.example\n", "a\x00@b.example"])  # fmt: skip
def test_an_address_with_a_line_break_is_refused(email):
    with pytest.raises(ValueError, match="line break"):
        envelope().wire(1, email, rendered("Hello"), LINKS)
