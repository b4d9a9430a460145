"""The one guard for whatever comes in: size, text, whole numbers, JSON depth, other sites."""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Request
from werkzeug.datastructures import MultiDict

from storefront.errors import CrossSite, Invalid, NotFound
from storefront.settings import Settings

# A string is matched to its end even where it has none, and never twice: the time stays linear.
JSON_MARKS = re.compile(rb'(?s)"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]')
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
UNWANTED = re.compile("[\x00\ud800-\udfff]")
LEAST_WHOLE = -(2**31)
MOST_WHOLE = 2**31 - 1


def limit_body(request: Request, settings: Settings, more: int = 0) -> None:
    """Bound what the parsers will read of this request; some may bring a file of `more` bytes."""
    request.max_content_length = settings.max_body_bytes + more
    request.max_form_memory_size = settings.max_body_bytes
    request.max_form_parts = settings.max_form_parts


def check_host(request: Request, settings: Settings) -> None:
    """Refuse names that are not ours, so that no link is ever built with one.

    Raises:
        Invalid: the Host header is foreign.
    """
    wanted = settings.allowed_hosts
    if not wanted and settings.production:
        wanted = (urlsplit(settings.base_url).hostname or "",)
    name = request.host.rpartition(":")[0] if ":" in request.host else request.host
    if wanted and name not in wanted:
        message = "This shop does not answer to that host name."
        raise Invalid(message)


def check_site(request: Request, settings: Settings) -> None:
    """Refuse a write that another site's page sent; programs without a browser send neither header.

    Raises:
        CrossSite: the browser says that the form came from elsewhere.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise CrossSite
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin not in {settings.origin, request.host_url.rstrip("/")}:
        raise CrossSite


def check_text(
    request: Request, settings: Settings, *, reads_form: bool = True, bounds_form: bool = True
) -> None:
    """Refuse NUL, lone surrogates and over-long text anywhere in path, query and form.

    Without `bounds_form` the view itself says of a form's field that it is too long.

    Raises:
        NotFound: the path has such text.
        Invalid: a field has such text.
    """
    if UNWANTED.search(request.path):
        raise NotFound
    check_pairs(request.args.items(multi=True), settings)
    is_form = request.method not in SAFE_METHODS and request.mimetype != "application/json"
    if reads_form and is_form:
        most = None if bounds_form else settings.max_body_bytes
        check_pairs(request.form.items(multi=True), settings, most=most)


def check_pairs(
    pairs: Iterable[tuple[str, str]], settings: Settings, *, most: int | None = None
) -> None:
    """Refuse fields that cannot be stored.

    Raises:
        Invalid: a field has such text, or too much of it.
    """
    for name, value in pairs:
        if UNWANTED.search(name) or UNWANTED.search(value):
            message = "There is a character in your text that cannot be stored."
            raise Invalid(message, fields={printable(name): message})
        if len(value) > (most or settings.max_text):
            message = f"At most {most or settings.max_text} characters, please."
            raise Invalid(message, fields={printable(name): message})


def printable(text: str) -> str:
    """Take out what cannot be shown or stored."""
    return UNWANTED.sub("", text)[:80]


def several(fields: MultiDict[str, str], name: str) -> list[str]:
    """Read a field that comes more than once; forms write its name with `[]`, links without."""
    return [*fields.getlist(name), *fields.getlist(f"{name}[]")]


def whole(text: str | None, *, least: int, most: int) -> int | None:
    """Read a plain whole number within bounds; None when it is anything else."""
    if text is None or len(text) > 12 or not re.fullmatch(r"-?[0-9]+", text):
        return None
    number = int(text)
    return number if least <= number <= most else None


def page_number(request: Request) -> int:
    """Read `?page=`; the first page when there is none.

    Raises:
        NotFound: it is not a number of a page that could exist.
    """
    if "page" not in request.args:
        return 1
    number = whole(request.args["page"], least=1, most=10_000)
    if number is None:
        raise NotFound
    return number


def json_body(request: Request, settings: Settings) -> Any:
    """Read JSON within bounds of depth, numbers and text.

    Raises:
        Invalid: it is no JSON, or it is outside the bounds.
    """
    value = json_of(request.get_data(cache=True), settings.max_json_depth)
    _check_json(value, settings.max_text)
    return value


def json_of(raw: bytes, max_depth: int) -> Any:
    """Read JSON that is not nested too deep.

    Raises:
        Invalid: it is no JSON, or it is nested too deep.
    """
    if _depth(raw) > max_depth:
        message = f"The JSON is nested deeper than {max_depth}."
        raise Invalid(message)
    try:
        return json.loads(raw, parse_constant=_no_constant)
    except ValueError as error:
        message = "This is not JSON that can be read."
        raise Invalid(message) from error


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _depth(raw: bytes) -> int:
    """Count the deepest nesting of brackets in one pass; brackets inside strings are skipped."""
    depth = deepest = 0
    for mark in JSON_MARKS.finditer(raw):
        first = mark[0][:1]
        if first in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in b"]}":
            depth -= 1
    return deepest


def _check_json(value: Any, max_text: int) -> None:
    if isinstance(value, str) and (UNWANTED.search(value) or len(value) > max_text):
        message = "There is text in the JSON that cannot be stored."
        raise Invalid(message)
    if isinstance(value, int) and not LEAST_WHOLE <= value <= MOST_WHOLE:
        message = "There is a number in the JSON that is out of bounds."
        raise Invalid(message)
    children = value.items() if isinstance(value, dict) else ()
    for name, child in children:
        _check_json(name, max_text)
        _check_json(child, max_text)
    for child in value if isinstance(value, list) else ():
        _check_json(child, max_text)
