"""Feeds as Atom and JSON Feed 1.1, from the same values; only what is public gets in."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ATOM = "http://www.w3.org/2005/Atom"
JSON_VERSION = "https://jsonfeed.org/version/1.1"
ET.register_namespace("", ATOM)


@dataclass(frozen=True)
class Item:
    """One thing of a feed; `html` is its public text, with absolute addresses."""

    url: str
    title: str
    summary: str
    html: str
    author: str
    author_url: str
    published_at: datetime
    updated_at: datetime
    tags: tuple[str, ...] = ()
    image_url: str = ""


@dataclass(frozen=True)
class Feed:
    """What both forms of a feed say."""

    title: str
    description: str
    home_url: str
    url: str  # of this form of it
    items: tuple[Item, ...]


def atom(feed: Feed) -> bytes:
    """Write a feed as Atom (RFC 4287); an empty one is dated at the epoch of computers."""
    root = ET.Element(_name("feed"))
    _text(root, "id", feed.url)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.description)
    _text(root, "updated", _moment(updated_at(feed.items)))
    _link(root, "self", feed.url, "application/atom+xml")
    _link(root, "alternate", feed.home_url, "text/html")
    for item in feed.items:
        _entry(root, item)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def json_feed(feed: Feed) -> bytes:
    """Write a feed as JSON Feed 1.1."""
    made = {
        "version": JSON_VERSION, "title": feed.title, "description": feed.description,
        "home_page_url": feed.home_url, "feed_url": feed.url, "language": "en",
        "items": [_json_item(item) for item in feed.items],
    }  # fmt: skip
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def updated_at(items: Sequence[Item]) -> datetime:
    """Tell when a feed changed last."""
    return max((item.updated_at for item in items), default=datetime.fromisoformat("1970-01-01T00:00:00+00:00"))  # fmt: skip


def _entry(root: ET.Element, item: Item) -> None:
    entry = ET.SubElement(root, _name("entry"))
    _text(entry, "id", item.url)
    _text(entry, "title", item.title)
    _text(entry, "published", _moment(item.published_at))
    _text(entry, "updated", _moment(item.updated_at))
    _link(entry, "alternate", item.url, "text/html")
    author = ET.SubElement(entry, _name("author"))
    _text(author, "name", item.author)
    if item.author_url:
        _text(author, "uri", item.author_url)
    for tag in item.tags:
        ET.SubElement(entry, _name("category"), {"term": tag})
    _text(entry, "summary", item.summary)
    if item.html:
        _text(entry, "content", item.html, type="html")


def _json_item(item: Item) -> dict[str, Any]:
    author = {"name": item.author} | ({"url": item.author_url} if item.author_url else {})
    made: dict[str, Any] = {
        "id": item.url, "url": item.url, "title": item.title, "summary": item.summary,
        "content_html": item.html or f"<p>{_escaped(item.summary)}</p>",
        "date_published": _moment(item.published_at), "date_modified": _moment(item.updated_at),
        "authors": [author], "tags": list(item.tags),
    }  # fmt: skip
    return made | ({"image": item.image_url} if item.image_url else {})


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _name(tag: str) -> str:
    return f"{{{ATOM}}}{tag}"


def _text(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, _name(tag), attributes).text = text


def _link(parent: ET.Element, rel: str, href: str, kind: str) -> None:
    ET.SubElement(parent, _name("link"), {"rel": rel, "href": href, "type": kind})


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
