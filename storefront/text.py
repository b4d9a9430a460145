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


def markdown(text: str, *, base: str = "") -> Markup:
    """Render Markdown as HTML that is safe to put in a page; `/links` lead below `base`."""
    return cleaned(PARSER.render(text), base=base)


def cleaned(html: str, *, base: str = "") -> Markup:
    """Keep only what a text needs."""

    def below(_tag: str, name: str, value: str) -> str:
        is_ours = name == "href" and value.startswith("/") and not value.startswith("//")
        return base + value if is_ours else value

    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"},
        attribute_filter=below,
    )  # fmt: skip
    return Markup(clean)  # noqa: S704  # nh3 has just cleaned it
