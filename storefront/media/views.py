"""Public pictures, from the shop's own folder or the demo's; never the gated ones."""

import re
from pathlib import Path, PurePosixPath

from flask import Response, redirect, send_from_directory
from werkzeug.security import safe_join

from storefront import resources, web
from storefront.errors import NotFound
from storefront.media import objects

blueprint = web.blueprint("media", __name__)

TYPES = {
    ".avif": "image/avif", ".jpg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml",
    ".webp": "image/webp", ".mp4": "video/mp4", ".vtt": "text/vtt",
    ".m3u8": "application/vnd.apple.mpegurl",
}  # fmt: skip
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
SIGNED_SECONDS = 3600  # of an address in the object store
KEPT_SECONDS = 7 * 86_400
SVG_CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@blueprint.get("/media/<name>")
def media(name: str) -> Response:
    """Send a picture; anything else that lies in the folder is not there for visitors."""
    kind = TYPES.get(PurePosixPath(name).suffix) if NAME.fullmatch(name) else None
    if kind is None:
        raise NotFound
    for folder in resources.media_folders(web.settings()):
        path = safe_join(str(folder.resolve()), name)
        if path and Path(path).is_file():
            return _send(str(folder.resolve()), name, kind)
    if web.settings().delivery == "s3":
        return _lead_there(name)
    raise NotFound


def _lead_there(name: str) -> Response:
    """Lead to a picture in the object store, by an address that outlives what is kept of this answer."""
    response = redirect(
        objects.store(web.settings()).sign(objects.PUBLIC + name, SIGNED_SECONDS)
    )
    response.headers["Cache-Control"] = f"public, max-age={SIGNED_SECONDS // 2}"
    return response  # type: ignore[return-value]  # Flask's own kind


def _send(folder: str, name: str, kind: str) -> Response:
    response = send_from_directory(folder, name, mimetype=kind, max_age=KEPT_SECONDS)
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    if kind == "image/svg+xml":
        response.headers["Content-Security-Policy"] = SVG_CSP
    return response
