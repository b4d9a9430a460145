"""Bringing a film in, by the studio's form and by the command: whole, or not at all."""

import io
import re

import pytest
from sqlalchemy import select

from routines.videos import importing, store, uploads
from routines.videos.models import Upload, UploadTrack
from storefront import clock, database
from tests.routines.videos.conftest import VTT
from tests.routines.videos.test_derive import run
from tests.storefront.backoffice.at_the_desk import signed_in


@pytest.fixture
def author(app):
    return signed_in(app, "author", "ana@example.org")


def send(device, film=None, name="clip.mp4", **fields):
    data = {"slug": "calf-film", "language": "en"} | fields
    if film is not None:
        data["film"] = (io.BytesIO(film), name)
    return device.post("/studio/films", data=data, content_type="multipart/form-data")


def rows(app) -> list[Upload]:
    with app.app_context():
        return list(database.session().scalars(select(Upload)))


def left_behind(settings) -> list[str]:
    folder = settings.storefront_data / "gated"
    return [str(one) for one in folder.rglob("*") if one.is_file()]


def test_an_author_brings_a_film_and_sees_how_far_it_is(app, author, clip, settings):
    answer = send(author, clip.read_bytes(), captions=(io.BytesIO(VTT), "words.vtt"))

    assert answer.status_code == 303
    shown = author.get(answer.location).text
    assert "Waiting for its turn" in shown
    assert "Is being made" not in shown
    assert "160 × 90, h264" in shown
    [upload] = rows(app)
    folder = store.of(upload, settings)
    assert (folder / "master.mp4").read_bytes() == clip.read_bytes()
    assert (folder / "captions.vtt").read_bytes() == VTT
    assert (upload.size_bytes, len(upload.checksum), upload.by) == (clip.stat().st_size, 64, "ana@example.org")  # fmt: skip
    assert "calf-film" in author.get("/studio/films").text
    assert not list((settings.storefront_data / "gated" / store.INCOMING).iterdir())


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"film": None}, "Choose a film."),
        ({"film": b""}, "The file is empty."),
        ({"film": b"GIF89a"}, "not a film that can be read"),
        ({"slug": "../../x"}, "Small letters, digits and single hyphens"),
        ({"slug": ""}, "Small letters, digits and single hyphens"),
        ({"language": "en\r\nX: y"}, "A language is written"),
        ({"captions": (io.BytesIO(b"WEBVTT\n\n00:09.000 --> 00:10.000\nA\n"), "a.vtt")}, "the film is over by then"),
        ({"captions": (io.BytesIO(b"1\n00:00:01,000\n"), "a.vtt")}, "Line 1 of the captions"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_and_leaves_nothing(
    app, author, clip, settings, fields, sentence
):
    film = fields.pop("film", clip.read_bytes())

    answer = send(author, film, **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert rows(app) == []
    assert left_behind(settings) == []


def test_the_name_of_a_file_is_never_a_path(app, author, clip, settings):
    name = "../../etc/passwd<script>.MP4"
    assert send(author, clip.read_bytes(), name=name).status_code == 303

    [upload] = rows(app)
    assert upload.master == "master.mp4"
    assert "<script>." not in author.get("/studio/films/calf-film").text


def test_line_breaks_in_the_name_of_a_file_break_nothing(app, author, clip):
    answer = send(author, clip.read_bytes(), name="a\r\nContent-Type: text/html.mp4")

    assert answer.status_code in {303, 422}
    assert all(one.original.isprintable() for one in rows(app))


def test_a_film_that_is_too_large_is_refused_whatever_its_length_says(
    app, author, clip, settings
):
    state = app.extensions["storefront"]
    state.settings = settings.model_copy(update={"video_max_bytes": 1000})

    answer = send(author, clip.read_bytes())

    assert answer.status_code == 422
    assert "VIDEO_MAX_BYTES" in answer.text
    assert left_behind(settings) == []


def test_a_film_may_be_larger_than_any_other_body(app, author, clip, settings):
    state = app.extensions["storefront"]
    state.settings = settings.model_copy(update={"max_body_bytes": 10_000})

    assert clip.stat().st_size > 10_000
    assert send(author, clip.read_bytes()).status_code == 303
    assert author.post("/studio/new", data={"title": "x" * 12_000}).status_code == 413


def test_nobody_else_may_bring_one_and_nothing_of_it_is_read(app, client, clip, settings):
    packer = signed_in(app, "packer", "pia@example.org")

    assert send(packer, clip.read_bytes()).status_code == 403
    assert send(client, clip.read_bytes()).status_code == 303  # to sign in
    assert left_behind(settings) == []


def test_a_film_says_when_it_is_being_made_and_its_page_looks_again_until_it_is_ready(
    app, author, clip
):
    looks_again = '<noscript><meta http-equiv="refresh"'
    send(author, clip.read_bytes())
    page = "/studio/films/calf-film"
    assert looks_again in author.get(page).text
    with app.app_context(), database.transaction() as db:
        uploads.told(db, uploads.claim(db, clock.now()).id, 40, clock.now())
    shown = author.get(page).text
    assert "Is being made, 10 %" in shown
    assert f'data-film-address="{page}"' in shown
    refused = author.post(
        f"{page}/words",
        data={"kind": "captions", "label": "Mine"},
        content_type="multipart/form-data",
    )
    assert refused.status_code == 422
    assert looks_again not in refused.text  # what was typed stays
    assert run(app, "derive", "--resume").exit_code == 0

    ready = author.get(page).text
    assert looks_again not in ready
    assert "data-film-address" not in ready
    assert "film-progress.js" not in ready


def test_a_draft_shows_an_uploaded_film_to_its_author(app, author, clip):
    send(author, clip.read_bytes())
    assert run(app, "derive").exit_code == 0

    assert "Ready" in author.get("/studio/films/calf-film").text


def test_a_stream_that_is_too_long_or_empty_leaves_nothing(settings, tmp_path):
    goal = tmp_path / "x"
    for content, most in ((b"", 10), (b"x" * 11, 10)):
        with pytest.raises(Exception, match=r"empty|at most"):
            store.take(io.BytesIO(content), goal, most)
        assert not goal.exists()


def test_the_command_refuses_what_cannot_be_used_and_changes_nothing(
    app, routine, clip, settings, tmp_path
):
    wrong = tmp_path / "wrong.vtt"
    wrong.write_text("WEBVTT\n\n00:02.000 --> 00:01.000\nA\n")

    for arguments in (
        [str(clip), "--routine", routine, "--captions", str(wrong)],
        [str(wrong), "--routine", routine],
        [str(clip), "--routine", routine, "--opens-for", "friends"],
        [str(clip), "--routine", routine, "--language", "!"],
    ):
        assert run(app, "import", *arguments).exit_code != 0
    assert rows(app) == []
    assert left_behind(settings) == []


def test_each_language_is_written_as_it_should_be():
    assert importing.wish("calf", "pt-BR").language == "pt-BR"


def test_captions_of_an_upload_are_found_by_their_name(app, author, clip):
    send(author, clip.read_bytes(), captions=(io.BytesIO(VTT), "words.vtt"))

    with app.app_context():
        track = database.session().scalars(select(UploadTrack)).one()
    assert (track.kind, track.name, track.language) == ("captions", "captions.vtt", "en")
    assert re.fullmatch(r"[a-z.]+", track.name)
