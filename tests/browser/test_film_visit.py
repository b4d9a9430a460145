"""An uploaded film in a browser: HLS and MP4, captions, seeking, and a grant that ends in the middle."""

import re
import subprocess
import threading

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from routines.library.films import Video
from routines.library.models import Entry
from routines.videos import files, grants, service, uploads
from routines.videos.models import Part
from storefront import clock, database
from storefront.backoffice.entrance import COOKIE
from storefront.customers.visitor import HostUser
from storefront.resources import data_folder
from tests.browser.conftest import PATIENCE
from tests.routines.made import publish_routine, step_of
from tests.storefront.backoffice.at_the_desk import signed_in

NOISE = "testsrc=size=320x180:rate=5:duration=120,noise=alls=70:allf=t"  # too large to be kept whole
WORDS = "WEBVTT\n\n00:00.000 --> 01:59.000\nLie on your back.\n"
PLAY = """video => new Promise(done => {
  video.muted = true;
  video.addEventListener("timeupdate", () => video.currentTime > 0.3 && done(video.currentSrc.split("/").pop()));
  video.play();
})"""
SHOW = """video => new Promise(done => {
  const track = [...video.textTracks].find(one => one.kind === "captions");
  track.mode = "showing";
  const look = setInterval(() => {
    if (track.activeCues?.length) { clearInterval(look); done(track.activeCues[0].text); }
  }, 50);
})"""
JUMP = """(video, second) => new Promise(done => {
  video.currentTime = second;
  const track = [...video.textTracks].find(one => one.kind === "captions");
  const look = setInterval(() => {
    const cue = track.activeCues?.[0];
    if (video.currentTime > second + 0.3 && cue?.endTime > second) { clearInterval(look); done([video.currentTime, cue.text]); }
  }, 50);
})"""
SEEK = """video => new Promise(done => {
  const old = video.currentSrc;
  video.currentTime = 100;
  const look = setInterval(() => {
    if (video.currentSrc !== old && !video.paused && video.readyState > 2) {
      clearInterval(look); done(video.currentTime);
    }
  }, 50);
})"""


# A server in this process leaves files of answers that a browser breaks off to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def address(app, tmp_path):
    """A shop whose visitor has confirmed an address, with a film of two minutes."""
    app.extensions["storefront"].visitor_from = lambda: HostUser("ana@example.org")
    with app.app_context():
        publish_routine(
            database.session(), "hamstring", step_of(title="Press"), title="Hamstring"
        )
    (tmp_path / "words.vtt").write_text(WORDS)
    clip = tmp_path / "clip.mp4"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", NOISE, "-c:v", "libx264",
               "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(clip)]  # fmt: skip
    subprocess.run(command, check=True)
    words = ["import", str(clip), "--routine", "hamstring", "--captions", str(tmp_path / "words.vtt"), "--opens-for", "email"]  # fmt: skip
    assert app.test_cli_runner().invoke(args=["storefront", "videos", *words]).exit_code == 0
    yield from served(app)


@pytest.fixture
def demo_film(app, settings):
    """A shop whose visitor has confirmed an address, with a film as the demo brings it: one file for HLS and MP4."""
    app.extensions["storefront"].visitor_from = lambda: HostUser("ana@example.org")
    files.bring_in(data_folder("config") / "demo/media/gated", settings)
    video = Video(slug="hip", title="Hip", file="hip-follow-along.mp4", hls="hip-follow-along-hls",
                  captions="hip-follow-along.vtt", poster="poster-hip", duration_ms=405_000)  # fmt: skip
    with app.app_context():
        db = database.session()
        publish_routine(db, "hamstring", step_of(title="Press"), video=video.model_dump())
        with database.transaction() as db:
            service.store(db, db.query(Entry.id).scalar(), video)
    yield from served(app)


def served(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_film_of_the_demo_plays_and_seeks_with_its_captions_either_way(browser, demo_film):
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)

    for kind in ("master.m3u8", "hip-follow-along.mp4"):
        page.goto(f"{demo_film}/routines/hamstring")
        film = page.locator("video[data-gated]")
        if kind.endswith(".mp4"):
            film.evaluate("video => { video.querySelector('source').remove(); video.load(); }")
        assert film.evaluate(PLAY) == kind
        assert film.evaluate(SHOW)
        at, said = film.evaluate(JUMP, 265)
        assert 265 <= at < 268
        assert said.startswith("Lie on your back, the strap around one foot")
        assert film.evaluate("video => [video.videoWidth, Math.round(video.duration)]") == [480, 405]  # fmt: skip
    page.close()


def test_a_film_plays_and_goes_on_at_its_second_when_its_grant_has_ended(
    browser, address, monkeypatch
):
    read, ended = grants.read, set()
    monkeypatch.setattr(grants, "read", lambda signer, sealed: None if sealed in ended else read(signer, sealed))  # fmt: skip
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)

    for kind in ("master.m3u8", "180.mp4"):
        page.goto(f"{address}/routines/hamstring")
        film = page.locator("video[data-gated]")
        if kind == "180.mp4":
            film.evaluate("video => { video.querySelector('source').remove(); video.load(); }")
        assert film.evaluate(PLAY) == kind
        assert film.evaluate(SHOW) == "Lie on your back."
        ended.add(re.search(r"/gated/([^/]+)/", film.evaluate("video => video.currentSrc"))[1])
        assert 100 <= film.evaluate(SEEK) < 103
    page.close()


def test_the_page_of_a_film_follows_its_making_and_keeps_what_is_typed(app, browser):
    author = signed_in(app, "author")
    facts = {"original": "a.mp4", "master": "master.mp4", "size_bytes": 1, "checksum": "x"}
    with app.app_context(), database.transaction() as db:
        made = uploads.begin(db, "calf", now=clock.now(), state="deriving", **facts)
        made.parts = [Part(position=0, kind="mp4", name="360.mp4")]
    context = browser.new_context()
    cookie = author.get_cookie(COOKIE, path="/studio")
    context.set_default_timeout(PATIENCE)
    for address in served(app):
        context.add_cookies(
            [{"name": COOKIE, "value": cookie.value, "url": f"{address}/studio"}]
        )
        page = context.new_page()
        page.goto(f"{address}/studio/films/calf")
        expect(page.get_by_text("Waiting for its turn")).to_be_visible()
        page.get_by_label("In the player").fill("Mine")

        with app.app_context(), database.transaction() as db:
            part_id = uploads.claim(db, clock.now()).id
            uploads.told(db, part_id, 40, clock.now())
        expect(page.get_by_text("Is being made, 40 %")).to_be_visible()
        with app.app_context(), database.transaction() as db:
            uploads.done(db, part_id, 1, clock.now())
        expect(page.locator(".desk-head").get_by_text("Ready")).to_be_visible()

        assert page.get_by_label("In the player").input_value() == "Mine"
        assert page.locator("[data-film-address]").count() == 0
    context.close()
