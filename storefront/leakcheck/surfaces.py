"""Where a crawl begins: every rule of the app, filled with what is known and what can be guessed."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlencode

from flask import Flask
from werkzeug.routing import BuildError, Rule

from storefront.leakcheck.canaries import Canaries

BEGIN = ("/", "/sitemap.xml", "/robots.txt", "/openapi.json")
OURS = ("storefront_", "routines_")
NUMBERS = ("1", "2", "3")
DISGUISES = ("/x.css", "/.js", ".json", "?format=json", "?revision=1", "?preview=1")
STATIC = ".static"


def seeds(app: Flask, canaries: Canaries) -> list[str]:
    """List where a crawl of an app begins."""
    names = [name for name in canaries.names if not name.startswith("/")]
    whole = [name for name in canaries.names if name.startswith("/")]
    words = [each.word for each in canaries.planted]
    return [*BEGIN, *whole, *guessed(app, [*names, "x"]), *searches(words)]


def guessed(app: Flask, names: Sequence[str]) -> Iterator[str]:
    """Yield an address for each rule and name: what somebody tries who knows our routes."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith(OURS) and "GET" in (rule.methods or ()):
                yield from _filled(rule, names)


def _filled(rule: Rule, names: Sequence[str]) -> Iterator[str]:
    if rule.endpoint.endswith(STATIC):
        return
    if not rule.arguments:
        yield rule.rule
        return
    values = NUMBERS if all(_is_number(rule, name) for name in rule.arguments) else names
    for value in values:
        address = _built(rule, value)
        if address:
            yield address


def _is_number(rule: Rule, name: str) -> bool:
    return type(rule._converters[name]).__name__ == "IntegerConverter"


def _built(rule: Rule, value: str) -> str | None:
    """Fill all arguments of a rule with one value, and its numbers with 1."""
    filled = {
        name: 1 if _is_number(rule, name) and not value.isdecimal() else value
        for name in rule.arguments
    }
    try:
        built = rule.build(filled, append_unknown=False)
    except (BuildError, ValueError):  # a number where a word has to be, or the other way round
        return None
    return built[1] if built else None


def disguised(address: str, disguise: str) -> str:
    """Write an address so that a cache or a careless view takes it for something else."""
    whole = address.rstrip("/") + disguise
    return whole if whole.startswith("/") else f"/{whole}"


def searches(words: Sequence[str]) -> Iterator[str]:
    """Yield searches for the words themselves and for how they begin."""
    for word in words:
        for text in (word, word[:9]):
            for path in ("/search", "/api/v1/search"):
                yield f"{path}?{urlencode({'q': text})}"
        yield f"/shop/?{urlencode({'q': word})}"
        yield f"/nothing/{quote(word[:6])}/here"
