"""Markdown to clean HTML, where no raw HTML gets in and what comes out is sanitised once more; and to plain text."""

from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
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


BREAKS = {"paragraph_close": "\n", "heading_close": "\n\n", "hr": "----\n\n", "tr_close": "\n"}
ENDS = {"bullet_list_close", "ordered_list_close", "blockquote_close", "table_close"}
CELLS = {"th_close", "td_close"}


def plain(text: str, *, base: str = "") -> str:
    """Write Markdown as a letter's text has it: links as "that: https://…", emphasis without stars."""
    written = ""
    for token in PARSER.parse(text):
        if token.type == "inline":
            written += _inline(token.children or (), base)
        elif token.type in {"fence", "code_block"}:
            written += f"{token.content}\n"
        elif token.type == "list_item_open":
            written += f"{token.info}{token.markup} " if token.info else "- "
        elif token.type in CELLS:
            written += "  "
        elif token.type in ENDS:
            written = f"{written.rstrip()}\n\n"
        else:
            written += BREAKS.get(token.type, "") + ("\n" if _ends_part(token) else "")
    return written.strip()


def _ends_part(token: Token) -> bool:
    """Tell a paragraph of its own from the words of a tight list."""
    return token.type == "paragraph_close" and not token.hidden


def _inline(tokens: Sequence[Token], base: str) -> str:
    """Write words; a link's address stands behind them, unless it is what they say."""
    written, opened = "", (0, "")
    for token in tokens:
        if token.type == "link_open":
            opened = len(written), str(token.attrs["href"])
        elif token.type == "link_close":
            begins, href = opened
            said, is_ours = written[begins:], href.startswith("/") and not href.startswith("//")
            address = base + href if is_ours else href
            if said not in {href, href.removeprefix("mailto:")}:
                written += f": {address}" if said else address
        elif token.type in {"softbreak", "hardbreak"}:
            written += "\n"
        else:
            written += token.content  # emphasis has none of its own
    return written
