"""Markdown to clean HTML: no raw HTML gets in, and what comes out is sanitised once more."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
TAGS = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code", "pre", "br",
    "hr", "table", "thead", "tbody", "tr", "th", "td", "sup",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title", "class", "id"}, "h2": {"id"}, "h3": {"id"}, "li": {"id"}}


def markdown(text: str) -> Markup:
    """Render Markdown as HTML that is safe to put in a page."""
    return cleaned(PARSER.render(text))


def cleaned(html: str) -> Markup:
    """Keep only what a text needs."""
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"}
    )
    return Markup(clean)  # noqa: S704  # nh3 has just cleaned it
