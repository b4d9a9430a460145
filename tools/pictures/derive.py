"""Make the shop's picture files and media.json from source pictures.

    python tools/pictures/derive.py SOURCES [--media config/demo/media]

SOURCES is a folder of PNG files. Each one listed in `alt.toml` becomes AVIF (quality 55) and JPEG
(quality 80) at 480, 960 and 1600 pixels, never larger than its source. SVG files that lie in the
media folder already are measured and listed too. A PNG that is missing keeps the files it has.
"""

import argparse
import json
import re
import tomllib
from pathlib import Path

from PIL import Image

WIDTHS = (480, 960, 1600)
AVIF_QUALITY = 55
JPEG_QUALITY = 80
HERE = Path(__file__).parent


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


def derive(source: Path, name: str, media: Path) -> dict[str, object]:
    """Write all sizes of one picture and describe them."""
    with Image.open(source) as opened:
        picture = opened.convert("RGB")
    widths = widths_for(picture.width)
    for width in widths:
        size = (width, round(picture.height * width / picture.width))
        smaller = (
            picture
            if width == picture.width
            else picture.resize(size, Image.Resampling.LANCZOS)
        )
        smaller.save(media / f"{name}-{width}.avif", quality=AVIF_QUALITY, speed=4)
        smaller.save(
            media / f"{name}-{width}.jpg", quality=JPEG_QUALITY, progressive=True, optimize=True
        )
    return {
        "width": picture.width,
        "height": picture.height,
        "colour": dominant_colour(picture),
        "widths": widths,
        "formats": ["avif", "jpg"],
    }


def describe_svg(file: Path) -> dict[str, object]:
    """Size and ground colour of a drawing, read from its own text."""
    text = file.read_text()
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', text)
    ground = re.search(r'data-ground="(#[0-9a-f]{6})"', text)
    if not box or not ground:
        raise SystemExit(f"{file.name}: a viewBox from 0 0 and a data-ground colour are needed")
    width, height = int(box[1]), int(box[2])
    return {
        "width": width,
        "height": height,
        "colour": ground[1],
        "widths": [],
        "formats": ["svg"],
    }


def main() -> None:
    """Read the command line, make what is missing or newer, write media.json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", type=Path, nargs="?", help="folder of PNG files")
    parser.add_argument("--media", type=Path, default=HERE.parents[1] / "config/demo/media")
    options = parser.parse_args()
    index = options.media / "media.json"
    known = json.loads(index.read_text()) if index.exists() else {}
    described: dict[str, dict[str, object]] = {}
    for name, entry in tomllib.loads((HERE / "alt.toml").read_text()).items():
        source = options.sources and options.sources / entry.get("source", f"{name}.png")
        drawing = options.media / f"{name}.svg"
        if source and source.exists():
            facts = derive(source, name, options.media)
        elif drawing.exists():
            facts = describe_svg(drawing)
        elif name in known:
            facts = known[name]
        else:
            raise SystemExit(
                f"{name}: neither a PNG in the sources nor an SVG in the media folder"
            )
        described[name] = {**facts, "alt": entry["alt"]}
    index.write_text(
        json.dumps(dict(sorted(described.items())), indent=1, ensure_ascii=False) + "\n"
    )
    print(f"{len(described)} pictures described in {index.name}")


if __name__ == "__main__":
    main()
