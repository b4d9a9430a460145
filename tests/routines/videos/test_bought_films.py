"""Whoever has bought a tool is led from its order to the film that it opens."""

import html
import re

import pytest
from sqlalchemy import select

from routines.library.models import Entry
from routines.videos import service
from storefront import database
from tests.mailbox import code, letters
from tests.makers import buy, make_product
from tests.routines.made import needs_tool, publish_routine, step_of

FILM = {
    "slug": "strap", "title": "The strap", "file": "strap.mp4", "captions": "strap.vtt",
    "poster": "poster-supine", "duration_ms": 65_000,
}  # fmt: skip
ASK = "Open your videos: send me a code"


@pytest.fixture
def film(app, settings):
    """A strap, and a routine with a film that needs it."""
    folder = settings.storefront_data / "gated"
    folder.mkdir()
    for kind in ("mp4", "vtt"):
        (folder / f"strap.{kind}").write_text("WEBVTT\n\nwords\n")
    with app.app_context():
        db = database.session()
        make_product(db, sku="STRAP", components=("strap",))
        make_product(db, "bag", sku="BAG")
        tools = [needs_tool("strap")]
        made = publish_routine(db, "hamstring", step_of(tools=tools), video=FILM)
        told(db, made.video)


def told(db, video) -> None:
    service.store(db, db.scalars(select(Entry.id)).one(), video)
    db.commit()


def page_of(client, order) -> str:
    return html.unescape(client.get(f"/orders/{order.number}?key={order.key}").text)


def paid_letter(app, order) -> dict:
    return next(one for one in letters(app, order.email) if order.number in one["text"])


@pytest.mark.usefixtures("film")
def test_an_order_leads_by_a_code_to_the_film_that_it_opens(app, client, db, gateway):
    order = buy(app, client, db, gateway, STRAP=1)
    page = page_of(client, order)
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if ASK in one)
    fields = dict(re.findall(r'name="(\w+)" value="(.*?)"', form))

    asked = client.post(re.search('action="(.*?)"', form)[1], data=fields)
    digits = code(letters(app, order.email)[0])
    entered = client.post(asked.headers["Location"], data={"code": digits})

    assert fields["email"] == order.email
    assert entered.headers["Location"] == "/routines/hamstring#gate"
    assert "Open the follow-along" not in client.get("/routines/hamstring").text
    assert ASK not in page_of(client, order)


@pytest.mark.usefixtures("film")
@pytest.mark.parametrize(("sku", "leads"), [("STRAP", True), ("BAG", False)])
def test_the_letter_leads_there_where_something_opens(app, client, db, gateway, sku, leads):
    order = buy(app, client, db, gateway, **{sku: 1})

    letter = paid_letter(app, order)

    address = f"/orders/{order.number}?key={order.key}#videos"
    assert [address in letter["text"], address in letter["html"]] == [leads, leads]
    assert (ASK in page_of(client, order)) == leads


@pytest.mark.usefixtures("film")
@pytest.mark.parametrize("clauses", [["open"], ["newsletter"]])
def test_a_film_that_owning_does_not_open_is_not_promised(app, client, db, gateway, clauses):
    order = buy(app, client, db, gateway, STRAP=1)
    video = publish_routine(
        db,
        "hamstring",
        step_of(tools=[needs_tool("strap")]),
        video=FILM | {"opens_for": clauses},
    ).video
    told(db, video)

    assert ASK not in page_of(client, order)
