"""What the address of a list asks for: words and days; what cannot be read does not narrow."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import request

from storefront import web


def text(name: str) -> str:
    """Read some words."""
    return request.args.get(name, "").strip()


def day(name: str) -> datetime | None:
    """Read the beginning of a day of the shop's calendar."""
    try:
        found = date.fromisoformat(text(name))
        zone = ZoneInfo(web.settings().timezone)
        return datetime.combine(found, time.min, zone) if 1970 <= found.year <= 9000 else None
    except ValueError:
        return None
