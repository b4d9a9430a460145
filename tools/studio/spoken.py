"""What a film of a routine says and sounds: captions, chapters and tones, from the routine's own timeline."""

import math
import re
from collections.abc import Iterator, Sequence

import numpy as np
from loops import stamp

from routines.library.timeline import EFFORTS, Segment

SOUND = 22_050  # samples a second
COUNTED = 8  # seconds from which on an effort ends with a count
COUNT = 3
HEARD = "[Three short tones, one long tone]"
LEAD_INS = ("get_ready", "change_tool")
LINE = 84  # letters that are read at once
READ = 17  # letters a second
SPILL = 8  # seconds that the words before an effort may take of it
Timed = tuple[float, float, Segment]


def timed(segments: Sequence[Segment]) -> list[Timed]:
    """Each stretch with the seconds at which it begins and ends."""
    found, at = [], 0.0
    for segment in segments:
        length = segment.seconds or 0
        if length:
            found.append((at, at + length, segment))
        at += length
    return found


def chapters(segments: Sequence[Segment]) -> str:
    """WebVTT with a chapter for each step."""
    steps: list[list] = []
    for begin, end, segment in timed(segments):
        if steps and steps[-1][3] == segment.step_key:
            steps[-1][1] = end
        else:
            steps.append([begin, end, segment.title, segment.step_key])
    return vtt((begin, end, title) for begin, end, title, _ in steps)


def captions(segments: Sequence[Segment]) -> str:
    """WebVTT with what a voice would say, and what is heard."""
    return vtt(_cues(timed(segments)))


def vtt(cues) -> str:
    """Cues as a WebVTT file."""
    told = ["WEBVTT\n"]
    for begin, end, words in cues:
        safe = words.replace("&", "&amp;").replace("<", "&lt;").replace("-->", "→")
        told.append(f"{stamp(begin)} --> {stamp(end)}\n{safe}\n")
    return "\n".join(told)


def _cues(placed: Sequence[Timed]) -> Iterator[tuple[float, float, str]]:
    """Sentences as fast as they are read; those before an effort may run into it, the count waits for none."""
    at = 0.0
    for begin, end, segment in placed:
        is_counted = segment.kind in EFFORTS and end - begin >= COUNTED
        is_lead_in = segment.kind in LEAD_INS
        until = end + SPILL if is_lead_in else end - COUNT * is_counted
        at = max(at, begin)
        for line in _lines(words(segment)):
            length = 0.6 + len(line) / READ
            if at + length <= until:
                yield at, at + length, line
                at += length
        if is_counted:
            yield end - COUNT, end, HEARD


def words(segment: Segment) -> str:
    """What a voice says when a stretch begins."""
    side = f", {segment.side} side" if segment.side in ("left", "right") else ""
    if segment.kind in LEAD_INS:
        return " ".join(filter(None, [f"{segment.title}{side}.", segment.fit, segment.cue]))
    if segment.kind == "rest":
        return f"Rest for {segment.seconds} seconds."
    if segment.kind in EFFORTS:
        number = f"Set {segment.set_number}." if segment.set_number > 1 else ""
        counted = (
            f"{segment.rep_text[:1].upper()}{segment.rep_text[1:]}." if segment.rep_text else ""
        )
        return " ".join(filter(None, [number, counted, segment.cue]))
    return segment.cue


def _lines(text: str) -> list[str]:
    """Sentences, short ones together, as many letters as can be read at once."""
    lines: list[str] = []
    for sentence in re.split(r"(?<=[.!?;]) ", text):
        if lines and len(lines[-1]) + len(sentence) < LINE:
            lines[-1] += f" {sentence}"
        elif sentence:
            lines.append(sentence)
    return lines


def sound(segments: Sequence[Segment]) -> np.ndarray:
    """The tones of a film: a start, and three short ones and a long one at the end of each effort."""
    placed = timed(segments)
    wave = np.zeros(math.ceil(placed[-1][1] * SOUND) + SOUND // 2, np.float32)

    def tone(at: float, pitch: float, length: float) -> None:
        samples = np.arange(int(length * SOUND)) / SOUND
        fade = np.clip(np.minimum(samples, length - samples) / 0.012, 0, 1)
        start = int(at * SOUND)
        wave[start : start + len(samples)] += 0.3 * fade * np.sin(2 * np.pi * pitch * samples)

    for begin, end, segment in placed:
        if segment.kind in EFFORTS:
            tone(begin, 988, 0.22)
            if end - begin >= COUNTED:
                for left in range(COUNT, 0, -1):
                    tone(end - left, 740, 0.1)
            tone(end - 0.02, 587, 0.42)
    return (np.clip(wave, -1, 1)[: int(placed[-1][1] * SOUND)] * 32767).astype("<i2")
