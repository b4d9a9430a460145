"""The four gates as a visitor meets them: each opens the film, each is lost, and each says why."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from routines.access import shares
from routines.access.models import ShareLink
from routines.library.models import Entry
from routines.videos import service
from storefront import clock, database
from storefront.memberships.models import Membership, MembershipPlan
from storefront.newsletter.models import Subscriber
from storefront.orders.models import Order, OrderLine
from storefront.outbox import OutboxRow
from storefront.ownership import endings
from storefront.ownership import service as ownership
from tests.mailbox import letters, link
from tests.makers import make_order, make_product, proven
from tests.routines.made import needs_tool, publish_routine, step_of

PAGE, ANA = "/routines/hamstring", "ana@example.org"
VIDEO = {
    "slug": "strap", "title": "The strap, from the side", "file": "strap-film.mp4",
    "captions": "strap-film.vtt", "poster": "poster-supine", "duration_ms": 65_000,
}  # fmt: skip


@pytest.fixture(autouse=True)
def routine(app, settings):
    folder = settings.storefront_data / "gated"
    folder.mkdir()
    for kind in ("mp4", "vtt"):
        (folder / f"strap-film.{kind}").write_text("WEBVTT\n\nthe gated words\n")
    with app.app_context(), database.transaction() as db:
        make_product(db, "strap", sku="STRAP", price_minor=1400, components=("strap",))
        made = publish_routine(
            db, "hamstring", step_of(tools=[needs_tool("strap")]), title="Hamstring",
            video=VIDEO | {"opens_for": ["newsletter", "owns", "member"]},
        )  # fmt: skip
        service.store(db, db.scalars(select(Entry.id)).one(), made.video)


def film(client) -> str:
    """Give the address of the film on the page, or nothing where it is closed."""
    found = re.search(r'<source src="(/gated/[^"]+)" type="video/mp4">', client.get(PAGE).text)
    return found[1] if found else ""


def plays(client, address: str) -> int:
    with client.get(address) as answer:
        return answer.status_code


def told(client) -> str:
    access = client.get(f"/api/v1{PAGE}").json["access"]
    assert access["allowed"] == bool(film(client))
    return access["why"]


def test_a_closed_gate_says_each_way_in_with_its_price(client):
    page = client.get(PAGE)

    assert "s-maxage" in page.headers["Cache-Control"]
    assert "Buy the strap – €14.00" in page.text
    assert "/gated/" not in page.text


@pytest.mark.parametrize("keeps", [True, False], ids=["fair", "strict"])
def test_a_reader_sees_it_and_leaving_keeps_it_unless_the_shop_is_strict(app, client, keeps):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"gate_keep_after_leaving": keeps})
    client.post("/newsletter", data={"email": ANA, "source": "gate", "next": PAGE})
    client.post(link(letters(app)[0]))
    assert plays(client, film(client)) == 200
    assert told(client) == "Open because you read the newsletter."

    with app.app_context(), database.transaction() as db:
        db.scalars(select(Subscriber)).one().state = "left"

    assert bool(film(client)) is keeps


def test_an_owner_sees_it_until_the_grace_after_the_refund_ends(app, client):
    with app.app_context(), database.transaction() as db:
        order = make_order(db, state="paid", email=ANA)
        order.lines.append(
            OrderLine(
                sku="STRAP", name="Strap", quantity=1, unit_price_minor=1400, total_minor=1400,
                tax_basis_points=0, tax_minor=0, components=["strap"],
            )
        )  # fmt: skip
        ownership.sync_order(db, order, app.extensions["storefront"].settings, clock.now())
    assert not film(client)
    proven(client, ANA)
    assert plays(client, film(client)) == 200

    with app.app_context(), database.transaction() as db:
        order = db.scalars(select(Order)).one()
        order.lines[0].refunded_quantity = 1
        ownership.sync_order(db, order, app.extensions["storefront"].settings, clock.now())
        endings.tell(db, order, app.extensions["storefront"].settings, clock.now())
    assert "was paid back. It closes on" in told(client)
    with app.app_context():
        rows = database.session().scalars(select(OutboxRow)).all()
        assert [row.payload["letter"] for row in rows if row.kind == "mail"] == ["access_ends"]

    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        assert not film(client)


def test_a_member_sees_it_until_the_membership_has_ended(app, client):
    now = clock.now()
    with app.app_context(), database.transaction() as db:
        db.add(
            MembershipPlan(
                slug="m", name="Monthly", about="", lookup_key="m", amount_minor=900,
                currency="EUR", rhythm="month", trial_days=14, position=1, is_offered=True,
            )
        )  # fmt: skip
        db.flush()
        db.add(
            Membership(
                email=ANA, plan_slug="m", source="stripe", status="active", period_end=now + timedelta(days=3),
                stripe_customer_id="cus_1", cancel_at_period_end=True, created_at=now, read_at=now,
            )
        )  # fmt: skip
    proven(client, ANA)
    assert plays(client, film(client)) == 200
    assert told(client).startswith("Open because you are a member. It closes on")

    with time_machine.travel(now + timedelta(days=4), tick=False):
        assert not film(client)


@pytest.mark.parametrize("is_known", [False, True], ids=["a stranger", "with an address"])
def test_a_shared_link_opens_by_its_button_alone_and_closes_at_once(app, client, is_known):
    if is_known:
        proven(client)
    with app.app_context(), database.transaction() as db:
        made = shares.make(
            db, shares.video_key("strap"), days=7, by="kim@example.org", now=clock.now()
        )
        url = f"/share/{shares.token(app.extensions['storefront'].signer, made)}"
    scanned = client.get(url)
    assert (scanned.status_code, "Set-Cookie" in scanned.headers) == (200, False)
    assert client.head(url).status_code == 200
    assert not film(client)

    assert client.post(url).location == f"{PAGE}#gate"
    address = film(client)
    assert plays(client, address) == 200
    assert plays(app.test_client(), address) == 403  # the cookie stays on its device
    assert "closes on" in told(client)

    with app.app_context(), database.transaction() as db:
        shares.revoke(db.scalars(select(ShareLink)).one(), clock.now())
    assert not film(client)
    assert plays(client, address) == 403
    assert client.post(url).status_code == 410
