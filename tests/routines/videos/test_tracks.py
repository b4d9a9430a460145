"""Words put to a film that is there already, by the studio's form and by the command."""

import io

import pytest

from routines.library import service as library
from routines.library.films import Video
from routines.library.models import Entry
from routines.videos import service, store, tracks, uploads
from routines.videos.models import Part, VideoAsset
from storefront import clock, database
from storefront.public import Invalid
from tests.makers import both
from tests.routines.made import publish_routine, step_of
from tests.routines.videos.conftest import VTT
from tests.routines.videos.test_derive import run
from tests.storefront.backoffice.at_the_desk import signed_in

BETTER = VTT.replace(b"Breathe", b"Breathe out")
LATE = b"WEBVTT\n\n00:09.000 --> 00:10.000\nA\n"


@pytest.fixture
def film(app, settings):
    """A film of two seconds that was uploaded with captions and is ready."""
    facts = {"original": "a.mp4", "master": "master.mp4", "size_bytes": 1, "checksum": "x"}
    with app.app_context(), database.transaction() as db:
        publish_routine(db, "hamstring", step_of())
        service.store(db, db.query(Entry.id).scalar(), Video(slug="film", title="Film"))
        made = uploads.begin(db, "film", now=clock.now(), state="ready", duration_ms=2000, **facts)  # fmt: skip
        made.parts = [Part(position=0, kind="mp4", name="90.mp4", state="done")]
        uploads.add_captions(db, made, "en")
        folder = store.of(made, settings)
    folder.mkdir(parents=True)
    (folder / "captions.vtt").write_bytes(VTT)
    return folder


def words(app, settings) -> dict[str, bytes]:
    """Give what a player is offered, by language and kind."""
    with app.app_context():
        _, film = service.named(database.session(), "film")
        return {f"{one.kind} {one.language}": (store.gated(settings) / film.folder / one.name).read_bytes()
                for one in film.words}  # fmt: skip


@both
def test_captions_are_replaced_and_others_put_beside_them(app, settings, film):
    with app.app_context():
        before = database.content_revision(database.session())
        tracks.put(settings, "film", BETTER, tracks.wish("captions", "", ""))
        tracks.put(settings, "film", VTT, tracks.wish("captions", "de", "Deutsch"))
        tracks.put(settings, "film", VTT, tracks.wish("descriptions", "en", ""))

        _, shown = service.named(database.session(), "film")

    assert words(app, settings) == {"captions en": BETTER, "captions de": VTT, "descriptions en": VTT}  # fmt: skip
    assert [one.label for one in shown.words] == ["Captions", "Deutsch", "Descriptions"]
    assert shown.captions.language == "en"
    with app.app_context():
        assert database.content_revision(database.session()) == before + 3


def send(device, raw=BETTER, slug="film", **fields):
    data = {
        "kind": "captions",
        "language": "en",
        "captions": (io.BytesIO(raw), "a.vtt"),
    } | fields
    return device.post(f"/studio/films/{slug}/words", data=data, content_type="multipart/form-data")  # fmt: skip


def test_an_author_replaces_captions_without_sending_the_film_again(app, settings, film):
    author = signed_in(app, "author", "ana@example.org")

    answer = send(author)

    assert answer.status_code == 303
    assert words(app, settings) == {"captions en": BETTER}
    shown = author.get(answer.location).text
    assert "The words are in place." in shown
    assert "Revision 1" in shown


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"raw": LATE}, "Line 3 of the captions: the film is over by then"),
        ({"raw": b"1\n00:00:01,000\n"}, "Line 1 of the captions"),
        ({"raw": b"WEBVTT\n\n00:00.000 --> 00:01.000\n\xff\n"}, "this is not UTF-8"),
        ({"raw": b""}, "Choose a WebVTT file."),
        ({"kind": "songs"}, "Choose one of captions, subtitles"),
        ({"language": "en\r\nX: y"}, "A language is written"),
    ],
)
def test_words_that_do_not_fit_are_told_and_change_nothing(app, settings, film, sent, sentence):
    author = signed_in(app, "author", "ana@example.org")

    answer = send(author, **sent)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert words(app, settings) == {"captions en": VTT}
    assert [one.name for one in film.iterdir()] == ["captions.vtt"]


def test_nobody_else_gives_a_film_words_and_no_other_film_gets_any(app, settings, film):
    assert send(signed_in(app, "packer", "pia@example.org")).status_code == 403
    assert send(signed_in(app, "author", "ana@example.org"), slug="none").status_code == 404
    assert words(app, settings) == {"captions en": VTT}


@pytest.fixture
def named(app, settings, film):
    """The film's files as a routine names them; nothing was uploaded."""
    video = Video(slug="named", title="Named", file="named.mp4", captions="named.vtt", poster="named", duration_ms=2000)  # fmt: skip
    with app.app_context(), database.transaction() as db:
        publish_routine(db, "named", step_of(), video=video.model_dump())
        service.store(db, library.find_routine(db, "named").id, video)
    return store.gated(settings)


def test_a_routine_that_names_its_films_files_is_published_anew_with_other_words(app, named, tmp_path):  # fmt: skip
    file = tmp_path / "better.vtt"
    file.write_bytes(BETTER)
    late = tmp_path / "late.vtt"
    late.write_bytes(LATE)

    assert run(app, "captions", "named", str(late)).exit_code != 0
    assert run(app, "captions", "none", str(file)).exit_code != 0
    for more in ((), ("--language", "de", "--label", "Deutsch"), ("--kind", "chapters")):
        assert run(app, "captions", "named", str(file), *more).exit_code == 0

    with app.app_context():
        db = database.session()
        found, asset = library.find_routine(db, "named"), db.get(VideoAsset, "named")
    assert found.revision == 4
    video = found.document.video
    assert (named / video.captions).read_bytes() == (named / video.chapters).read_bytes() == BETTER  # fmt: skip
    assert [(one.language, one.label) for one in video.tracks] == [("de", "Deutsch")]
    assert (asset.captions, asset.chapters) == (video.captions, video.chapters)
    assert library.find_routine(db, "named", 1).document.video.captions == "named.vtt"
    author = signed_in(app, "author", "ana@example.org")
    assert "named.mp4" in author.get("/studio/films").text
    assert "Deutsch" in author.get("/studio/films/named").text


def test_words_of_more_than_a_megabyte_are_refused(app, settings, film):
    with app.app_context(), pytest.raises(Invalid, match="larger than 1 MB"):
        tracks.put(settings, "film", VTT + b"x" * 1_000_000, tracks.wish("captions", "", ""))
    assert words(app, settings) == {"captions en": VTT}


def test_a_film_of_another_site_takes_no_words(app, settings, film):
    with app.app_context():
        with database.transaction() as db:
            embed = Video(slug="film2", title="F", embed="https://player.vimeo.com/video/1", opens_for=("open",))  # fmt: skip
            service.store(db, db.query(Entry.id).scalar(), embed)
        with pytest.raises(Invalid, match="no film here"):
            tracks.put(settings, "film2", VTT, tracks.wish("captions", "", ""))
