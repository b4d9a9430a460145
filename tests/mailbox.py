"""The development mailbox as a test reads it."""

import re

from storefront import outbox


def letters(app, to: str = "") -> list[dict]:
    """Let the worker do what is due, and give the letters, newest first."""
    state = app.extensions["storefront"]
    with app.test_request_context():
        outbox.drain(state.outbox_handlers)
    return state.transport.letters(to)


def link(letter: dict, part: str = "/newsletter/confirm/") -> str:
    """Give the path of the letter's link."""
    return re.search(rf"https?://[^/\s]+(\S*{re.escape(part)}\S+)", letter["text"])[1]


def code(letter: dict) -> str:
    """Give the six digits."""
    return re.search(r"\b(\d{6})\b", letter["text"])[1]
