"""Saved routines: on the device of a stranger, at the address of whoever proved one, and one list."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from routines.saved.models import SavedRoutine
from storefront import clock, cookies
from storefront.database import session
from storefront.ownership.models import Owned
from tests.mailbox import letters, link
from tests.makers import make_product, proven
from tests.routines.made import needs_tool, publish_routine, step_of

pytestmark = pytest.mark.usefixtures("shop")

LINK = "/account/sign-in/link/"


@pytest.fixture
def shop(app):
    with app.app_context():
        db = session()
        make_product(db, "strap", sku="STRAP", components=("strap",))
        db.commit()
        for slug in ("calf", "neck", "wrist"):
            publish_routine(db, slug, step_of("stretch", tools=[needs_tool("strap")]), title=slug.title())  # fmt: skip


def save(client, slug, **fields):
    return client.post(f"/routines/{slug}/save", data=fields)


def shown(client) -> set[str]:
    page = client.get("/toolbox/saved").text
    return {slug for slug in ("calf", "neck", "wrist") if f'href="/routines/{slug}"' in page}


def test_a_stranger_keeps_the_list_on_the_device(client, db):
    answer = save(client, "calf")

    assert (answer.status_code, answer.location) == (303, "/routines/calf")
    assert shown(client) == {"calf"}
    assert db.scalars(select(SavedRoutine)).all() == []
    assert "Take out of my saved" in client.get("/routines/calf").text


def test_what_is_taken_out_is_gone(client):
    save(client, "calf")
    save(client, "neck")

    save(client, "calf", action="remove")
    assert shown(client) == {"neck"}
    save(client, "neck", action="remove")

    assert client.get_cookie(cookies.SAVED) is None


def test_lists_come_together_where_an_address_is_proven(app, client):
    other = app.test_client()
    proven(other)
    save(other, "neck")
    save(client, "calf")
    client.post("/account/sign-in", data={"email": "ana@example.org"})

    client.post(link(letters(app)[0], LINK))

    assert shown(client) == shown(other) == {"calf", "neck"}
    assert client.get_cookie(cookies.SAVED) is None
    save(other, "calf", action="remove")
    assert shown(client) == {"neck"}


def test_a_routine_that_is_not_there_is_not_saved(client):
    assert save(client, "nothing").status_code == 404
    assert save(client, "calf", next="https://evil.example/").location == "/routines/calf"


def test_strangers_get_one_page_with_the_button(client):
    page = client.get("/routines/calf")

    assert 'action="/routines/calf/save"' in page.text
    assert "s-maxage" in page.headers["Cache-Control"]


def test_the_account_shows_tools_saved_routines_and_what_can_be_done(client):
    proven(client)
    client.post("/toolbox", data={"tool": ["strap"]})
    save(client, "calf")

    page = client.get("/account").text

    assert "<p>Strap.</p>" in page
    assert "3 of 3 routines you can do now" in page
    assert "The whole list" in page
    assert "data-continue" in page


@pytest.mark.parametrize("is_paid_back", [False, True])
def test_the_account_tells_until_when_a_tool_that_was_paid_back_opens(client, db, is_paid_back):
    ends_at = datetime(2099, 12, 4, 12, tzinfo=UTC) if is_paid_back else None
    db.add(
        Owned(
            email="ana@example.org", component="strap", source="order", reference=1,
            since=clock.now(), ends_at=ends_at,
        )
    )  # fmt: skip
    db.commit()
    proven(client)

    page = client.get("/account").text

    told = (
        "Strap opens its routines until 4 December 2099: its order was paid back or exchanged."
    )
    assert "<p>Strap.</p>" in page
    assert (told in page) == is_paid_back
    assert ("opens its routines until" in page) == is_paid_back
