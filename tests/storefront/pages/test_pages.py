"""The help pages, read from Markdown files."""

import pytest

from storefront import database
from storefront.errors import Invalid, NotFound
from storefront.pages import addresses, service
from storefront.text import markdown


def write(folder, name, text):
    (folder / name).write_text(text, "utf-8")


def test_a_folder_of_pages_is_read_and_read_again(db, tmp_path):
    write(
        tmp_path,
        "returns.md",
        "---\ntitle: Returns\nsummary: 30 days.\n---\n## How\n\nSend it.\n",
    )
    with database.transaction():
        assert service.load(db, tmp_path) == 1
    write(tmp_path, "returns.md", "---\ntitle: Send back\n---\nAs before.\n")

    with database.transaction():
        service.load(db, tmp_path)

    assert service.find_page(db, "returns").title == "Send back"
    assert addresses.paths(db) == ["/help/returns"]


def test_a_page_without_a_title_is_refused_by_name(db, tmp_path):
    write(tmp_path, "bare.md", "Only text.\n")

    with pytest.raises(Invalid, match=r"bare\.md: title: is missing"):
        service.load(db, tmp_path)


def test_there_is_no_page_of_another_name(db):
    with pytest.raises(NotFound):
        service.find_page(db, "never")


def test_help_is_a_page_and_leads_to_the_others(demo_app):
    client = demo_app.test_client()

    assert "<h1>Help</h1>" in client.get("/help/").text
    page = client.get("/help/delivery").text
    assert "<h1>Delivery</h1>" in page
    assert '<a href="/help/delivery" aria-current="page">Delivery</a>' in page


def test_links_in_a_page_lead_below_the_prefix_of_the_shop():
    html = markdown(
        "[body](/body/) [out](https://example.org/) [odd](//example.org)", base="/store"
    )

    assert 'href="/store/body/"' in html
    assert 'href="https://example.org/"' in html
    assert 'href="/store//' not in html
