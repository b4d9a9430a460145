"""One connection to a mail server: kept open, honest about what it does not know."""

import asyncio
import io
import threading
from email import policy
from email.message import EmailMessage

import pytest

from storefront.dispatch.lines import LineDown, SMTPLine
from storefront.dispatch.sink import Sink
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
    return made.as_bytes(policy=policy.SMTP)


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


@pytest.mark.parametrize("hello", [b"250-sink\r\n250 PIPELINING\r\n", b"250 sink\r\n"])
def test_no_line_of_a_letter_ends_it_early_whatever_the_server_can(
    line, sink, monkeypatch, hello
):
    monkeypatch.setattr("storefront.dispatch.sink.HELLO", hello)
    cut = letter(f"dots-{len(hello)}@example.org", text="One\n.\nQUIT\n.\n..two\n")

    states = [
        line.hand_over(to, cut, lambda: True).state
        for to in (
            "dots-1@example.org",
            f"never-{len(hello)}@example.org",
            "dots-2@example.org",
        )
    ]

    assert states == ["accepted", "failed", "accepted"]
    sizes = [int(row.split()[3]) for row in sink[1].getvalue().splitlines() if f"<dots-{len(hello)}@" in row]  # fmt: skip
    dots = cut.count(b"\n.")
    assert dots == 6
    assert sizes == [len(cut) + dots + len(b".\r\n")] * 2
