"""A visit: from a locked video to an open one, here and on another device, and out again."""

import re
from datetime import timedelta

import pytest
import time_machine

from storefront import clock, database
from storefront.cli import demo
from storefront.resources import data_folder
from tests.mailbox import code, letters, link

ROUTINE = "/routines/hamstring-cramps-press-and-stretch"
ANA = "ana@example.org"


@pytest.fixture
def shop(app):
    """The demo shop, to write to."""
    with app.app_context(), database.transaction() as db:
        demo.fill(db, data_folder("config") / "demo")
    return app


def film(client) -> str | None:
    """Find the video's address on the routine's page."""
    found = re.search(r'<source src="(/gated/[^"]+)"', client.get(ROUTINE).text)
    return found and found[1]


def ask_for_the_letter(client, **fields):
    form = {"email": ANA, "wish": "newsletter", "source": "gate", "next": f"{ROUTINE}#gate"}
    return client.post("/newsletter", data=form | fields)


def test_signing_up_on_the_laptop_and_confirming_on_the_phone(shop):
    laptop, phone = shop.test_client(), shop.test_client()
    assert "Open the follow-along" in laptop.get(ROUTINE).text

    # She asks for the letter on the laptop and is back at the same routine, waiting.
    back = ask_for_the_letter(laptop)
    assert back.location == f"{ROUTINE}#gate"
    assert "a…@example.org" in laptop.get(ROUTINE).text
    assert laptop.get("/newsletter/waiting.json").json == {"state": "waiting"}
    assert film(laptop) is None

    # The mail program looks at the link; only her press on the phone confirms.
    path = link(letters(shop, ANA)[0])
    shop.test_client().get(path)
    assert laptop.get("/newsletter/waiting.json").json == {"state": "waiting"}
    assert "Yes, this is my address" in phone.get(path).text
    arrived = phone.post(path)
    assert arrived.location == f"{ROUTINE}#gate"
    assert "Open because you read the newsletter." in phone.get(ROUTINE).text

    # The laptop's script hears of it, loads the page again, and the video plays.
    assert laptop.get("/newsletter/waiting.json").json == {"state": "open"}
    address = film(laptop)
    part = laptop.get(address, headers={"Range": "bytes=0-99"}, buffered=True)
    assert (part.status_code, len(part.data)) == (206, 100)

    # What was sent to her opens nothing for anybody else.
    stranger = shop.test_client()
    assert stranger.get(address, buffered=True).status_code == 403
    assert film(stranger) is None

    # She leaves with one click from her mail program; what she opened stays open.
    welcome = letters(shop, ANA)[0]
    leave = link(welcome, "/newsletter/leave/")
    left = shop.test_client().post(leave, data={"List-Unsubscribe": "One-Click"})
    assert left.status_code == 200
    assert "leaving closes nothing" in laptop.get(ROUTINE).text
    assert laptop.get(film(laptop), buffered=True).status_code == 200


def test_opening_with_the_code_and_without_the_newsletter(shop):
    laptop = shop.test_client()
    ask_for_the_letter(laptop, wish="address")

    laptop.post("/newsletter/code", data={"code": code(letters(shop, ANA)[0])})

    assert "Open because you confirmed your address." in laptop.get(ROUTINE).text
    assert [
        letter["subject"] for letter in letters(shop, ANA) if "Welcome" in letter["subject"]
    ] == []


def test_an_address_that_has_run_out_is_renewed_by_the_page(shop):
    laptop = shop.test_client()
    ask_for_the_letter(laptop)
    laptop.post(link(letters(shop, ANA)[0]))
    address = film(laptop)

    with time_machine.travel(clock.now() + timedelta(hours=1)):
        late = laptop.get(address, buffered=True)
        fresh = laptop.post(
            "/api/v1/media/grants", json={"video": "hamstring-strap-follow-along"}
        )
        renewed = laptop.get(fresh.json["url"], buffered=True)

    assert late.status_code == 403
    assert f'href="{ROUTINE}#gate"' in late.text
    assert renewed.status_code == 200
