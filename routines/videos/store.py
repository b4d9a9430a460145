"""The folders of uploaded films: files come in whole, or not at all."""

import hashlib
import secrets
from pathlib import Path
from typing import IO

from routines.videos.film import UPLOADS
from routines.videos.models import Upload
from storefront.public import Invalid, Settings, resources

INCOMING = ".incoming"
CHUNK = 1 << 20
KINDS = frozenset({".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts"})


def gated(settings: Settings) -> Path:
    """Give the folder of the gated files."""
    return Path(settings.gated_root or settings.storefront_data / "gated").resolve()


def public(settings: Settings) -> Path:
    """Give the folder in which public media are kept."""
    return resources.media_folders(settings)[0].resolve()


def of(upload: Upload, settings: Settings) -> Path:
    """Give the folder of one revision."""
    return gated(settings) / UPLOADS / upload.slug / f"r{upload.revision}"


def incoming(settings: Settings) -> Path:
    """Name a place for a file that is on its way in."""
    folder = gated(settings) / INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    return folder / secrets.token_hex(8)


def take(source: IO[bytes], goal: Path, most: int) -> tuple[int, str]:
    """Write a stream to a file piece by piece, and give its size and checksum.

    Raises:
        Invalid: it is empty, or larger than allowed; nothing of it stays.
    """
    digest, size, is_whole = hashlib.sha256(), 0, False
    try:
        with goal.open("wb") as file:
            while piece := source.read(CHUNK):
                size += len(piece)
                if size > most:
                    raise Invalid(too_large(most))
                digest.update(piece)
                file.write(piece)
        if not size:
            raise Invalid("The file is empty.")
        is_whole = True
    finally:
        if not is_whole:
            goal.unlink(missing_ok=True)
    return size, digest.hexdigest()


def too_large(most: int) -> str:
    """Say how large a film may be."""
    return f"A film may have {most // 1_000_000} MB here at most (VIDEO_MAX_BYTES)."


def master_name(original: str) -> str:
    """Name the file of an upload by the kind that it says it is; nothing else of its name is used."""
    kind = Path(original).suffix.casefold()
    return f"master{kind if kind in KINDS else '.bin'}"


def draft(goal: Path) -> Path:
    """Name a place beside a file for one that is being made; no two makers have the same."""
    return goal.with_name(f".{goal.name}.{secrets.token_hex(4)}.part")


def size_of(path: Path) -> int:
    """Count the bytes of a file, or of all files in a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
