"""Which answers a cache may keep, and how their versions are named."""

import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

from flask import Blueprint, Response, g, make_response, request, url_for
from werkzeug.security import safe_join

from storefront import clock, database, scripts
from storefront.asking import visitor
from storefront.cookies import YEAR_SECONDS
from storefront.page_memory import FinishedPage
from storefront.resources import PACKAGE, data_folder
from storefront.settings import SECRETS, Settings
from storefront.state import shop
from storefront.version import __version__

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public, max-age=0, s-maxage=60, stale-while-revalidate=600"
PRIVATE = "private, no-store"
TEXT_KINDS = {".css": "text/css", ".js": "text/javascript"}


def public_page(view: View) -> View:
    """Let caches keep the page of a stranger; somebody with a personal cookie gets an own one."""

    @wraps(view)
    def cached(*args: Any, **kwargs: Any) -> Any:
        if visitor().personal:
            return view(*args, **kwargs)
        version = g.storefront_etag = page_etag()
        if request.if_none_match.contains_weak(version):
            return Response(status=304)
        return remembered(version) or remember(version, make_response(view(*args, **kwargs)))

    cached.cache_class = "public"  # type: ignore[attr-defined]
    return cached  # type: ignore[return-value]


def remembered(version: str) -> Response | None:
    """Give a stranger's page that was made before, if it is still in memory."""
    page = shop().pages.find(version)
    return Response(page.body, headers=list(page.headers)) if page else None


def remember(version: str, response: Response) -> Response:
    """Keep a page for the next stranger."""
    is_whole = response.status_code == 200 and not response.is_streamed
    is_usual = not request.query_string  # anybody can make up queries and push the rest out
    if is_whole and is_usual and "Set-Cookie" not in response.headers:
        shop().pages.keep(version, FinishedPage(response.data, tuple(response.headers)))
    return response


def page_etag() -> str:
    """Name the version of a stranger's page: content, code, address and the hour of its dates."""
    parts = (
        database.content_version(database.session()),
        shop().version,
        request.script_root,
        request.path,
        "?" + request.query_string.decode("latin-1"),
        clock.now().strftime("%Y%m%d%H"),
    )
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]


def build_number(settings: Settings, static_folders: Iterable[str]) -> str:
    """Name this version of code, templates, static files and settings: a new one makes new pages."""
    facts = settings.model_dump_json(exclude=SECRETS)
    folders = [str(data_folder("templates")), *static_folders]
    whole = "|".join([__version__, facts, *map(folder_digest, folders)])
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


@lru_cache(maxsize=16)
def folder_digest(folder: str) -> str:
    """Hash the content of every file below a folder."""
    digest = hashlib.sha256()
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def asset(filename: str) -> str:
    """Give the address of one of our static files; it changes with its content."""
    return url_for("storefront_static.static", filename=filename, v=asset_version(filename))


class StaticFiles(Blueprint):
    """The static files of a package. Sheets and scripts that are asked for by their version come
    from memory in one piece, which compresses better, and scripts with all that they import."""

    def send_static_file(self, filename: str) -> Response:
        """Send a file; without its version it comes as it was written."""
        folder = str(self.static_folder)
        path, kind = safe_join(folder, filename), TEXT_KINDS.get(Path(filename).suffix)
        if not (kind and request.args.get("v") and path and Path(path).is_file()):
            return super().send_static_file(filename)
        response = Response(asset_body(filename, folder), mimetype=kind)
        response.set_etag(asset_version(filename, folder))
        response.make_conditional(request)
        return response


@lru_cache(maxsize=256)
def asset_version(filename: str, folder: str = str(PACKAGE / "static")) -> str:
    """Hash what a static file's versioned address sends."""
    return hashlib.sha256(asset_body(filename, folder)).hexdigest()[:12]


@lru_cache(maxsize=64)
def asset_body(filename: str, folder: str) -> bytes:
    """Read a static file; of a script, with all that it imports."""
    path = Path(folder, filename)
    return scripts.joined(path).encode() if path.suffix == ".js" else path.read_bytes()


def keep_forever(response: Response) -> Response:
    """Let caches keep a static file whose address carries its version."""
    if request.args.get("v") and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


def mark(response: Response) -> Response:
    """Say on an answer whether caches may keep it; by default they may not."""
    etag = g.get("storefront_etag")
    if etag and response.status_code in (200, 304):
        response.set_etag(etag, weak=True)
        response.headers["Cache-Control"] = PUBLIC
        response.vary.add("Cookie")
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = PRIVATE
    return response
