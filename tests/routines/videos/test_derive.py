"""From a file to sizes, HLS, poster, preview and chapters, by the command."""

import hashlib
import json
import subprocess

import pytest

from routines.library import service as library
from routines.library import timeline
from routines.videos import chapters, recipes, service, uploads
from routines.videos.models import Upload, VideoAsset
from storefront import database
from tests.routines.made import routine_of, step_of
from tests.routines.videos.conftest import VTT


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["storefront", "videos", *arguments])


@pytest.fixture
def made(app, routine, clip, settings, tmp_path):
    """A film that was brought in by the command and made whole."""
    (tmp_path / "words.vtt").write_bytes(VTT)
    answer = run(app, "import", str(clip), "--routine", routine, "--captions", str(tmp_path / "words.vtt"),
                 "--opens-for", "newsletter,owns")  # fmt: skip
    assert answer.exit_code == 0, answer.output
    return settings.storefront_data


def streams(file) -> list[dict]:
    command = ["ffprobe", "-v", "error", "-show_streams", "-print_format", "json", str(file)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[
        "streams"
    ]


def test_a_film_is_made_whole_and_its_routine_names_it(app, made, client):
    folder = made / "gated" / "_uploads" / "hamstring-follow-along" / "r1"

    with app.app_context():
        db = database.session()
        upload = uploads.find(db, "hamstring-follow-along")
        assert (upload.state, upload.percent, upload.message) == ("ready", 100, "")
        assert db.get(VideoAsset, upload.slug).opens_for == ["newsletter", "owns"]
        assert library.find_routine(db, "hamstring").document.video.slug == upload.slug
    assert {one.name for one in folder.iterdir()} == {"master.mp4", "90.mp4", "hls", "captions.vtt"}  # fmt: skip
    film = streams(folder / "90.mp4")
    assert [one["codec_name"] for one in film] == ["h264", "aac"]
    head = (folder / "90.mp4").read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")  # it plays before it is whole
    assert run(app, "check").output == "No problems.\n"
    assert "Open the follow-along" in client.get("/routines/hamstring").text
    assert not list(made.rglob("*.part"))

    for name in ("90/index.m3u8", "master.m3u8"):
        lines = (folder / "hls" / name).read_text().split("\n")
        named = [line for line in lines if line and not line.startswith("#")]
        assert named
        assert not any(line.startswith("/") or ":" in line for line in named)
    assert 'URI="init.mp4"' in (folder / "hls/90/index.m3u8").read_text()


def test_poster_and_preview_are_public_files_that_nobody_guesses(app, made, clip, client):
    page = client.get("/routines/hamstring").text
    stem = f"hamstring-follow-along-r1-{hashlib.sha256(clip.read_bytes()).hexdigest()[:12]}"
    poster = client.get(f"/media/{stem}-poster-640.jpg", buffered=True)
    preview = client.get(f"/media/{stem}-preview.mp4", buffered=True)

    assert f"/media/{stem}-preview.mp4" in page
    assert (poster.status_code, poster.mimetype, poster.data[:2]) == (200, "image/jpeg", b"\xff\xd8")  # fmt: skip
    assert (preview.status_code, preview.mimetype) == (200, "video/mp4")
    kinds = [one["codec_type"] for one in streams(made / "media" / f"{stem}-preview.mp4")]
    assert kinds == ["video"]  # without sound


def test_a_replacement_is_a_revision_and_the_old_one_stays_until_it_is_ready(app, made, clip):
    asset = {"slug": "hamstring-follow-along"}

    assert (
        run(
            app, "import", str(clip), "--routine", "hamstring", "--later", "--replace"
        ).exit_code
        == 0
    )
    with app.app_context():
        assert film(asset).file == "r1/90.mp4"
    assert run(app, "derive").exit_code == 0
    with app.app_context():
        assert film(asset).file == "r2/90.mp4"
    shown = json.loads(run(app, "show", "hamstring-follow-along", "--json").output)
    assert (shown["revision"], shown["state"]) == (2, "ready")
    assert len(json.loads(run(app, "list", "--json").output)) == 2


def film(asset):
    return service.film_of(database.session(), VideoAsset(**asset, file=""))


def test_without_ffmpeg_a_film_waits_and_says_so(app, routine, clip, settings):
    state = app.extensions["storefront"]
    state.settings = settings.model_copy(update={"ffmpeg": "/nowhere/ffmpeg"})

    answer = run(app, "import", str(clip), "--routine", routine)

    assert answer.exit_code != 0
    assert "ffmpeg is not installed" in str(answer.exception)
    with app.app_context():
        upload = uploads.find(database.session(), "hamstring-follow-along")
        assert (upload.state, "waits" in upload.message) == ("new", True)
    state.settings = settings
    assert run(app, "derive").exit_code == 0
    with app.app_context():
        assert database.session().query(Upload.state).scalar() == "ready"


@pytest.mark.parametrize(
    ("width", "height", "sizes"),
    [
        (1920, 1080, [(640, 360), (960, 540), (1280, 720)]),
        (640, 480, [(480, 360), (640, 480)]),
        (1080, 1920, [(360, 640), (540, 960), (720, 1280)]),
        (160, 90, [(160, 90)]),
        (321, 181, [(320, 180)]),
    ],
)
def test_no_size_is_larger_than_the_film(width, height, sizes):
    assert [(one.width, one.height) for one in recipes.frames(width, height)] == sizes


def test_chapters_follow_the_stretches_that_steps_name():
    steps = [step_of("two", title="Roll --> it", clip_start_ms=2000, clip_end_ms=61_500),
             step_of("one", title="Press", clip_start_ms=0, clip_end_ms=2000)]  # fmt: skip

    assert chapters.of(routine_of(*steps), 70_000) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nPress\n\n00:00:02.000 --> 00:01:01.500\nRoll → it\n"
    )


def test_chapters_follow_the_timeline_when_the_film_is_as_long():
    routine = routine_of(step_of("one", title="Press", dosage={"duration_seconds": 30}))
    length = timeline.total_seconds(timeline.expand(routine)) * 1000

    assert chapters.of(routine, length).endswith("\nPress\n")
    assert chapters.of(routine, length * 2) == chapters.NOTHING
