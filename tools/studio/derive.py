"""Make the shop's picture files and media.json from the final stills.

    python tools/studio/derive.py [--only NAME ...]

Each still becomes AVIF (quality 55) and JPEG (quality 80) at 480, 720 and 960 pixels, never larger than
itself, and an entry in media.json: size, colour, widths, formats and the `alt` of its entry. A picture whose
still is not here keeps what it has; one whose files are gone leaves media.json.
"""

import argparse
import json
import re
from pathlib import Path

from environment import MEDIA, STILLS
from PIL import Image, ImageOps
from render import KINDS, entries, fresh

WIDTHS = (480, 720, 960)
AVIF_QUALITY = 55
JPEG_QUALITY = 80
DONE = STILLS / "derived.json"


def widths_for(width: int) -> list[int]:
    """Widths to make of a picture: never upscaled, its own width when it lies between two steps."""
    fitting = [step for step in WIDTHS if step <= width]
    if not fitting or (len(fitting) < len(WIDTHS) and width >= fitting[-1] * 1.1):
        fitting.append(width)
    return fitting


def dominant_colour(picture: Image.Image) -> str:
    """The colour of the backdrop: the most frequent one of the small picture's edge."""
    small = picture.convert("RGB").resize((32, 32))
    edge = [small.getpixel((x, y)) for x in range(32) for y in (0, 1, 30, 31)]
    red, green, blue = max(set(edge), key=edge.count)
    return f"#{red:02x}{green:02x}{blue:02x}"


def files(name: str, facts: dict, media: Path = MEDIA) -> list[Path]:
    """The files of a picture."""
    return [media / f"{name}-{w}.{f}" for w in facts["widths"] for f in facts["formats"]]


def derive(source: Path, name: str, media: Path = MEDIA, *, mirror: bool = False) -> dict:
    """Write all sizes of one picture and describe them."""
    with Image.open(source) as opened:
        picture = ImageOps.mirror(opened.convert("RGB")) if mirror else opened.convert("RGB")
    widths = widths_for(picture.width)
    for old in media.glob(f"{name}-*.*"):
        if re.fullmatch(rf"{re.escape(name)}-\d+\.(avif|jpg)", old.name):
            old.unlink()
    for width in widths:
        size = (width, round(picture.height * width / picture.width))
        smaller = (
            picture.resize(size, Image.Resampling.LANCZOS) if width < picture.width else picture
        )
        file = media / f"{name}-{width}"
        smaller.save(f"{file}.avif", quality=AVIF_QUALITY, speed=4)
        smaller.save(f"{file}.jpg", quality=JPEG_QUALITY, progressive=True, optimize=True)
    return {
        "width": picture.width,
        "height": picture.height,
        "colour": dominant_colour(picture),
        "widths": widths,
        "formats": ["avif", "jpg"],
    }


def stills(known: dict[str, dict], only: list[str] | None) -> dict[str, dict]:
    """All rendered pictures; one is encoded again when its still is another than last time."""
    done = json.loads(DONE.read_text()) if DONE.exists() else {}
    described = {}
    for kind in KINDS:
        for name, entry in entries(kind).items():
            facts = {k: v for k, v in known.get(name, {}).items() if k != "alt"}
            wanted = not only or any(Path(name).match(pattern) for pattern in only)
            note = STILLS / f"final/{name}.json"
            if wanted and note.exists():
                mark = json.loads(note.read_text())["fingerprint"]
                if not fresh(name, "final"):
                    print(f"{name}: its entry or code has changed since the still was made")
                same = facts and done.get(name) == mark
                if not same or not all(f.exists() for f in files(name, facts)):
                    facts = derive(
                        STILLS / f"final/{name}.png", name, mirror=entry.get("mirror", False)
                    )
                    done[name] = mark
            if facts:
                described[name] = {**facts, "alt": entry["alt"]}
    DONE.write_text(json.dumps(done, indent=1))
    return described


def main() -> None:
    """Make what is missing or newer, write media.json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="names; a final * is allowed")
    options = parser.parse_args()
    index = MEDIA / "media.json"
    known = json.loads(index.read_text())
    described = {**known, **stills(known, options.only)}
    whole = {n: f for n, f in sorted(described.items()) if all(p.exists() for p in files(n, f))}
    index.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
    size = sum(file.stat().st_size for file in MEDIA.iterdir() if file.is_file())
    print(f"{len(whole)} pictures described in {index.name}, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
