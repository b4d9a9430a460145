"""The public clips, short silent loops: what `clips.json` of each media folder says of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from storefront import resources, web


@dataclass(frozen=True)
class Clip:
    """A movement as a loop without sound; its files are `<name>.mp4`, `.m3u8` and `.vtt`."""

    name: str
    alt: str
    width: int
    height: int
    duration_ms: int


def clips(names: Iterable[str]) -> dict[str, Clip]:
    """Find clips by name; one that is missing is left out, and its picture stands alone."""
    known = all_clips()
    return {name: known[name] for name in names if name in known}


def all_clips() -> dict[str, Clip]:
    """Give all clips by their names."""
    known: dict[str, Clip] = {}
    for folder in reversed(resources.media_folders(web.settings())):
        file = folder / "clips.json"
        known |= _read(file, file.stat().st_mtime_ns) if file.is_file() else {}
    return known


@lru_cache(maxsize=16)
def _read(file: Path, _changed_at_ns: int) -> dict[str, Clip]:
    entries: dict[str, dict[str, str | int]] = json.loads(file.read_text("utf-8"))
    return {name: _clip(name, entry) for name, entry in entries.items()}


def _clip(name: str, entry: dict[str, str | int]) -> Clip:
    return Clip(
        name=name, alt=str(entry["alt"]), width=int(entry["width"]), height=int(entry["height"]),
        duration_ms=int(entry["duration_ms"]),
    )  # fmt: skip
