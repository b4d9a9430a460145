"""Make the public clips of the frames that are drawn, and clips.json.

    python tools/studio/loops.py [--only NAME ...]

A clip is H.264 in one fragmented MP4 that a page plays as it is and that its HLS playlist names by byte
ranges, so nothing is stored twice; a WebVTT file says what is to be seen. Movement between two drawn frames is
made up by ffmpeg. A clip is encoded again when its frames or its pace are others than last time.
"""

import argparse
import json
import math
import re
import subprocess
from pathlib import Path

from clips import FRAMES, SIZE, clips, folder, is_drawn, poses
from environment import MEDIA
from motion import pace
from PIL import Image

RATE, SMOOTH = 12, 24  # frames a second: of what is drawn, and of the film
CRF = 26
INDEX = MEDIA / "clips.json"
DONE = FRAMES / "encoded.json"
OVER = 3  # ticks of the next round, for what lies between the last frame and the first


def h264(crf: int, keyframes: int, preset: str = "slower") -> list[str]:
    """How ffmpeg writes pictures that every browser plays."""
    return [
        "-c:v", "libx264", "-preset", preset, "-tune", "animation", "-crf", str(crf),
        "-pix_fmt", "yuv420p", "-g", str(keyframes), "-threads", "1",
    ]  # fmt: skip


def ffmpeg(arguments: list[str], pictures: bytes = b"") -> None:
    """Run ffmpeg, which reads raw pictures from its input.

    Raises:
        subprocess.CalledProcessError: it failed, and has said why.
    """
    command = ["ffmpeg", "-y", "-v", "error", *arguments]
    subprocess.run(command, input=pictures, check=True)


def raw(rate: int, size: tuple[int, int] = SIZE) -> list[str]:
    """Read pictures from the input."""
    shape = f"{size[0]}x{size[1]}"
    return ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", shape, "-r", str(rate), "-i", "-"]


def order(clip: dict) -> list[int]:
    """The frames of one round; it takes a whole number of seconds' twelfths."""
    return pace(clip, RATE)


def pictures(place: Path, wanted: list[int]) -> bytes:
    """Frames one after the other, as ffmpeg reads them."""
    known = {}
    for number in set(wanted):
        with Image.open(place / f"{number:02}.png") as opened:
            known[number] = opened.convert("RGB").tobytes()
    return b"".join(known[number] for number in wanted)


def encode(name: str, place: Path, ticks: list[int], *, mirror: bool) -> None:
    """Write the film of a clip and its playlist."""
    between = "hflip," * mirror + f"minterpolate=fps={SMOOTH}:mi_mode=mci:mc_mode=aobmc:vsbmc=1"
    count = len(ticks) * SMOOTH // RATE
    ffmpeg(
        [
            *raw(RATE), "-vf", between, "-frames:v", str(count), "-an", *h264(CRF, 999),
            "-f", "hls", "-hls_time", "60", "-hls_segment_type", "fmp4", "-hls_flags", "single_file",
            "-hls_playlist_type", "vod", "-hls_segment_filename", str(MEDIA / f"{name}.mp4"),
            str(MEDIA / f"{name}.m3u8"),
        ],
        pictures(place, [*ticks, *ticks[:OVER]]),
    )  # fmt: skip
    playlist = MEDIA / f"{name}.m3u8"
    longest = f"#EXT-X-TARGETDURATION:{math.ceil(len(ticks) / RATE)}"
    playlist.write_text(re.sub("#EXT-X-TARGETDURATION:.*", longest, playlist.read_text()))


def stamp(seconds: float) -> str:
    """A moment as WebVTT writes it."""
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def describe(name: str, clip: dict, seconds: float) -> dict:
    """What clips.json says of a clip; what is to be seen is also its WebVTT."""
    words = f"WEBVTT\n\n{stamp(0)} --> {stamp(seconds)}\n{clip['alt']}\n"
    (MEDIA / f"{name}.vtt").write_text(words, "utf-8")
    duration = round(seconds * 1000)
    return {"alt": clip["alt"], "width": SIZE[0], "height": SIZE[1], "duration_ms": duration}


def main() -> None:
    """Encode what is new, write clips.json, drop what no entry names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="names; a final * is allowed")
    only, known, every = parser.parse_args().only, poses(), clips()
    said = json.loads(INDEX.read_text()) if INDEX.exists() else {}
    done = json.loads(DONE.read_text()) if DONE.exists() else {}
    for name, clip in every.items():
        wanted = not only or any(Path(name).match(pattern) for pattern in only)
        if not wanted or not is_drawn(name, clip, known):
            continue
        place, ticks = folder(name, clip, known), order(clip)
        mirror = known[clip["pose"]].get("mirror", False)
        mark = [place.name, ticks, CRF, SMOOTH, mirror]
        if done.get(name) != mark or not (MEDIA / f"{name}.mp4").exists():
            encode(name, place, ticks, mirror=mirror)
            done[name] = mark
        said[name] = describe(name, clip, len(ticks) / RATE)
        DONE.write_text(json.dumps(done))
    said = {name: facts for name, facts in sorted(said.items()) if name in every}
    INDEX.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n")
    size = sum((MEDIA / f"{name}.mp4").stat().st_size for name in said)
    print(f"{len(said)} clips described in {INDEX.name}, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
