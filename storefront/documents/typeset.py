"""PDF by typst, the extra `pdf`: a template of ours, and data that stays data.

What people typed reaches the template as JSON and is never part of its text, so `#panic()` in a
name is printed as it stands. One page takes some hundredths of a second: nothing is kept.
"""

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any

from storefront.errors import NotFound
from storefront.resources import data_folder

AT_ONCE = threading.BoundedSemaphore(2)  # each takes a whole processor while it works
ACCESSIBLE = ["ua-1"]


def is_available() -> bool:
    """Tell whether the extra is installed."""
    return find_spec("typst") is not None


def pdf(template: str, data: Mapping[str, Any], on: datetime) -> bytes:
    """Typeset `documents/<template>.typ`; the same data and moment give the same bytes.

    Raises:
        NotFound: the extra is not installed; the page to print is there.
    """
    if not is_available():
        message = (
            "This shop writes no PDF. Open the page instead and print it from your browser."
        )
        raise NotFound(message)
    with AT_ONCE:
        return _typeset(template, data, on)


def pages(template: str, data: Mapping[str, Any]) -> int:
    """Count the pages of a template that says so: it ends in `counter(page)` labelled `<pages>`.

    Raises:
        NotFound: the extra is not installed.
    """
    if not is_available():
        raise NotFound
    import typst

    folder = data_folder("templates") / "documents"
    with AT_ONCE:
        told = typst.query(
            str(folder / f"{template}.typ"), "<pages>", field="value", one=True, root=str(folder),
            sys_inputs={"data": _written(data)},
        )  # fmt: skip
    return int(json.loads(told))


def picture(template: str, data: Mapping[str, Any], on: datetime) -> bytes:
    """Draw the first page as PNG, to look at it."""
    return _compile(template, data, on, format="png", ppi=110)


def _typeset(template: str, data: Mapping[str, Any], on: datetime) -> bytes:
    """Typeset by PDF/UA; a script that the bundled fonts lack takes the machine's fonts, without it."""
    import typst

    try:
        return _compile(template, data, on, pdf_standards=ACCESSIBLE, ignore_system_fonts=True)
    except typst.TypstError:
        return _compile(template, data, on)


def _compile(template: str, data: Mapping[str, Any], on: datetime, **options: Any) -> bytes:
    import typst

    folder = data_folder("templates") / "documents"
    options.setdefault("format", "pdf")
    made = typst.compile(
        str(folder / f"{template}.typ"), root=str(folder), timestamp=int(on.astimezone(UTC).timestamp()),
        sys_inputs={"data": _written(data)}, **options,
    )  # fmt: skip
    return made if isinstance(made, bytes) else b"".join(page for page in made or [] if page)


def _written(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8")
