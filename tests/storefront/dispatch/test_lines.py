"""One connection to a mail server: kept open, honest about what it does not know."""

import asyncio
import io
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.dispatch.lines import LineDown, SMTPLine
from storefront.dispatch.sink import Sink
from storefront.dispatch.wire import wire
from storefront.settings import Settings


@pytest.fixture(scope="module")
def sink():
    """Run a sink in a thread; give its port and its file."""
    file, loop, ready = io.StringIO(), asyncio.new_event_loop(), threading.Event()
    found = []

    async def serve():
        found.append(await Sink(file).serve(0))
        ready.set()

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(serve(), loop).result(10)
    yield found[0].sockets[0].getsockname()[1], file

    async def end():
        found[0].close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    asyncio.run_coroutine_threadsafe(end(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def line(sink, tmp_path):
    made = SMTPLine(
        Settings(storefront_data=tmp_path, smtp_host="127.0.0.1", smtp_port=sink[0])
    )
    yield made
    made.close()


def letter(to="ana@example.org", text="Good morning.\n.dot\n"):
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = "News", "hello@pressline.example", to
    made["Message-ID"] = f"<{to}>"
    made.set_content(text)
    made.add_alternative(f"<p>{text}</p>", subtype="html")
    return made


def test_letters_go_through_one_connection_and_are_written_down(line, sink):
    outcomes = [
        line.hand_over(f"{name}@example.org", letter(f"{name}@example.org"), lambda: True)
        for name in ("ana", "ben")
    ]

    assert [one.state for one in outcomes] == ["accepted", "accepted"]
    written = [row.split(" ")[1:3] for row in sink[1].getvalue().splitlines()]
    assert ["<ana@example.org>", "ana@example.org"] in written


@pytest.mark.parametrize(
    ("to", "states"),
    [
        ("later-1@example.org", ["deferred", "accepted"]),
        ("busy-1@example.org", ["deferred", "accepted"]),
        ("never-1@example.org", ["failed", "failed"]),
        ("refused-1@example.org", ["failed", "failed"]),
        ("silent-1@example.org", ["unknown"]),
    ],
)
def test_each_difficulty_has_its_outcome_and_the_line_goes_on(line, to, states):
    assert [line.hand_over(to, letter(to), lambda: True).state for _ in states] == states
    assert line.hand_over("eva@example.org", letter(), lambda: True).state == "accepted"


def test_a_letter_that_may_not_begin_is_not_handed_over(line, sink):
    assert line.hand_over("no@example.org", letter(), lambda: False).state == "queued"
    assert "no@example.org" not in sink[1].getvalue()
    assert line.hand_over("yes@example.org", letter(), lambda: True).state == "accepted"


def test_a_refused_reader_never_counts_as_begun(line):
    began = []

    line.hand_over("never-2@example.org", letter(), lambda: began.append(1) or True)

    assert not began


def test_a_mail_server_that_is_not_there_is_said_so(tmp_path):
    nowhere = SMTPLine(Settings(storefront_data=tmp_path, smtp_host="127.0.0.1", smtp_port=1))

    with pytest.raises(LineDown):
        nowhere.hand_over("ana@example.org", letter(), lambda: True)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=300))
def test_a_letter_travels_as_the_standard_library_would_send_it(text):
    made = letter(text=f"{text}\n")

    travelled = wire(made)

    assert travelled.endswith(b"\r\n.\r\n")
    body = travelled[:-3].replace(b"\r\n..", b"\r\n.")
    found = message_from_bytes(body, policy=policy.default)
    twin = message_from_bytes(made.as_bytes(policy=policy.SMTP), policy=policy.default)
    for kind in ("plain", "html"):
        one, other = found.get_body((kind,)), twin.get_body((kind,))
        assert one.get_content() == other.get_content()
    assert not any(row == b"." for row in travelled[:-5].split(b"\r\n"))


def test_long_and_foreign_headers_are_folded():
    made = letter()
    del made["Subject"]
    made["Subject"] = "Größe und Übung " * 30
    made["List-Unsubscribe"] = f"<https://example.org/{'x' * 300}>"

    found = message_from_bytes(wire(made)[:-3], policy=policy.default)

    assert found["Subject"] == made["Subject"]
    assert found["List-Unsubscribe"] == made["List-Unsubscribe"]
    assert all(len(row) < 998 for row in wire(made).split(b"\r\n"))
