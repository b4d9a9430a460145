"""A film under the name of one that people see takes its place only when somebody says so."""

import json

import pytest
from sqlalchemy import select

from routines.library.films import Video
from routines.videos import replacing, uploads
from routines.videos.models import Part, Upload
from storefront import clock, database
from storefront.errors import Invalid
from tests.makers import both
from tests.routines.videos.conftest import VTT, tell
from tests.routines.videos.test_derive import run
from tests.routines.videos.test_upload import author, send  # noqa: F401

FACTS = {"original": "a.mp4", "master": "master.mp4", "size_bytes": 1, "checksum": "x"}
NAMED = Video(slug="calf-film", title="Calf", file="calf.mp4", captions="calf.vtt", poster="poster-calf", duration_ms=2000)  # fmt: skip


def upload(db, slug="film", state="ready", parts=1) -> Upload:
    made = uploads.begin(db, slug, now=clock.now(), state=state, **FACTS)
    made.parts = [Part(position=at, kind="mp4", name=f"{at}.mp4") for at in range(parts)]
    db.flush()
    return made


def state_of(app) -> list[tuple[int, str]]:
    with app.app_context():
        rows = select(Upload.revision, Upload.state).order_by(Upload.revision)
        return [tuple(row) for row in database.session().execute(rows)]


@pytest.fixture
def shown(app, routine):
    """A routine that shows a film of its own files."""
    tell(app, NAMED)


def test_the_studio_keeps_it_and_asks_by_the_name_of_the_routine(app, shown, author, clip):  # noqa: F811
    answer = send(author, clip.read_bytes())

    page = author.get(answer.location).text
    assert "Let it replace the film of Hamstring" in page
    assert state_of(app) == [(1, "held")]
    assert run(app, "derive").output == "0 parts made.\n"

    assert author.post("/studio/films/calf-film/replace").status_code == 303
    assert state_of(app) == [(1, "deriving")]
    assert "Let it replace" not in author.get("/studio/films/calf-film").text
    assert author.post("/studio/films/calf-film/replace").status_code == 422


def test_thrown_away_it_leaves_all_as_it_was(app, shown, author, clip):  # noqa: F811
    send(author, clip.read_bytes())

    assert author.post("/studio/films/calf-film/discard").status_code == 303

    assert state_of(app) == []
    assert "calf.mp4" in author.get("/studio/films/calf-film").text
    assert author.post("/studio/films/none/discard").status_code == 404


@both
def test_what_is_there_is_a_film_that_people_see_or_one_that_is_ready(app, db, request):
    request.getfixturevalue("routine")
    tell(app, Video(slug="film", title="Film"))
    upload(db, state="deriving")
    assert replacing.replaced(db, "film") is None  # the routine waits for it
    upload(db)
    upload(db, "drafted")

    assert replacing.replaced(db, "film") == "the film of Hamstring"
    assert replacing.replaced(db, "drafted") == "the film drafted"
    assert replacing.replaced(db, "none") is None


@both
def test_letting_the_newest_in_forgets_older_ones_that_wait(db):
    shown, older, newest = (
        upload(db),
        upload(db, state="held"),
        upload(db, state="held", parts=0),
    )

    assert replacing.let_in(db, "film") is newest

    assert newest.state == "new"  # nobody has looked into it yet
    assert db.scalars(select(Upload.id).order_by(Upload.id)).all() == [shown.id, newest.id]
    for refused in (replacing.let_in, replacing.throw_away):
        with pytest.raises(Invalid):
            refused(db, "film")
    assert older not in db


def test_words_go_to_the_film_that_people_see_not_to_one_that_waits(app, settings, tmp_path):
    with app.app_context(), database.transaction() as db:
        for state in ("ready", "held"):
            upload(db, state=state).duration_ms = 2000
    (tmp_path / "words.vtt").write_bytes(VTT)

    assert run(app, "captions", "film", str(tmp_path / "words.vtt")).exit_code == 0

    with app.app_context():
        told = {one.state: len(one.tracks) for one in uploads.everything(database.session())}
    assert told == {"ready": 1, "held": 0}


def test_the_command_wants_it_said(app, shown, clip):
    bring = ("import", str(clip), "--routine", "hamstring", "--later")
    tell(app, NAMED.model_copy(update={"slug": "hamstring-follow-along"}))

    refused = run(app, *bring)

    assert refused.exit_code != 0
    assert "the film of Hamstring" in str(refused.exception)
    assert "--replace" in str(refused.exception)
    assert state_of(app) == []
    assert run(app, *bring, "--replace").exit_code == 0
    assert state_of(app) == [(1, "deriving")]


def test_the_command_names_what_it_did_not_find(app, routine, clip):
    assert run(app, "list").output.startswith("There are no films.")
    assert json.loads(run(app, "list", "--json").output) == []

    unknown = run(app, "import", str(clip), "--routine", "none")
    nothing = run(app, "show", "none")

    assert str(unknown.exception) == "No published routine is named none. There are: hamstring."
    assert "under the name none. `storefront videos list`" in str(nothing.exception)
    assert state_of(app) == []
