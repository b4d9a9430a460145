"""Gated files over HTTP: who gets an address, and what an address gives."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from routines.access import shares
from routines.access.models import ShareLink
from routines.library.models import Entry
from routines.videos.models import VideoAsset
from storefront import clock, database, web
from storefront.customers.service import mark_verified
from storefront.customers.visitor import HostUser
from storefront.newsletter.models import Subscriber
from storefront.orders.models import Order, OrderLine
from tests.makers import note_owner, proven, waited
from tests.routines.made import needs_tool, publish_routine, step_of

pytestmark = pytest.mark.usefixtures("gated")
ANA = "ana@example.org"
BYTES = bytes(range(256)) * 4
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nLie on your back.\n"


@pytest.fixture
def gated(app, settings):
    """Two videos; the first belongs to a routine that requires a strap."""
    folder = settings.storefront_data / "gated"
    folder.mkdir()
    for name in ("strap", "other"):
        (folder / f"{name}-clip.mp4").write_bytes(BYTES)
        (folder / f"{name}-clip.vtt").write_text(VTT)
    with app.app_context():
        db = database.session()
        tools = [needs_tool("strap"), needs_tool("roller", role="optional")]
        publish_routine(db, "hamstring", step_of(tools=tools))
        entry_id = db.scalars(select(Entry.id)).one()
        db.add_all(video(name, entry_id) for name in ("strap", "other"))
        db.commit()
    return folder


def video(name: str, entry_id: int, opens_for=("newsletter", "email", "owns")) -> VideoAsset:
    return VideoAsset(
        slug=name, entry_id=entry_id, title=name.title(), file=f"{name}-clip.mp4",
        captions=f"{name}-clip.vtt", poster="poster-supine", duration_ms=5000,
        opens_for=list(opens_for),
    )  # fmt: skip


def opens_for(app, *clauses: str) -> None:
    with app.app_context(), database.transaction() as db:
        for asset in db.scalars(select(VideoAsset)):
            asset.opens_for = list(clauses)


def become(app, client, email=ANA, scope="verified") -> None:
    if scope == "verified":
        proven(client, email)
    else:
        waited(client, email)


def subscribe(app, email=ANA, state="confirmed") -> None:
    with app.app_context(), database.transaction() as db:
        db.add(Subscriber(email=email, state=state, locale="en", confirmed_at=clock.now()))
        mark_verified(db, email, clock.now(), by_newsletter=True)


def buy(app, component: str, email=ANA, **fields) -> None:
    line = OrderLine(
        sku="STRAP", name="Strap", quantity=1, unit_price_minor=1400, total_minor=1400,
        tax_basis_points=2000, tax_minor=233, components=[component],
    )  # fmt: skip
    order = {
        "number": "A", "key": "k", "state": "paid", "email": email, "name": "Ana", "address": {},
        "shipping_method": "post", "currency": "EUR", "subtotal_minor": 1400, "shipping_minor": 0,
        "tax_minor": 233, "total_minor": 1400, "paid_minor": 1400, "terms_version": "1",
        "placed_at": clock.now(), "lines": [line],
    }  # fmt: skip
    with app.app_context(), database.transaction() as db:
        bought = Order(**order | fields)
        db.add(bought)
        note_owner(db, bought)


def fetch(client, url, method="GET", **fields):
    """Read an answer to its end, so that its file is closed."""
    return client.open(url, method=method, buffered=True, **fields)


def ask(client, name="strap"):
    return client.post("/api/v1/media/grants", json={"video": name})


@pytest.fixture
def reader(app, client):
    subscribe(app)
    become(app, client)
    return client


def test_a_stranger_is_told_the_ways_in(client):
    answer = ask(client)

    assert answer.status_code == 403
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "locked"
    told = [way["clause"] for way in answer.json["ways_to_open"]]
    assert told == ["email", "newsletter"]  # no strap is on sale
    assert "clip" not in answer.text


def test_a_reader_gets_the_addresses_of_video_and_captions(reader):
    answer = ask(reader)

    assert answer.status_code == 201
    assert answer.json["url"].startswith("/gated/")
    assert answer.json["why"] == "Open because you read the newsletter."
    assert answer.headers["Cache-Control"] == "private, no-store"
    film = fetch(reader, answer.json["url"])
    assert (film.status_code, film.data, film.mimetype) == (200, BYTES, "video/mp4")
    captions = fetch(reader, answer.json["captions_url"])
    assert captions.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert captions.text == VTT


def test_gated_bytes_are_never_stored_listed_or_told_to_others(reader):
    headers = fetch(reader, ask(reader).json["url"]).headers

    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "public" not in headers["Cache-Control"]


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-", 206, (0, 1024)),
        ("bytes=0-0", 206, (0, 1)),
        ("bytes=1000-5000", 206, (1000, 1024)),
        ("bytes=-24", 206, (1000, 1024)),
        ("bytes=100-199", 206, (100, 200)),
    ],
)
def test_players_may_ask_for_a_range(reader, asked, status, span):
    answer = fetch(reader, ask(reader).json["url"], headers={"Range": asked})

    first, end = span
    assert answer.status_code == status
    assert answer.data == BYTES[first:end]
    assert answer.headers["Content-Range"] == f"bytes {first}-{end - 1}/1024"
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("asked", ["junk", "bytes=5-2", "bytes=0-1,5-6", "pages=1-2", ""])
def test_a_range_that_is_none_or_several_gets_the_whole_file(reader, asked):
    answer = fetch(reader, ask(reader).json["url"], headers={"Range": asked})

    assert (answer.status_code, answer.data) == (200, BYTES)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000"])
def test_a_range_outside_the_file_is_told_how_long_it_is(reader, asked):
    answer = fetch(reader, ask(reader).json["url"], headers={"Range": asked})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */1024"


def test_a_head_request_tells_the_length_and_sends_nothing(reader):
    answer = fetch(reader, ask(reader).json["url"], "HEAD")

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == "1024"


def test_an_address_of_one_video_does_not_open_another(reader):
    address = ask(reader).json["url"]

    other = fetch(reader, address.replace("/strap/strap-clip", "/other/other-clip"))
    mixed = fetch(reader, address.replace("strap-clip.mp4", "other-clip.mp4"))

    assert (other.status_code, mixed.status_code) == (403, 403)
    assert BYTES[:64] not in other.data + mixed.data


@pytest.mark.parametrize(
    "name",
    ["..%2f..%2fsecret.key", "%2e%2e%2fsecret.key", "secret.key", "strap-clip.mp4%00", "."],
)
def test_the_path_is_compared_and_never_opened(reader, settings, name):
    (settings.storefront_data / "secret.key").write_text("a secret")
    base = ask(reader).json["url"].rpartition("/")[0]

    answer = fetch(reader, f"{base}/{name}")

    assert answer.status_code in {403, 404}
    assert "a secret" not in answer.text


def test_a_stored_name_that_leads_out_of_the_folder_is_not_followed(app, reader, settings):
    (settings.storefront_data / "secret.mp4").write_text("a secret")
    (settings.storefront_data / "gated" / "link.mp4").symlink_to(
        settings.storefront_data / "secret.mp4"
    )
    with app.app_context(), database.transaction() as db:
        db.get(VideoAsset, "strap").file = "link.mp4"

    answer = fetch(reader, ask(reader).json["url"])

    assert answer.status_code == 404
    assert "a secret" not in answer.text


def test_an_address_ends_with_its_time(reader):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        address = ask(reader).json["url"]
        traveller.shift(timedelta(seconds=1799))
        assert fetch(reader, address).status_code == 200
        traveller.shift(timedelta(seconds=1))
        late = fetch(reader, address)

    assert late.status_code == 403
    assert late.headers["Cache-Control"] == "private, no-store"


def test_a_changed_address_is_refused_with_a_page_that_says_how_to_open(reader):
    address = ask(reader).json["url"]

    answer = fetch(reader, address.replace("/gated/", "/gated/x"))

    assert answer.status_code == 403
    assert 'href="/routines/hamstring#gate"' in answer.text
    assert "strap-clip" not in answer.text


def test_somebody_elses_address_does_not_work(app, reader):
    address = ask(reader).json["url"]
    stranger, other = app.test_client(), app.test_client()
    become(app, other, "bo@example.org")

    assert fetch(stranger, address).status_code == 403
    assert fetch(other, address).status_code == 403


def test_captions_are_gated_like_the_film(app, reader):
    captions = ask(reader).json["captions_url"]

    answer = fetch(app.test_client(), captions)

    assert answer.status_code == 403
    assert "Lie on your back" not in answer.text


def test_no_public_address_leads_to_a_gated_file(client):
    for address in ("/gated/strap-clip.mp4", "/media/strap-clip.mp4", "/media/../gated/strap-clip.mp4",
                    "/media/gated/strap-clip.mp4", "/static/storefront/strap-clip.mp4"):  # fmt: skip
        assert fetch(client, address).status_code == 404


def test_a_video_for_everybody_opens_for_strangers(app, client):
    opens_for(app, "open")

    address = ask(client).json["url"]

    assert fetch(client, address).status_code == 200
    assert fetch(app.test_client(), address).status_code == 200


def test_a_missing_file_is_a_clear_404(reader, gated):
    (gated / "strap-clip.mp4").unlink()

    answer = fetch(reader, ask(reader).json["url"])

    assert answer.status_code == 404
    assert "missing" in answer.text


def test_nginx_is_told_where_the_file_lies_when_it_delivers(app, reader):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"delivery": "xaccel"})

    answer = fetch(reader, ask(reader).json["url"])

    assert answer.headers["X-Accel-Redirect"] == "/_gated/strap-clip.mp4"
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.data == b""


def test_a_confirmed_address_opens_what_the_email_clause_opens(app, client):
    become(app, client)

    assert ask(client).json["why"] == "Open because you confirmed your address."


@pytest.mark.parametrize(("keep", "status"), [(True, 201), (False, 403)])
def test_leaving_keeps_what_was_open_unless_the_shop_decides_otherwise(
    app, client, keep, status
):
    opens_for(app, "newsletter")
    subscribe(app, state="left")
    become(app, client)
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"gate_keep_after_leaving": keep})

    assert ask(client).status_code == status


def test_a_bought_tool_opens_for_a_proven_address(app, client):
    opens_for(app, "owns")
    buy(app, "strap")
    become(app, client)

    assert ask(client).json["why"] == "Open because you own a tool that it uses."


@pytest.mark.parametrize(
    ("component", "fields"),
    [("roller", {}), ("strap", {"state": "awaiting_payment", "paid_minor": 0}),
     ("strap", {"refunded_minor": 1400}), ("strap", {"email": "bo@example.org"})],
)  # fmt: skip
def test_a_tool_opens_nothing_when_it_is_another_unpaid_refunded_or_somebody_elses(
    app, client, component, fields
):
    opens_for(app, "owns")
    buy(app, component, **fields)
    become(app, client)

    assert ask(client).status_code == 403


def test_an_address_confirmed_elsewhere_does_not_prove_a_purchase(app, client):
    opens_for(app, "owns", "email")
    buy(app, "strap")
    become(app, client, scope="content")

    assert ask(client).json["why"] == "Open because you confirmed your address."


def test_signing_out_everywhere_closes_what_a_device_that_waited_sees(app, client):
    opens_for(app, "email")
    become(app, client, scope="content")
    before = ask(client)
    owner = app.test_client()
    proven(owner)

    owner.post("/account/sign-out-everywhere")

    assert before.json["why"] == "Open because you confirmed your address."
    assert ask(client).status_code == 403


def test_a_forged_pass_opens_nothing(client):
    client.set_cookie(web.PASS, '{"email":"ana@example.org","scope":"verified"}')

    assert ask(client).status_code == 403


@pytest.mark.parametrize(
    "body", [None, [], "strap", {}, {"video": None}, {"video": 7}, {"video": ["strap"]}]
)
def test_a_body_that_names_no_video_is_refused(client, body):
    assert client.post("/api/v1/media/grants", json=body).status_code == 422


def test_an_unknown_video_is_not_found(reader):
    assert ask(reader, "nothing").status_code == 404


def test_grants_are_not_given_to_other_sites(reader):
    answer = reader.post(
        "/api/v1/media/grants",
        json={"video": "strap"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
    assert answer.json["code"] == "cross_site"


def test_what_staff_without_an_address_may_see_opens_for_no_stranger(app, client):
    opens_for(app, "staff")
    state = app.extensions["storefront"]
    state.visitor_from = lambda: HostUser(email="", is_staff=True)
    url = ask(client).json["url"]
    assert fetch(client, url).status_code == 200

    state.visitor_from = None

    assert fetch(app.test_client(), url).status_code == 403


def test_devices_of_one_share_link_do_not_close_each_other_and_end_together(
    app, gated, settings
):
    signer = app.extensions["storefront"].signer
    with app.app_context(), database.transaction() as db:
        link = shares.make(db, "video:strap", days=1, by="kim", now=clock.now())
        number, path = link.id, f"/share/{shares.token(signer, link)}"
    devices = [app.test_client() for _ in range(settings.gate_live_grants + 1)]
    films = []
    for device in devices:
        device.post(path)
        films.append(ask(device).get_json()["url"])

    def answers():
        return {fetch(one, film).status_code for one, film in zip(devices, films, strict=True)}

    assert answers() == answers() == {200}
    assert devices[1].get(films[0]).status_code == 403  # the grant of another device
    with app.app_context(), database.transaction() as db:
        shares.revoke(db.get_one(ShareLink, number), clock.now())
    assert answers() == {403}
