"""Public pictures, from the shop's own folder or the demo's; never the gated ones."""

import re
from pathlib import Path, PurePosixPath

from flask import Response, send_from_directory
from werkzeug.security import safe_join

from storefront import resources, web
from storefront.errors import NotFound

blueprint = web.blueprint("media", __name__)

TYPES = {
    ".avif": "image/avif", ".jpg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml",
    ".webp": "image/webp",
}  # fmt: skip
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
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
    raise NotFound


def _send(folder: str, name: str, kind: str) -> Response:
    response = send_from_directory(folder, name, mimetype=kind, max_age=KEPT_SECONDS)
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    if kind == "image/svg+xml":
        response.headers["Content-Security-Policy"] = SVG_CSP
    return response
