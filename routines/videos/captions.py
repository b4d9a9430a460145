"""Captions: whether a WebVTT file can be shown as it stands, and what it says as text."""

import re
from dataclasses import dataclass

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from storefront.public import Invalid

MOST_BYTES = 1_000_000
MOST_CUES = 10_000
SLACK_MS = 1000  # a cue may outlive its film by so much
STAMP = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
TIMES = re.compile(rf"{STAMP}[ \t]+-->[ \t]+{STAMP}(?:[ \t]+\S.*)?")
TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Said:
    """What is said at a moment."""

    at: str  # such as 1:05
    text: str


def checked(raw: bytes, duration_ms: int) -> str:
    """Read captions that fit a film; 0 = it is not known how long that is.

    Raises:
        Invalid: something in it is wrong; says what, and on which line.
    """
    if len(raw) > MOST_BYTES:
        message = f"The captions are larger than {MOST_BYTES // 1_000_000} MB."
        raise Invalid(message)
    text = _text(raw)
    lines = text.split("\n")
    if not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        _refuse(1, "the file begins with WEBVTT")
    _times(lines, duration_ms)
    try:
        webvtt.from_string(text)
    except (MalformedFileError, MalformedCaptionError) as error:
        raise Invalid("These captions are not WebVTT that can be read.") from error
    return text


def _text(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = f"Line {line}: this is not UTF-8. Save the captions as UTF-8."
        raise Invalid(message) from error
    if "\x00" in text:
        _refuse(
            text[: text.index("\x00")].count("\n") + 1, "there is a control character in it"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _times(lines: list[str], duration_ms: int) -> None:
    """Look at every line of times: readable, forwards, in order and within the film."""
    last = count = 0
    for number, line in enumerate(lines, 1):
        if "-->" not in line:
            continue
        found = TIMES.fullmatch(line.strip())
        if found is None:
            _refuse(number, "times are written 00:01.000 --> 00:04.000")
            continue
        begin, end = _ms(*found.groups()[:4]), _ms(*found.groups()[4:])
        if end <= begin:
            _refuse(number, "it ends before it begins")
        if begin < last:
            _refuse(number, "it begins before the one above it")
        if duration_ms and end > duration_ms + SLACK_MS:
            _refuse(number, f"the film is over by then: it is {duration_ms / 1000:.1f} seconds long")  # fmt: skip
        last, count = begin, count + 1
    if not 0 < count <= MOST_CUES:
        _refuse(len(lines), f"there are {count or 'no'} captions in the file, and {MOST_CUES} at most are taken")  # fmt: skip


def _ms(hours: str | None, minutes: str, seconds: str, rest: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(rest)


def _refuse(line: int, reason: str) -> None:
    message = f"Line {line} of the captions: {reason}."
    raise Invalid(message)


def transcript(text: str) -> tuple[Said, ...]:
    """Give what captions say, each once, with the moment; what cannot be read is empty."""
    try:
        found = webvtt.from_string(text)
    except (MalformedFileError, MalformedCaptionError):
        return ()
    said: list[Said] = []
    for cue in found.captions:
        words = " ".join(TAGS.sub("", cue.text).split())
        if words and not (said and said[-1].text == words):
            seconds = int(cue.start_in_seconds)
            said.append(Said(f"{seconds // 60}:{seconds % 60:02d}", words))
    return tuple(said)
