"""Where gated files lie, outside every public folder, and how they leave the house."""

import shutil
from pathlib import Path
from urllib.parse import quote

from flask import Response, request, send_file

from storefront.public import NotFound, Settings

ACCEL_PREFIX = "/_gated/"  # an `internal` location of nginx
TYPES = {".mp4": "video/mp4", ".vtt": "text/vtt"}


def folder(settings: Settings) -> Path:
    """Give the folder of the gated files."""
    return Path(settings.gated_root or settings.storefront_data / "gated").resolve()


def deliver(settings: Settings, name: str) -> Response:
    """Send a file by its stored name, in ranges if asked.

    Raises:
        NotFound: the file is not in the gated folder.
    """
    path = (folder(settings) / name).resolve()
    if not (path.is_relative_to(folder(settings)) and path.is_file()):
        message = "This video is missing at the moment. We have made a note of it."
        raise NotFound(message)
    kind = TYPES.get(path.suffix, "application/octet-stream")
    if settings.delivery == "xaccel":
        response = Response(content_type=kind)
        response.headers["X-Accel-Redirect"] = ACCEL_PREFIX + quote(name)
    else:
        _forget_odd_range()
        response = send_file(path, mimetype=kind, conditional=True)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _forget_odd_range() -> None:
    """Send the whole file where a range cannot be read or is several (RFC 9110 allows both)."""
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        request.environ.pop("HTTP_RANGE", None)


def bring_in(source: Path, settings: Settings) -> int:
    """Copy gated files that are not there yet, and tell how many."""
    goal = folder(settings)
    goal.mkdir(parents=True, exist_ok=True)
    new = [file for file in sorted(source.glob("*.*")) if not (goal / file.name).exists()]
    for file in new:
        draft = goal / f".{file.name}.part"
        shutil.copyfile(file, draft)
        draft.replace(goal / file.name)
    return len(new)
