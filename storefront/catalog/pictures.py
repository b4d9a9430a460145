"""The public pictures: what `media.json` of each media folder says of them."""

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from storefront import resources, web
from storefront.catalog.listing import Picture

PLACEHOLDER = "tool"  # a drawing that comes with the shop


def pictures(names: Iterable[str]) -> dict[str, Picture]:
    """Find pictures by name; one that is missing is the drawing of a tool."""
    known = everything()
    return {name: known.get(name, known[PLACEHOLDER]) for name in names}


def everything() -> dict[str, Picture]:
    """Give all pictures by their names."""
    known: dict[str, Picture] = {}
    for folder in reversed(resources.media_folders(web.settings())):
        known |= _of_folder(folder)
    return known


def gallery(names: Iterable[str]) -> tuple[Picture, ...]:
    """Give those pictures that are there, or else the drawing of a tool."""
    found = pictures([*names, PLACEHOLDER])
    drawing = found.pop(PLACEHOLDER)
    return tuple(picture for picture in found.values() if picture != drawing) or (drawing,)


def picture_file(picture: Picture, least_width: int) -> Path | None:
    """Find a picture's file: a drawing, or the smallest JPEG at least so wide; None when it is gone."""
    for folder in resources.media_folders(web.settings()):
        for name in _names(picture, least_width):
            if (folder / name).is_file():
                return folder / name
    return None


def _names(picture: Picture, least_width: int) -> list[str]:
    if "svg" in picture.formats:
        return [f"{picture.name}.svg"]
    wide = sorted(width for width in picture.widths if width >= least_width)
    return [f"{picture.name}-{width}.jpg" for width in [*wide, *sorted(picture.widths, reverse=True)]]  # fmt: skip


def _of_folder(folder: Path) -> dict[str, Picture]:
    file = folder / "media.json"
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else {}


@lru_cache(maxsize=16)
def _read(file: Path, _changed_at_ns: int) -> dict[str, Picture]:
    entries = json.loads(file.read_text("utf-8"))
    return {name: _picture(name, entry) for name, entry in entries.items()}


def _picture(name: str, entry: dict[str, object]) -> Picture:
    return Picture(
        name=name, alt=str(entry["alt"]), width=int(str(entry["width"])), height=int(str(entry["height"])),
        colour=str(entry["colour"]), widths=tuple(entry["widths"]), formats=tuple(entry["formats"]),  # type: ignore[arg-type]
    )  # fmt: skip
