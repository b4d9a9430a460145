"""What a file says of itself: whether it is a film, how long, how large, and by which codec."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from routines.videos import tools
from storefront.public import Invalid, Settings

SECONDS = 30
# Only files that hold pictures themselves: a playlist could name any other file of this machine.
FORMATS = "mov,matroska,avi,mpegts,mpeg"
LEAST_SIDE, MOST_SIDE = 64, 7680
LEAST_MS = 500
NO_FILM = "This is not a film that can be read: MP4, MOV, MKV, WebM, AVI and MPEG are."


@dataclass(frozen=True)
class Facts:
    """What was measured; sides are those that are seen, whatever way the camera was held."""

    duration_ms: int
    width: int
    height: int
    codec: str
    has_sound: bool


def probe(file: Path, settings: Settings) -> Facts:
    """Measure a film.

    Raises:
        NoTools: ffprobe is not there.
        Invalid: it is no film, or none that is taken here; says why.
    """
    arguments = ["-format_whitelist", FORMATS, "-protocol_whitelist", "file", "-print_format", "json",
                 "-show_format", "-show_streams", f"file:{file}"]  # fmt: skip
    try:
        found = json.loads(tools.ask(settings, arguments, SECONDS))
    except (tools.Failed, ValueError) as error:
        raise Invalid(NO_FILM) from error
    facts = _facts(found)
    for sentence, is_wrong in _rules(facts, settings).items():
        if is_wrong:
            raise Invalid(sentence)
    return facts


def _facts(found: dict[str, Any]) -> Facts:
    streams = found.get("streams", [])
    films = [one for one in streams if one.get("codec_type") == "video"
             and not one.get("disposition", {}).get("attached_pic")]  # fmt: skip
    if not films:
        raise Invalid(NO_FILM)
    film = films[0]
    width, height = int(film.get("width") or 0), int(film.get("height") or 0)
    if _is_turned(film):
        width, height = height, width
    seconds = found.get("format", {}).get("duration") or film.get("duration")
    try:
        duration_ms = round(float(seconds) * 1000)
    except (TypeError, ValueError, OverflowError):
        duration_ms = 0
    has_sound = any(one.get("codec_type") == "audio" for one in streams)
    return Facts(duration_ms, width, height, str(film.get("codec_name") or "unknown")[:40], has_sound)  # fmt: skip


def _is_turned(film: dict[str, Any]) -> bool:
    turns = [one.get("rotation", 0) for one in film.get("side_data_list", [])]
    return any(abs(int(turn)) % 180 == 90 for turn in turns if isinstance(turn, int | float))


def _rules(facts: Facts, settings: Settings) -> dict[str, bool]:
    sides = (facts.width, facts.height)
    most = settings.video_max_minutes
    return {
        NO_FILM: min(sides) <= 0,
        "How long this film is cannot be told. Save it anew from the program that made it.": facts.duration_ms <= 0,
        "This film is shorter than half a second.": facts.duration_ms < LEAST_MS,
        f"This film is longer than {most} minutes (VIDEO_MAX_MINUTES).": facts.duration_ms > most * 60_000,
        f"This film is {facts.width} × {facts.height} pixels: each side is {LEAST_SIDE} to {MOST_SIDE} here.":
            min(sides) < LEAST_SIDE or max(sides) > MOST_SIDE,
    }  # fmt: skip
