"""Every way to a film's bytes, for everybody who may not have them: nothing comes out."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update

from routines.library.films import Video
from routines.videos import door, grants
from routines.videos.grants import Grant
from storefront import clock, database
from storefront.customers.visitor import HostUser
from storefront.newsletter.models import Subscriber
from storefront.orders.models import Order
from storefront.ownership.models import Owned
from tests.routines.videos.conftest import VTT, tell
from tests.routines.videos.test_gated_delivery import buy, fetch, subscribe

ANA, BO = "ana@example.org", "bo@example.org"
WORD = b"canary-of-the-gate "
BYTES = WORD * 60
FILES = {
    "film.mp4": BYTES, "film-360.mp4": BYTES, "film.vtt": VTT + b"\n00:02.000 --> 00:03.000\ncanary-of-the-gate\n",
    "film-steps.vtt": VTT + WORD, "film-hls/master.m3u8": b"#EXTM3U\n#canary-of-the-gate\n360/index.m3u8\n",
    "film-hls/360/index.m3u8": b"#EXTM3U\n#canary-of-the-gate\n00001.m4s\n", "film-hls/360/00001.m4s": BYTES,
    "other.mp4": BYTES, "poster.jpg": BYTES,
}  # fmt: skip
NAMES = [name for name in FILES if not name.startswith(("other", "poster"))]
FILM = {
    "slug": "film", "title": "Film", "file": "film.mp4", "captions": "film.vtt", "poster": "poster-supine", "duration_ms": 5000,
    "renditions": [{"file": "film-360.mp4", "height": 360}], "hls": "film-hls", "chapters": "film-steps.vtt",
}  # fmt: skip
RANGES = ["", "bytes=0-9", "bytes=500-600", "bytes=-20", "bytes=0-1,5-9", "bytes=0-"]


@pytest.fixture
def folder(app, routine, settings):
    """A film with every kind of file, for owners of its tool and readers of the newsletter."""
    root = settings.storefront_data / "gated"
    for name, content in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    tell(app, Video(**FILM, opens_for=("newsletter", "owns")))
    return root


class People:
    """The shop in an app that knows its users: who asks can change from one request to the next."""

    def __init__(self, app, client) -> None:
        self.app, self.client = app, client
        app.extensions["storefront"].visitor_from = lambda: HostUser(self.now) if self.now else None  # fmt: skip
        self.now: str | None = None

    def ask(self, email: str | None):
        self.now = email
        return self.client.post("/api/v1/media/grants", json={"video": "film"})

    def get(self, email: str | None, url: str, method="GET", asked=""):
        self.now = email
        return fetch(self.client, url, method, headers={"Range": asked} if asked else {})


@pytest.fixture
def people(app, client, folder):
    return People(app, client)


def base_of(answer) -> str:
    return answer.json["url"].removesuffix("film.mp4")


def outcome(people, email, base) -> set[tuple[int, bool]]:
    """Try every file, method and range; give the statuses, and whether any byte came out."""
    found = set()
    for name in NAMES:
        for method in ("GET", "HEAD"):
            for asked in RANGES if name.endswith("mp4") else RANGES[:2]:
                answer = people.get(email, base + name, method, asked)
                found.add((answer.status_code, b"canary" in answer.data))
    return found


def test_a_reader_gets_every_kind_of_file(people, app):
    subscribe(app, ANA)
    answer = people.ask(ANA)

    assert answer.json.keys() == {"url", "hls_url", "sizes", "captions_url", "chapters_url", "tracks", "expires_at", "why"}  # fmt: skip
    for url in (answer.json["url"], answer.json["hls_url"], answer.json["captions_url"], answer.json["chapters_url"],
                answer.json["sizes"][0]["url"]):  # fmt: skip
        got = people.get(ANA, url)
        assert (got.status_code, b"canary" in got.data) == (200, True), url
        assert got.headers["Cache-Control"] == "private, no-store"
        assert got.headers["Referrer-Policy"] == "no-referrer"
    segment = people.get(ANA, base_of(answer) + "film-hls/360/00001.m4s", asked="bytes=5-9")
    assert (segment.status_code, segment.data) == (206, BYTES[5:10])


def test_nobody_else_gets_a_byte_of_any_of_them(people, app):
    subscribe(app, ANA)
    base = base_of(people.ask(ANA))
    forged = people.app.extensions["storefront"].signer.sign("other", ["film", "x", 9_999_999_999, "k"])  # fmt: skip

    assert outcome(people, None, base) == {(403, False)}
    assert outcome(people, BO, base) == {(403, False)}  # another's grant
    subscribe(app, BO)
    assert outcome(people, BO, base) == {(403, False)}  # entitled, but not by this one
    assert outcome(people, ANA, f"/gated/{forged}/film/") == {(403, False)}
    assert outcome(people, ANA, "/gated/x/film/") == {(403, False)}


def test_a_grant_ends_to_the_second(people, app):
    subscribe(app, ANA)
    signer = app.extensions["storefront"].signer
    until = clock.now().replace(microsecond=0) + timedelta(seconds=60)
    sealed = grants.seal(signer, Grant("film", grants.fingerprint(ANA), until))

    with time_machine.travel(until - timedelta(seconds=1), tick=False):
        assert people.get(ANA, f"/gated/{sealed}/film/film.mp4").status_code == 200
    with time_machine.travel(until, tick=False):
        assert outcome(people, ANA, f"/gated/{sealed}/film/") == {(403, False)}


def test_a_changed_end_opens_nothing(people, app):
    subscribe(app, ANA)
    base = base_of(people.ask(ANA))
    sealed = base.split("/")[2]
    signer = app.extensions["storefront"].signer
    later = signer.sign("media", ["film", grants.fingerprint(ANA), 9_999_999_999, "k"])
    spliced = later.split(".")[0] + "." + sealed.split(".", 1)[1]

    assert people.get(ANA, f"/gated/{spliced}/film/film.mp4").status_code == 403


def test_a_refund_and_a_left_newsletter_stop_a_film_within_a_minute(people, app):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"gate_keep_after_leaving": False})
    subscribe(app, ANA)
    buy(app, "strap", BO)
    began = {email: base_of(people.ask(email)) for email in (ANA, BO)}
    start = clock.now()
    for email, base in began.items():
        assert people.get(email, base + "film-hls/360/00001.m4s").status_code == 200
    with app.app_context(), database.transaction() as db:
        db.execute(update(Subscriber).values(state="left"))
        db.execute(update(Order).values(refunded_minor=Order.paid_minor))
        db.execute(update(Owned).values(ends_at=clock.now()))

    with time_machine.travel(start + timedelta(seconds=60), tick=False):
        for email, base in began.items():
            assert outcome(people, email, base) == {(403, False)}
            assert people.ask(email).status_code == 403


def test_the_gate_is_asked_once_for_several_segments_and_soon_again(people, app, monkeypatch):
    subscribe(app, ANA)
    base, asked = base_of(people.ask(ANA)), []
    ask = door._ask
    monkeypatch.setattr(door, "_ask", lambda *those: asked.append(those) or ask(*those))
    start = clock.now()

    for seconds in (0, 4, 8, 12):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            assert people.get(ANA, base + "film-hls/360/00001.m4s").status_code == 200
    assert len(asked) == 1
    with time_machine.travel(start + timedelta(seconds=40), tick=False):
        people.get(ANA, base + "film-hls/360/00001.m4s")
    assert len(asked) == 2


@pytest.mark.parametrize(
    "name",
    [
        "other.mp4", "poster.jpg", "film-hls", "film-hls/", "film-hls/../other.mp4", "film-hls/..%2fother.mp4",
        "film-hls/360/../../other.mp4", "film-hls/a/b/c.m4s", "film-hls/360/secret.txt", "film-hls//etc/passwd",
        "_uploads/film/r1/master.mp4", "%2e%2e/storefront.sqlite3", "film.mp4/", "FILM.MP4", "film.mp4%00",
    ],
)  # fmt: skip
def test_only_what_the_database_names_comes_out(people, app, name):
    subscribe(app, ANA)
    answer = people.get(ANA, base_of(people.ask(ANA)) + name)

    assert answer.status_code in {403, 404}
    assert b"canary" not in answer.data


def test_a_link_in_the_folder_is_not_followed(people, app, folder, settings):
    subscribe(app, ANA)
    (settings.storefront_data / "outside.m4s").write_bytes(BYTES)
    (folder / "film-hls" / "360" / "00002.m4s").symlink_to(
        settings.storefront_data / "outside.m4s"
    )
    (folder / "film-hls" / "linked").symlink_to(folder / "film-hls" / "360")
    base = base_of(people.ask(ANA))

    for name in ("film-hls/360/00002.m4s", "film-hls/linked/00001.m4s"):
        assert people.get(ANA, base + name).status_code == 404


def test_nginx_is_told_where_a_segment_lies(people, app):
    subscribe(app, ANA)
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"delivery": "xaccel"})

    answer = people.get(ANA, base_of(people.ask(ANA)) + "film-hls/360/00001.m4s")

    assert answer.headers["X-Accel-Redirect"] == "/_gated/film-hls/360/00001.m4s"
    assert answer.data == b""


def test_the_words_of_a_film_can_be_read_by_whom_it_is_open_for(people, app):
    subscribe(app, ANA)
    people.now = ANA
    mine = people.client.get("/transcripts/film")
    people.now = None
    others = people.client.get("/transcripts/film")

    assert "canary-of-the-gate" in mine.text
    assert "Lie on your back." in mine.text
    assert mine.headers["Cache-Control"] == "private, no-store"
    assert others.status_code == 200
    assert "canary" not in others.text
    assert "Open the follow-along" in others.text
    assert people.client.get("/transcripts/none").status_code == 404


def test_chapters_are_made_of_the_steps_where_no_file_has_them(people, app):
    subscribe(app, ANA)
    tell(app, Video(**FILM | {"chapters": ""}, opens_for=("newsletter",)))
    answer = people.ask(ANA)

    chapters = people.get(ANA, answer.json["chapters_url"])
    assert chapters.text.startswith("WEBVTT\n")
    assert chapters.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert people.get(BO, answer.json["chapters_url"]).status_code == 403


def test_the_key_can_be_changed_without_stopping_anybody(people, app):
    from storefront.tokens import Signer

    subscribe(app, ANA)
    base, state = base_of(people.ask(ANA)), app.extensions["storefront"]
    old = "a test key of more than 32 characters"

    state.signer = Signer(["a new key of more than 32 characters", old])
    assert people.get(ANA, base + "film.mp4").status_code == 200
    assert people.get(ANA, base_of(people.ask(ANA)) + "film.mp4").status_code == 200
    state.signer = Signer(["a new key of more than 32 characters"])
    assert people.get(ANA, base + "film.mp4").status_code == 403


class Devices(People):
    """One account on several devices: they are told apart by what the browser says of itself."""

    def on(self, device: int, url: str):
        self.now = ANA
        return fetch(self.client, url, headers={"User-Agent": f"device {device}"})


def test_an_account_plays_so_many_films_and_the_first_is_closed_for_another(
    app, client, folder
):
    subscribe(app, ANA)
    devices = Devices(app, client)
    bases = [base_of(devices.ask(ANA)) for _ in range(6)]
    start = clock.now()

    for number, base in enumerate(bases):
        with time_machine.travel(start + timedelta(seconds=number), tick=False):
            assert devices.on(number, base + "film.mp4").status_code == 200
    with time_machine.travel(start + timedelta(seconds=30), tick=False):
        assert devices.on(0, bases[0] + "film.mp4").status_code == 403
        assert [devices.on(n, bases[n] + "film.mp4").status_code for n in range(1, 6)] == [
            200
        ] * 5
        again = base_of(devices.ask(ANA))
        assert devices.on(0, again + "film.mp4").status_code == 200
    with time_machine.travel(start + timedelta(seconds=60), tick=False):
        assert devices.on(1, bases[1] + "film.mp4").status_code == 403  # now it was the first


def test_a_renewed_grant_takes_no_other_place(app, client, folder):
    subscribe(app, ANA)
    devices = Devices(app, client)
    other = base_of(devices.ask(ANA))
    assert devices.on(1, other + "film.mp4").status_code == 200

    for _ in range(7):  # the same film on the same device, over and over
        assert devices.on(2, base_of(devices.ask(ANA)) + "film.mp4").status_code == 200

    with time_machine.travel(clock.now() + timedelta(seconds=30), tick=False):
        assert devices.on(1, other + "film.mp4").status_code == 200
