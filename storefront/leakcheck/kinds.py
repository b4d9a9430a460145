"""Which surface an answer belongs to, and which of them a check must have seen something of."""

from collections.abc import Mapping

from flask import Flask

GATED, MEDIA = "/gated/", "/media/"
BEGINS = {
    "/api/": "API", "/feeds/": "feeds", "/sitemap": "sitemap", "/search": "search", "/newsletter/archive": "archive",
    GATED: "gated", MEDIA: "media", "/account": "account", "/orders": "orders", "/backoffice": "backoffice",
    "/studio": "studio", "/transcripts/": "transcripts",
}  # fmt: skip
ENDS = {"/sheet": "sheets", "/sheet.pdf": "sheets", "/calendar.ics": "calendars"}
MIMETYPES = {
    "text/html": "pages", "application/pdf": "PDF", "application/json": "JSON", "text/plain": "text",
}  # fmt: skip
# What has to show something: a check that found an empty place there would have been blind. A
# surface counts only where the app has an address for it; these are there in every shop.
ALWAYS = ("pages", "errors", "JSON-LD", "HEAD", "ranges")
PERSONAL = {"account", "orders", "backoffice", "studio"}  # nothing of these is shown to a crawl


def surface(address: str, status: int, mimetype: str | None) -> str:
    """Name the kind of an answer, as the report counts it."""
    path = address.partition("?")[0]
    if status >= 400:
        return "errors"
    return _of_path(path) or MIMETYPES.get(mimetype or "", "other")


def also(method: str, status: int, body: bytes) -> list[str]:
    """Name what else an answer is one of, however it was asked for."""
    found = {
        "HEAD": method == "HEAD" and status == 200, "ranges": status == 206,
        "JSON-LD": b"application/ld+json" in body,
    }  # fmt: skip
    return [name for name, is_one in found.items() if is_one]


def missing(app: Flask, yielded: Mapping[str, int]) -> list[str]:
    """Name the surfaces that an app has and of which nothing was seen."""
    named = {_of_path(rule.rule) for rule in app.url_map.iter_rules()} - PERSONAL - {""}
    return sorted(name for name in named | {*ALWAYS} if not yielded.get(name))


def _of_path(path: str) -> str:
    begins = (name for begin, name in BEGINS.items() if path.startswith(begin))
    ends = (name for end, name in ENDS.items() if path.endswith(end))
    return next(begins, "") or next(ends, "")
