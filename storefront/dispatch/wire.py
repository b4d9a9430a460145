"""A letter as it travels: written once for each reader, so it is written by hand and not by `as_bytes`.

The headers that all readers share are folded once; what is plain ASCII and short needs no folding at all.
"""

import re
from email.message import EmailMessage, Message
from email.policy import SMTP, SMTPUTF8
from functools import lru_cache
from typing import Any

LONGEST_LINE = 900  # RFC 5322 forbids more than 998 characters
NEW_LINE = re.compile(r"\r\n|\r|\n")
DOTS = re.compile(rb"(?m)^\.")


def wire(message: EmailMessage, *, utf8: bool = False) -> bytes:
    """Write a letter with CRLF at the end of its lines, dots doubled, and its end.

    Raises:
        ValueError: a header has a line break, or text that is not encoded for its way.
    """
    body = b"".join(_parts(message, utf8))
    if not body.endswith(b"\r\n"):
        body += b"\r\n"
    return DOTS.sub(b"..", body) + b".\r\n"


def _parts(part: "Message[str, str]", utf8: bool) -> list[bytes]:
    payload: Any = part.get_payload()
    if isinstance(payload, list):
        pieces = _pieces(payload, _boundary(part, payload).encode("ascii"), utf8)
        return [_headers(part, utf8), b"\r\n", *pieces]
    text = NEW_LINE.sub("\r\n", payload if isinstance(payload, str) else "")
    charset = part.get_content_charset("utf-8")
    return [_headers(part, utf8), b"\r\n", text.encode(charset, "surrogateescape")]


def _pieces(payload: "list[Message[str, str]]", boundary: bytes, utf8: bool) -> list[bytes]:
    written: list[bytes] = []
    for each in payload:
        written += [b"--", boundary, b"\r\n", *_parts(each, utf8), b"\r\n"]
    return [*written, b"--", boundary, b"--\r\n"]


def _boundary(part: "Message[str, str]", payload: "list[Message[str, str]]") -> str:
    """Give what stands between the parts, and make it known in the header."""
    boundary = part.get_boundary()
    if boundary is None:
        boundary = f"part-{id(payload):x}-of-this-letter"
        part.set_boundary(boundary)
    return boundary


def _headers(part: "Message[str, str]", utf8: bool) -> bytes:
    lines = "".join(_line(name, str(value), utf8) for name, value in part.items())
    return lines.encode("utf-8" if utf8 else "ascii", "surrogateescape")


def _line(name: str, value: str, utf8: bool) -> str:
    if len(value) < LONGEST_LINE and value.isascii() and value.isprintable():
        return f"{name}: {value}\r\n"
    return _folded(name, value, utf8)


@lru_cache(maxsize=512)
def _folded(name: str, value: str, utf8: bool) -> str:
    rules = SMTPUTF8 if utf8 else SMTP
    return str(rules.fold(*rules.header_store_parse(name, value)))
