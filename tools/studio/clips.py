"""Draw the frames of the clips that changed, one process for each clip.

    python tools/studio/clips.py --sketch OUT.png [--only NAME ...]   # strips without Blender, some seconds each
    python tools/studio/clips.py [--only NAME ...] [--list]
    python tools/studio/clips.py --strips OUT.png [--only NAME ...]   # what is drawn, four phases of each

Frames lie in ~/.cache/pressline-studio/frames, in a folder named after what they were drawn from: a frame
that is there is not drawn again, so a run that was stopped goes on where it was. loops.py makes films of them.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

import yaml
from environment import CACHE, STUDIO
from motion import phases
from posing import entries

FRAMES = CACHE / "frames"
SIZE = (480, 320)
SAMPLES = 6
TOLD = (
    "alt",
    "out",
    "hold",
    "back",
    "rest",
)  # words and pace: no reason to draw anything again
STRIP = (0.0, 0.33, 0.67, 1.0)


def clips() -> dict[str, dict]:
    """All clips by name, each with what all have."""
    raw = yaml.safe_load((STUDIO / "clips.yaml").read_text())
    return {name: {**raw["all"], **clip} for name, clip in raw["clips"].items()}


def poses() -> dict[str, dict]:
    """All poses by name, with what their bases and people give them."""
    return entries(yaml.safe_load((STUDIO / "poses.yaml").read_text()))


def fingerprint(clip: dict, pose: dict) -> str:
    """Changes when the clip or its pose does; `look` in clips.yaml stands for the code."""
    drawn = {key: value for key, value in clip.items() if key not in TOLD}
    seen = {
        key: value for key, value in pose.items() if key not in ("alt", "caption", "mirror")
    }
    told = json.dumps([drawn, seen, SIZE, SAMPLES], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:10]


def folder(name: str, clip: dict, known: dict[str, dict]) -> Path:
    """Where the frames of a clip lie."""
    return FRAMES / f"{name}-{fingerprint(clip, known[clip['pose']])}"


def is_drawn(name: str, clip: dict, known: dict[str, dict]) -> bool:
    """Whether every frame is there."""
    place = folder(name, clip, known)
    return all((place / f"{number:02}.png").exists() for number in range(clip["frames"]))


def draw(name: str) -> None:
    """Draw the frames of one clip in this process."""
    import moving

    clip, known = clips()[name], poses()
    place = folder(name, clip, known)
    place.mkdir(parents=True, exist_ok=True)
    moving.frames(clip, known, place, SIZE, SAMPLES)


def run(names: list[str]) -> int:
    """Draw one clip after the other; count the failures."""
    failed = 0
    for number, name in enumerate(names, 1):
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, __file__, "--one", "--only", name], capture_output=True, text=True
        )
        failed += bool(done.returncode)
        told = f"failed\n{done.stderr[-3000:]}" if done.returncode else ""
        print(
            f"[{number}/{len(names)}] {name} {time.monotonic() - began:.0f} s {told}",
            flush=True,
        )
    return failed


def sketch(wanted: dict[str, dict], out: str) -> None:
    """Four phases of each clip as flat shapes, and what cannot be as asked."""
    import numpy as np
    import sketch as drawn
    from motion import Movement
    from posing import view

    known, rows = poses(), {}
    for name, clip in wanted.items():
        movement = Movement(clip, known)
        some = [
            movement.pose(p) for p in ((0.0, 0.25, 0.5, 0.75) if "round" in clip else STRIP)
        ]
        for problem in sorted({told for pose in some for told in pose.problems}):
            print(f"{name}: {problem}")
        focus = some[0].entry.get("camera", {}).get("focus")
        held = [p.stance.skinned(p.body.where(focus) if focus else p.body.skin) for p in some]
        seen = view(some[0], np.concatenate(held), SIZE[0] / SIZE[1])
        rows[name] = [drawn.draw(pose, seen) for pose in some]
    sheet(rows, out)


def strips(wanted: dict[str, dict], out: str) -> None:
    """Four phases of each clip that is drawn."""
    from PIL import Image

    known, rows = poses(), {}
    for name, clip in wanted.items():
        if is_drawn(name, clip, known):
            last = len(phases(clip)) - ("round" not in clip)
            shown = [round(last * share / (4 if "round" in clip else 3)) for share in range(4)]
            place = folder(name, clip, known)
            rows[name] = [Image.open(place / f"{number:02}.png") for number in shown]
    sheet(rows, out)


def sheet(rows: dict[str, list], out: str, size: tuple[int, int] = (360, 240)) -> None:
    """One row of pictures for each name."""
    from PIL import Image, ImageDraw

    whole = Image.new("RGB", (size[0] * 4, size[1] * len(rows)))
    for number, (name, strip) in enumerate(rows.items()):
        for column, picture in enumerate(strip):
            whole.paste(picture.resize(size), (column * size[0], number * size[1]))
        ImageDraw.Draw(whole).text((4, number * size[1] + 2), name, fill=(140, 0, 0))
    whole.save(out)


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="names; a final * is allowed")
    parser.add_argument("--list", action="store_true", help="say what is missing, draw nothing")
    parser.add_argument(
        "--sketch", metavar="OUT.png", help="draw strips of flat shapes instead"
    )
    parser.add_argument("--strips", metavar="OUT.png", help="show what is drawn")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    wanted = {
        name: clip for name, clip in clips().items()
        if not options.only or any(Path(name).match(pattern) for pattern in options.only)
    }  # fmt: skip
    if options.one:
        draw(options.only[0])
    elif options.sketch or options.strips:
        (sketch if options.sketch else strips)(wanted, options.sketch or options.strips)
    else:
        known = poses()
        missing = [name for name, clip in wanted.items() if not is_drawn(name, clip, known)]
        print(
            f"{len(missing)} of {len(wanted)} to draw",
            *missing if options.list else (),
            sep="\n",
        )
        sys.exit(0 if options.list else bool(run(missing)))


if __name__ == "__main__":
    main()
