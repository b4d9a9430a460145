"""Every fact of the five source pages is data of the demo pack, and visible on one of its pages."""

import html
import re

import pytest

from storefront.database import session
from tests.routines.source_facts import FACTS, TABLE, Content


@pytest.fixture(scope="module")
def content(demo_app):
    with demo_app.app_context():
        return Content(session())


@pytest.fixture(scope="module")
def read(demo_app):
    """Read a page as a person does: its words without markup."""
    pages: dict[str, str] = {}

    def words(path: str) -> str:
        if path not in pages:
            answer = demo_app.test_client().get(path)
            assert answer.status_code == 200
            text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
            text = html.unescape(re.sub(r"<[^>]+>", "", text))
            pages[path] = " ".join(text.split())
        return pages[path]

    return words


@pytest.mark.parametrize("fact", [*FACTS, *TABLE], ids=lambda fact: f"{fact.number} {fact.name}")  # fmt: skip
def test_a_fact_of_the_sources_is_data_and_is_shown(content, read, fact):
    assert fact.holds(content)
    for words in fact.shown:
        assert words in read(fact.page)


def test_no_fact_is_left_out():
    numbers = {int(re.match(r"\d+", fact.number).group()) for fact in FACTS}

    assert numbers == set(range(1, 44))
    assert len(TABLE) == 10
