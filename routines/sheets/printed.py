"""The sheet as PDF: what the page shows, as plain data for the typesetter."""

import base64
import io
from datetime import datetime
from typing import Any
from xml.sax.saxutils import quoteattr

import segno

from routines.library import steps
from routines.sheets.sheet import DAYS, Sheet
from storefront.public import Picture, picture_file, typeset, web

TEMPLATE = "routine_sheet"
SIZES = (9.5, 8.6, 7.8, 7.2, 6.6)  # in points
TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


def pdf(sheet: Sheet, address: str, reviewed_on: str, on: datetime) -> bytes:
    """Typeset a sheet; the same sheet and moment give the same bytes.

    Raises:
        NotFound: the extra `pdf` is not installed; the page to print is there.
    """
    content = data(sheet, address, reviewed_on)
    return typeset.pdf(TEMPLATE, on_one_page(content), on)


def on_one_page(content: dict[str, Any]) -> dict[str, Any]:
    """Choose the largest type with which it fits on one page; the smallest where nothing does."""
    for size in SIZES:
        content = content | {"size": size}
        if typeset.pages(TEMPLATE, content) == 1:
            break
    return content


def data(sheet: Sheet, address: str, reviewed_on: str) -> dict[str, Any]:
    """Write a sheet as JSON values."""
    settings = web.settings()
    return {
        "lang": settings.locale.replace("_", "-").split("-")[0], "shop": settings.shop_name,
        "title": sheet.title, "summary": sheet.summary, "schedule": sheet.schedule,
        "tools": [{"name": tool.name, "instead": tool.role_text} for tool in sheet.tools],
        "steps": [
            {
                "number": step.number, "action": step.action, "title": step.title, "dose": step.dose_text,
                "position": step.position, "cautions": [steps.caution_text(one) for one in step.cautions],
                "picture": drawing(step.picture) if step.picture else "", "alt": step.picture.alt if step.picture else "",
            }
            for step in sheet.steps
        ],
        "cautions": list(sheet.cautions), "stop_rule": sheet.stop_rule, "days": list(DAYS),
        "boxes": sheet.boxes, "weeks": sheet.weeks, "code": code(address), "address": address,
        "signed": f"Written by {sheet.written_by}. Checked by {sheet.checked_by}, {reviewed_on}.",
    }  # fmt: skip


def drawing(picture: Picture) -> str:
    """Give a picture as SVG, which carries a photograph within itself; empty when its file is gone."""
    file = picture_file(picture, 480)
    if file is None:
        return ""
    if file.suffix == ".svg":
        return file.read_text("utf-8")
    inside = base64.b64encode(file.read_bytes()).decode()
    size = f'width="{picture.width}" height="{picture.height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {picture.width} {picture.height}" {size}>'
        f"<image {size} xlink:href={quoteattr(f'data:{TYPES[file.suffix]};base64,{inside}')}/></svg>"
    )


def code(address: str) -> str:
    """Draw an address as a QR code, in SVG."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=3, border=2, xmldecl=False)
    return drawn.getvalue().decode()
