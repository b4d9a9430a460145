"""How gated files leave the house: from the disk, by nginx, or from an object store."""

import filecmp
import logging
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from flask import Response, redirect, request, send_file

from routines.videos import store
from storefront.public import NotFound, Settings, objects, web

log = logging.getLogger(__name__)

ACCEL_PREFIX = "/_gated/"  # an `internal` location of nginx
TYPES = {
    ".mp4": "video/mp4", ".vtt": "text/vtt", ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment", ".ts": "video/mp2t",
}  # fmt: skip
TEXTS = {".vtt", ".m3u8"}  # small, and read by scripts or beside other addresses
SIGNED_SECONDS = 40  # with the memory of a decision, less than a minute
GONE = "This video is missing at the moment. We have made a note of it."


def deliver(settings: Settings, name: str) -> Response:
    """Send a file by its stored name, in ranges if asked.

    Raises:
        NotFound: the file is not in the gated store.
    """
    kind = TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
    return kept_by_nobody(WAYS[settings.delivery](settings, name, kind))


def _from_disk(settings: Settings, name: str, kind: str) -> Response:
    path = stored(settings, name)
    _forget_odd_range()
    return send_file(path, mimetype=kind, conditional=True)


def _by_nginx(settings: Settings, name: str, kind: str) -> Response:
    stored(settings, name)
    response = Response(mimetype=kind)
    response.headers["X-Accel-Redirect"] = ACCEL_PREFIX + quote(name)
    return response


def _from_store(settings: Settings, name: str, kind: str) -> Response:
    """Pass texts through, so that what they name stays below the grant; lead to all other bytes."""
    there = objects.store(settings)
    if PurePosixPath(name).suffix in TEXTS:
        return Response(there.read(objects.GATED + name), mimetype=kind)
    address = there.sign(objects.GATED + name, SIGNED_SECONDS, request.method)
    return redirect(address)  # type: ignore[return-value]  # Flask's own kind


WAYS: dict[str, Callable[[Settings, str, str], Response]] = {
    "flask": _from_disk, "xaccel": _by_nginx, "s3": _from_store,
}  # fmt: skip


def stored(settings: Settings, name: str) -> Path:
    """Find a file of the gated folder; a link is followed nowhere.

    Raises:
        NotFound: it is not there, or not a file of that folder.
    """
    root = store.gated(settings)
    path = root / name
    if path.resolve() != path or not path.is_relative_to(root) or not path.is_file():
        log.warning("the gated file %s is missing", name)
        raise NotFound(GONE)
    return path


def read_text(settings: Settings, name: str) -> str:
    """Read captions from wherever they lie.

    Raises:
        NotFound: they are not there.
    """
    if settings.delivery == "s3":
        raw = objects.store(settings).read(objects.GATED + name)
    else:
        raw = stored(settings, name).read_bytes()
    return raw.decode("utf-8-sig", "replace")


def send_words(text: str) -> Response:
    """Send words that are made from a routine rather than read from a file."""
    return kept_by_nobody(Response(text, mimetype=TYPES[".vtt"]))


def kept_by_nobody(response: Response) -> Response:
    """Mark an answer that only its viewer may have, and whose address is a key."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return web.without_referrer(response)


def _forget_odd_range() -> None:
    """Send the whole file where a range cannot be read or is several (RFC 9110 allows both)."""
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        request.environ.pop("HTTP_RANGE", None)


def bring_in(source: Path, settings: Settings) -> int:
    """Put the gated files of a pack where they are delivered from, folders of HLS too, and tell how many are new.

    One that is there with other bytes is replaced: a playlist and its film belong together.
    """
    goal = store.gated(settings)
    goal.mkdir(parents=True, exist_ok=True)
    files = [file.relative_to(source) for file in sorted(source.rglob("*.*")) if file.is_file()]
    if settings.delivery == "s3":
        return _to_store(source, files, settings)
    new = [file for file in files if not _same(source / file, goal / file)]
    for file in new:
        _copy(source / file, goal / file)
    return len(new)


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and filecmp.cmp(one, other, shallow=False)


def _to_store(source: Path, files: list[Path], settings: Settings) -> int:
    there = objects.store(settings)
    new = [
        file for file in files
        if there.size(objects.GATED + file.as_posix()) != (source / file).stat().st_size
    ]  # fmt: skip
    for file in new:
        there.put(objects.GATED + file.as_posix(), source / file)
    return len(new)


def _copy(source: Path, goal: Path) -> None:
    goal.parent.mkdir(parents=True, exist_ok=True)
    draft = goal.with_name(f".{goal.name}.part")
    shutil.copyfile(source, draft)
    draft.replace(goal)
