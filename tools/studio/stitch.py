"""Put follow-along films of routines together from their clips, with tones, captions, chapters and a preview.

    python tools/studio/stitch.py [ROUTINE ...]

Lengths, order and words are those of the routine (`routines.library.timeline`), nothing is written here.
A step without a clip shows its still. The other side is the mirrored picture, as in the player.
"""

import subprocess
import sys
import tempfile
import tomllib
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import yaml
from clips import SIZE, clips
from cut import cut
from environment import MEDIA, REPOSITORY, STUDIO
from loops import RATE, ffmpeg, h264, raw
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(REPOSITORY))

import spoken

from routines.library import timeline
from routines.library.documents import Routine
from routines.library.pieces import Dosage
from routines.library.timeline import Segment

DEMO = REPOSITORY / "config/demo"
FONT = REPOSITORY / "storefront/static/fonts/figtree-5.3.0.woff2"
STRIP, CRF = 40, 29
PREVIEW = 2  # seconds of each of three movements
GROUND, WORDS, SOFT, BAR = "#10312a", "#f6efe4", "#b7cbc2", "#e39a6f"


def films() -> dict[str, str]:
    """How the files of each film begin, by routine."""
    return yaml.safe_load((STUDIO / "clips.yaml").read_text())["films"]


def routine(slug: str) -> Routine:
    """A routine of the demo."""
    head = (DEMO / f"routines/{slug}.md").read_text("utf-8").split("\n---", 1)[0]
    return Routine.model_validate({**yaml.safe_load(head.removeprefix("---")), "body": ""})


def names() -> dict[str, str]:
    """What the demo calls the parts that routines ask for."""
    content = tomllib.loads((DEMO / "catalog/components.toml").read_text("utf-8"))
    rows = content.get("components") or content.get("component") or []
    return {row["slug"]: row["name"] for row in rows}


class Moves:
    """The pictures of a step: its clip, or its still; `far` is where a hold stays."""

    def __init__(self, clip: str | None, picture: str | None) -> None:
        entry = clips().get(clip or "")
        if entry and (MEDIA / f"{clip}.mp4").exists():
            self.frames = decoded(MEDIA / f"{clip}.mp4")
            self.out = round(entry["out"] * RATE)
            self.holds = "round" not in entry
        else:
            with Image.open(MEDIA / f"{picture}-480.jpg") as opened:
                still = opened.convert("RGB").resize(SIZE)
            self.frames = np.asarray(still)[None]
            self.out, self.holds = 0, False
        self.mirrored = self.frames[:, :, ::-1]

    def at(self, number: int, segment: Segment) -> np.ndarray:
        """The picture of a frame of the loop on the side that works."""
        frames = self.mirrored if segment.side == "right" else self.frames
        return frames[number % len(frames)]


def decoded(file: Path) -> np.ndarray:
    """The pictures of a clip."""
    command = ["ffmpeg", "-v", "error", "-i", str(file), "-r", str(RATE)]
    done = subprocess.run(
        [*command, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True
    )
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, SIZE[1], SIZE[0], 3)


def shown(moves: Moves, segment: Segment, repeats: float | None) -> Iterator[np.ndarray]:
    """The pictures of one stretch.

    A hold goes out, stays, and comes back at its end; counted repetitions fill their time exactly;
    what lasts goes round at its own pace; a rest and a change of sides stand still.
    """
    total, many = (segment.seconds or 0) * RATE, len(moves.frames)
    for tick in range(total):
        if segment.kind in ("rest", "switch_side"):
            yield moves.at(0, segment)
        elif segment.kind == "hold" and moves.holds and total > 2 * moves.out + RATE:
            yield moves.at(min(tick, moves.out, total - 1 - tick), segment)
        elif segment.kind == "work" and repeats:
            yield moves.at(int(tick * repeats * many / total), segment)
        else:
            yield moves.at(tick, segment)


def rounds(dose: Dosage) -> float | None:
    """How often a counted movement goes round; once for both sides where they take turns."""
    if dose.reps is None:
        return None
    return dose.reps.least / 2 if dose.sides == "alternate" else dose.reps.least


def strip(segment: Segment, second: int, fonts: tuple) -> np.ndarray:
    """Name, side and time of a stretch, in a strip below the picture."""
    total = segment.seconds or 1
    picture = Image.new("RGB", (SIZE[0], STRIP), GROUND)
    pen = ImageDraw.Draw(picture)
    left = f"{(total - second) // 60}:{(total - second) % 60:02}"
    label = {"rest": "Rest", "switch_side": "Change sides"}.get(segment.kind, segment.title)
    if segment.kind in spoken.LEAD_INS:
        label = segment.fit.rstrip(".") or f"Next: {segment.title}"
    side = f"{segment.side.capitalize()} side" if segment.side in ("left", "right") else ""
    under = " · ".join(filter(None, [side, segment.rep_text]))
    while pen.textlength(label, fonts[0]) > SIZE[0] - 80:
        label = f"{label.rstrip('…')[:-1].rstrip()}…"
    pen.text((12, 3 if under else 9), label, WORDS, fonts[0])
    pen.text((12, 20), under, SOFT, fonts[1])
    pen.text((SIZE[0] - 12, 7), left, WORDS, fonts[2], anchor="ra")
    pen.rectangle((0, STRIP - 4, SIZE[0] * (second + 1) // total, STRIP), fill=BAR)
    return np.asarray(picture)


def fonts() -> tuple:
    """The shop's own letters in three sizes."""
    made = []
    for size, weight in ((15, 650), (12, 500), (20, 650)):
        font = ImageFont.truetype(str(FONT), size)
        font.set_variation_by_axes([weight])
        made.append(font)
    return tuple(made)


def stream(
    document: Routine, segments: tuple[Segment, ...], moves: dict[str, Moves]
) -> Iterator[bytes]:
    """All pictures of a film, as ffmpeg reads them."""
    steps = {step.key: step for part in document.sections for step in part.steps}
    letters = fonts()
    for segment in segments:
        pictures = shown(
            moves[segment.step_key], segment, rounds(steps[segment.step_key].dosage)
        )
        for tick, picture in enumerate(pictures):
            if tick % RATE == 0:
                below = strip(segment, tick // RATE, letters).tobytes()
            yield picture.tobytes() + below


def film(slug: str, name: str) -> None:
    """Make all files of one film."""
    document = routine(slug)
    segments = timeline.expand(document, names=names())
    if timeline.has_open_end(segments[:-1]):
        raise SystemExit(f"{slug}: a stretch has no length, so it cannot be followed along")
    steps = [step for part in document.sections for step in part.steps]
    moves = {s.key: Moves(s.exercise.clip, s.exercise.picture) for s in steps}
    gated = MEDIA / "gated"
    (gated / f"{name}.vtt").write_text(spoken.captions(segments), "utf-8")
    (gated / f"{name}-chapters.vtt").write_text(spoken.chapters(segments), "utf-8")
    begins = ",".join(f"{begin:g}" for begin, _, _ in spoken.timed(segments))
    with tempfile.TemporaryDirectory() as folder:
        tones = Path(folder) / "tones.wav"
        write(tones, spoken.sound(segments))
        command = [
            "ffmpeg", "-y", "-v", "error", *raw(RATE, (SIZE[0], SIZE[1] + STRIP)), "-i", str(tones),
            *h264(CRF, 30 * RATE, "medium"), "-force_key_frames", begins, "-c:a", "aac", "-b:a", "24k",
            "-movflags", "+faststart", str(gated / f"{name}.mp4"),
        ]  # fmt: skip
        with subprocess.Popen(command, stdin=subprocess.PIPE) as running:
            for picture in stream(document, segments, moves):
                running.stdin.write(picture)
    cut(name)
    preview(name, [moves[step.key] for step in steps])
    size = (gated / f"{name}.mp4").stat().st_size
    print(f"{name}: {timeline.total_seconds(segments)} s, {size / 1e6:.2f} MB", flush=True)


def preview(name: str, moves: list[Moves]) -> None:
    """Two seconds each of three movements, without sound and words."""
    moving = [one for one in moves if len(one.frames) > 1][:3]
    pictures = [
        one.frames[tick % len(one.frames)] for one in moving for tick in range(PREVIEW * RATE)
    ]
    goal = str(MEDIA / f"{name}-preview.mp4")
    seen = b"".join(picture.tobytes() for picture in pictures)
    ffmpeg([*raw(RATE), "-an", *h264(27, 999), "-movflags", "+faststart", goal], seen)


def write(file: Path, samples: np.ndarray) -> None:
    """Samples as a sound file."""
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(spoken.SOUND)
        out.writeframes(samples.tobytes())


def main() -> None:
    """Make the films that are asked for, or all."""
    known = films()
    for slug in sys.argv[1:] or known:
        film(slug, known[slug])


if __name__ == "__main__":
    main()
