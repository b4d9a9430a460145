"""The gate on a routine's page: what a stranger, a waiting device and a reader see."""

import re

import pytest
from sqlalchemy import select

from routines.library.models import Entry
from routines.videos import service, uploads
from routines.videos.models import Part, UploadTrack
from storefront import clock, database
from storefront.customers.service import mark_verified
from storefront.newsletter import consent
from storefront.newsletter.models import Subscriber
from tests.mailbox import letters, link
from tests.makers import proven, waited
from tests.routines.made import needs_tool, publish_routine, step_of

PAGE = "/routines/hamstring"
ANA = "ana@example.org"
VIDEO = {
    "slug": "strap", "title": "The strap, from the side", "file": "strap-secret-name.mp4",
    "captions": "strap-secret-name.vtt", "poster": "poster-supine", "duration_ms": 65_000,
}  # fmt: skip


@pytest.fixture(autouse=True)
def routine(app, settings):
    """A routine that requires a strap and has a video with every usual way in."""
    folder = settings.storefront_data / "gated"
    folder.mkdir()
    for kind in ("mp4", "vtt"):
        (folder / f"strap-secret-name.{kind}").write_text("WEBVTT\n\nthe gated words\n")
    with app.app_context():
        publish(database.session())


def publish(db, **fields) -> None:
    video = VIDEO | fields
    made = publish_routine(
        db, "hamstring", step_of(tools=[needs_tool("strap")]), video=video, title="Hamstring"
    )
    service.store(db, db.scalars(select(Entry.id)).one(), made.video)
    db.commit()


def become(app, client, scope="verified", *, reads=True) -> None:
    if reads:
        with app.app_context(), database.transaction() as db:
            db.add(Subscriber(email=ANA, locale="en", confirmed_at=clock.now()))
            mark_verified(db, ANA, clock.now(), by_newsletter=True)
    if scope == "verified":
        proven(client, ANA)
    else:
        waited(client, ANA)


def test_a_locked_page_is_one_cached_page_without_a_trace_of_the_file(client):
    page = client.get(PAGE)

    assert page.status_code == 200
    assert "s-maxage" in page.headers["Cache-Control"]
    assert "Set-Cookie" not in page.headers
    assert "secret-name" not in page.text
    assert "/gated/" not in page.text
    assert "<video" not in page.text


def test_a_locked_panel_says_what_opens_what_it_costs_and_how_to_leave(client):
    panel = client.get(PAGE).text

    assert "Open the follow-along" in panel
    assert "1 min 5 s" in panel
    assert "It costs an address, no money" in panel
    assert consent.NEWSLETTER in panel  # how often mail comes, and how to leave
    assert consent.ADDRESS_ONLY in panel


def test_access_and_consent_to_letters_are_two_buttons(client):
    panel = client.get(PAGE).text

    assert re.search(r'name="wish" value="newsletter"', panel)
    assert re.search(r'name="wish" value="address"', panel)
    assert "I bought a tool for it" in panel
    assert "checked" not in re.search(r'<section class="gate".*?</section>', panel, re.S)[0]


@pytest.mark.parametrize(
    ("opens_for", "shown", "hidden"),
    [
        (["newsletter"], ['value="newsletter"'], ['value="address"', "I bought a tool"]),
        (["email"], ['value="address"'], ['value="newsletter"', "I bought a tool"]),
        (["owns", "member"], ["I bought a tool"], ['value="newsletter"', "gate-email"]),
    ],
)
def test_only_ways_that_exist_are_offered(app, client, opens_for, shown, hidden):
    with app.app_context():
        publish(database.session(), opens_for=opens_for)

    panel = re.search(r'<section class="gate".*?</section>', client.get(PAGE).text, re.S)[0]

    assert all(text in panel for text in shown)
    assert not any(text in panel for text in hidden)


def test_a_reader_gets_the_video_with_captions_and_the_reason(app, client):
    become(app, client)

    page = client.get(PAGE)

    assert page.headers["Cache-Control"] == "private, no-store"
    film = re.search(r'<source src="(/gated/[^"]+)" type="video/mp4">', page.text)[1]
    captions = re.search(
        r'<track kind="captions" src="(/gated/[^"]+)" srclang="en"', page.text
    )[1]
    assert 'preload="none"' in page.text
    assert "Open because you read the newsletter." in page.text
    assert client.get(film, buffered=True).status_code == 200
    assert "the gated words" in client.get(captions, buffered=True).text


def test_captions_are_promised_only_where_there_are_any(app, client):
    assert "1 min 5 s, with captions." in client.get(PAGE).text
    facts = {"original": "a.mp4", "master": "master.mp4", "size_bytes": 1, "checksum": "x"}
    with app.app_context(), database.transaction() as db:
        made = uploads.begin(
            db, "strap", now=clock.now(), state="ready", duration_ms=12_000, **facts
        )
        made.parts = [Part(position=0, kind="mp4", name="360.mp4", height=360)]
        made.tracks = [UploadTrack(kind="chapters", name="c.vtt", language="en", label="Steps")]
        database.raise_content_revision(db)

    locked = client.get(PAGE).text
    become(app, client)
    opened = client.get(PAGE).text

    assert "12 seconds. It costs an address" in locked
    assert "12 seconds.</p>" in opened
    assert "with captions" not in locked + opened


def test_a_video_for_everybody_is_open_in_the_cached_page(app, client):
    with app.app_context():
        publish(database.session(), opens_for=["open"])

    page = client.get(PAGE)

    assert "s-maxage" in page.headers["Cache-Control"]
    film = re.search(r'<source src="(/gated/[^"]+)"', page.text)[1]
    assert app.test_client().get(film, buffered=True).status_code == 200


def test_an_address_alone_opens_the_video_and_joins_no_list(app, client):
    client.post(
        "/newsletter",
        data={"email": ANA, "wish": "address", "source": "gate", "next": PAGE + "#gate"},
    )

    answer = client.post(link(letters(app)[0]))

    assert answer.location == PAGE + "#gate"
    assert "Open because you confirmed your address." in client.get(PAGE).text
    with app.app_context():
        assert database.session().scalar(select(Subscriber)) is None


def test_a_waiting_device_sees_where_the_letter_went_and_a_field_for_the_code(client):
    client.post("/newsletter", data={"email": ANA, "source": "gate", "next": PAGE + "#gate"})

    page = client.get(PAGE)

    assert page.headers["Cache-Control"] == "private, no-store"
    assert "a…@example.org" in page.text
    assert 'autocomplete="one-time-code"' in page.text
    assert 'data-waiting="/newsletter/waiting.json"' in page.text
    assert "/gated/" not in page.text


def test_a_waiting_device_can_open_itself_without_scripts(app, client):
    client.post("/newsletter", data={"email": ANA, "source": "gate", "next": PAGE + "#gate"})
    app.test_client().post(link(letters(app)[0]))

    page = client.get(PAGE).text
    way = re.search(r'href="(/newsletter/waiting\?next=[^"]+)"', page)[1]
    answer = client.get(way)

    assert "confirmed it on another device" in page
    assert answer.location == PAGE + "#gate"
    assert "Open because you read the newsletter." in client.get(PAGE).text


def test_a_routine_that_lost_its_video_forgets_it(app, client):
    with app.app_context(), database.transaction() as db:
        service.store(db, db.scalars(select(Entry.id)).one(), None)

    assert client.post("/api/v1/media/grants", json={"video": "strap"}).status_code == 404


def test_no_public_answer_names_a_gated_file(client):
    surfaces = [PAGE, f"{PAGE}/play", f"{PAGE}/sheet", "/routines/", "/", "/sitemap.xml",
                "/api/v1/routines", "/api/v1/routines/hamstring",
                "/api/v1/routines/hamstring/timeline", "/openapi.json", "/search?q=strap"]  # fmt: skip

    for path in surfaces:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "secret-name" not in answer.text, path
        assert "/gated/ey" not in answer.text, path
        assert "the gated words" not in answer.text, path


def test_the_api_tells_a_stranger_the_ways_in_and_a_reader_the_reason(app, client):
    stranger = client.get("/api/v1/routines/hamstring")
    become(app, client)
    reader = client.get("/api/v1/routines/hamstring")

    assert stranger.json["access"]["allowed"] is False
    told = stranger.json["access"]["ways_to_open"]
    assert [way["clause"] for way in told] == ["email", "newsletter"]  # no strap is on sale
    assert told[0] == {
        "clause": "email", "label": "Confirm your address", "url": PAGE + "#gate", "price": None,
    }  # fmt: skip
    assert "s-maxage" in stranger.headers["Cache-Control"]
    assert reader.json["access"] == {
        "allowed": True, "via": "newsletter", "ways_to_open": [], "expires_at": None,
        "why": "Open because you read the newsletter.",
        "reason": "Open because you read the newsletter.",
    }  # fmt: skip
    assert reader.headers["Cache-Control"] == "private, no-store"


def test_the_api_lays_a_routine_out_in_time(client):
    answer = client.get("/api/v1/routines/hamstring/timeline?profile=full").json

    assert answer["profile"] == "full"
    assert answer["segments"][-1]["kind"] == "end"
    assert answer["seconds"] == sum(part["seconds"] or 0 for part in answer["segments"])
    assert client.get("/api/v1/routines/hamstring/timeline?profile=x").status_code == 422
